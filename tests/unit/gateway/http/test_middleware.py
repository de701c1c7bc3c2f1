"""Who asks, who we are, and heads that can be read two ways."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.types import Message, Scope

from gateway.http.middleware import PlainHead, is_unfit

Heads = list[tuple[bytes, bytes]]


def scope_of(headers: Heads, **more: Any) -> Scope:
    return {
        "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"",
        "client": ("127.0.0.1", 5), "headers": headers, "request_id": "r", **more,
    }  # fmt: skip


async def passed(scope: Scope, **settings: Any) -> Scope:
    """What the application is given."""
    found: list[Scope] = []

    async def app(scope: Scope, _receive: Any, _send: Any) -> None:
        found.append(scope)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        return

    await PlainHead(app, **settings)(scope, receive, send)
    return found[0]


@pytest.mark.parametrize(
    ("proxies", "address"), [((), "127.0.0.1"), (("127.0.0.1",), "198.51.100.7")]
)
async def test_who_asks_is_whom_a_proxy_names_where_it_is_believed(
    proxies: tuple[str, ...], address: str
) -> None:
    head = [(b"x-forwarded-for", b"203.0.113.1"), (b"x-forwarded-for", b"evil, 198.51.100.7")]
    seen = await passed(scope_of(head), proxies=proxies)
    assert seen["client"] == (address, 5)


async def test_we_go_by_our_own_name_whatever_we_are_called() -> None:
    hosts = ["ours.example", "127.0.0.1:9380"]
    for said, name in ((b"evil", b"ours.example"), (b"127.0.0.1:9380", b"127.0.0.1:9380")):
        seen = await passed(scope_of([(b"host", said)]), hosts=hosts)
        assert seen["headers"] == [(b"host", name)]
    assert (await passed(scope_of([(b"host", b"any")])))["headers"] == [(b"host", b"any")]


async def test_head_is_get_to_the_application_alone() -> None:
    scope = scope_of([], method="HEAD")
    assert (await passed(scope))["method"] == "GET"
    assert scope["method"] == "HEAD", "whoever writes the answer has to know"


@pytest.mark.parametrize(
    ("headers", "raw_path", "is_so"),
    [
        ([(b"origin", b"a"), (b"accept", b"x"), (b"accept", b"y")], b"/", False),
        ([(b"origin", b"a"), (b"origin", b"a")], b"/", True),
        ([(b"content-length", b"1"), (b"transfer-encoding", b"chunked")], b"/", True),
        ([], b"http://evil/", True),
        ([], b"", False),
    ],
)
def test_a_head_of_two_meanings_is_found(headers: Heads, raw_path: bytes, is_so: bool) -> None:
    assert is_unfit(scope_of(headers, raw_path=raw_path)) is is_so
