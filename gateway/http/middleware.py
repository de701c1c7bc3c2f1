"""What happens to every request: an id, a line in the access log, safe headers, a bounded body.

Rule 1: the line names method, path, status, time and id; no query, no header, no body, no account.
Rule 2: a head that can be read two ways is refused (400). HEAD is GET whose body stays here. What
we say of ourselves is never what somebody called us by: a Host that is none of ours is overlooked.
Rule 3: a body beyond the limit is refused before it is read, or as soon as it grows beyond.
"""

import logging
import re
import secrets
from collections.abc import Collection, Sequence
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.forwarded import client_address
from gateway.http.problems import Problem, answer
from gateway.http.telemetry import Telemetry
from infra.clock import monotonic_ms

access = logging.getLogger("gateway.http.access")

BODY_BYTES_MAX: Final = 64 * 1024
HEAD_BYTES_MAX: Final = 16 * 1024
HEADERS_MAX: Final = 100
_PLAIN: Final = re.compile(r"[^A-Za-z0-9/_.:{}-]")
_PATH_MAX: Final = 120
_DIGITS_MAX: Final = 18
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

ONCE: Final = frozenset((
    b"authorization", b"content-length", b"content-type", b"host", b"origin", b"sec-fetch-site",
    b"transfer-encoding", b"x-csrf-token", b"if-none-match", b"content-encoding",
))  # fmt: skip

Headers = Sequence[tuple[bytes, bytes]]


class EveryRequest:
    """Gives a request its id, its answer the headers of all, and the log one line."""

    def __init__(self, app: ASGIApp, headers: Headers, telemetry: Telemetry) -> None:
        """`headers` go with every answer that has not set them itself."""
        self._app = app
        self._headers = headers
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["request_id"] = secrets.token_hex(8)
        begun_ms = monotonic_ms()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": self._with_ours(message["headers"], request_id)}
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            path = _PLAIN.sub("?", scope["path"])[:_PATH_MAX]
            took_ms = monotonic_ms() - begun_ms
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            self._telemetry.answered(method, status, took_ms)
            access.info(
                "method=%s path=%s status=%d ms=%d request_id=%s",
                method, path, status, took_ms, request_id,
            )  # fmt: skip

    def _with_ours(self, headers: Headers, request_id: str) -> list[tuple[bytes, bytes]]:
        said = {name.lower() for name, _ in headers}
        more = [(name, value) for name, value in self._headers if name not in said]
        return [*headers, *more, (b"x-request-id", request_id.encode())]


class PlainHead:
    """Refuses a head that is too long or of two meanings; tells the rest who asks, who we are."""

    def __init__(
        self, app: ASGIApp, proxies: Collection[str] = (), hosts: Sequence[str] = ()
    ) -> None:
        """`proxies` are believed about who asks; `hosts` are our names, the one we go by first."""
        self._app = app
        self._proxies = proxies
        self._hosts = [host.encode() for host in hosts]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "headers": self._named(scope["headers"])}
        peer, port = scope["client"] or ("", 0)
        said = [value.decode("latin-1") for value in _said(scope, b"x-forwarded-for")]
        scope["client"] = (client_address(peer, said, self._proxies), port)
        if is_unfit(scope):
            refusal = answer(Request(scope), Problem(400))
            refusal.headers["connection"] = "close"
            await refusal(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope["method"] = "GET"  # whoever writes the answer knows, and leaves its body out
        await self._app(scope, receive, send)

    def _named(self, headers: Headers) -> list[tuple[bytes, bytes]]:
        if not self._hosts:
            return list(headers)
        return [
            (name, self._hosts[0] if name == b"host" and value not in self._hosts else value)
            for name, value in headers
        ]


def is_unfit(scope: Scope) -> bool:
    """Whether a head is longer than any of ours, or can be read two ways.

    The latter: something is said twice, its length two ways, or its target is another server's.
    """
    headers: Headers = scope["headers"]
    size = len(scope["query_string"]) + sum(len(name) + len(value) for name, value in headers)
    if size + len(scope["path"]) > HEAD_BYTES_MAX or len(headers) > HEADERS_MAX:
        return True
    names = [name for name, _ in headers if name in ONCE]
    framed = {b"content-length", b"transfer-encoding"}
    raw_path = scope.get("raw_path") or b"/"
    return len(names) != len(set(names)) or framed <= set(names) or not raw_path.startswith(b"/")


def _said(scope: Scope, wanted: bytes) -> list[bytes]:
    return [value for name, value in scope["headers"] if name == wanted]


class BoundedBody:
    """Refuses a body that is too large, whatever its length says."""

    def __init__(self, app: ASGIApp, bytes_max: int = BODY_BYTES_MAX) -> None:
        """`bytes_max` of one request."""
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, if its body is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        said = request.headers.get("content-length", "0")
        if not said.isdecimal() or len(said) > _DIGITS_MAX or int(said) > self._bytes_max:
            await answer(request, Problem(413, params=self._limit()))(scope, receive, send)
            return
        count = 0

        async def receiving() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > self._bytes_max:
                # the framework lets this one pass while it reads a body, and no other
                raise HTTPException(413, detail=str(self._bytes_max))
            return message

        await self._app(scope, receiving, send)

    def _limit(self) -> dict[str, int | str]:
        return {"bytes_max": self._bytes_max}


def safe_headers(push_url: str, stream_origins: Sequence[str] = ()) -> Headers:
    """Return what every answer bears.

    `push_url` is the one other place a page may talk to; `stream_origins` are those from which it
    may show a stream, as media or in a frame.
    """
    media = " ".join(("'self'", *stream_origins))
    frames = " ".join(stream_origins) or "'none'"
    policy = (
        f"default-src 'self'; connect-src 'self' {push_url}; img-src 'self' data:; "
        f"media-src {media}; frame-src {frames}; "
        "style-src 'self'; script-src 'self'; object-src 'none'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'self'"
    )
    return (
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        (b"cache-control", b"no-store"),
    )
