"""How a refusal looks on a socket, and whose looking leaves a trail."""

from typing import Any, cast

import pytest
from msgspec.structs import astuple

from gateway.authorize import PUBLIC, Subject
from gateway.channels import parse
from gateway.push.wiring import LogAccess, error_of
from gateway.refusals import Refusal
from gateway.trail import Reading
from tests.support.http_app import FakeFeed, person


@pytest.mark.parametrize(
    ("status", "code"), [(401, 101), (403, 103), (404, 104), (422, 107), (400, 107), (413, 107)]
)
def test_a_refusal_keeps_its_code_as_the_message(status: int, code: int) -> None:
    error = error_of(Refusal("NOT_ELIGIBLE", status, {"role": "host"}))
    assert (error.code, error.message, error.temporary) == (code, "NOT_ELIGIBLE", False)
    assert error.params == {"role": "host"}


@pytest.mark.parametrize(
    ("code", "status", "number"), [("RATE", 429, 111), ("UNCONFIRMED", 503, 100)]
)
def test_what_is_worth_another_try_says_so(code: str, status: int, number: int) -> None:
    error = error_of(Refusal(code, status, temporary=True))
    assert (error.code, error.temporary) == (number, True)


class Told:
    """A trail that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Reading] = []

    def note(self, reading: Reading) -> bool:
        self.told.append(reading)
        return False


class ShownFeed(FakeFeed):
    """A feed that is asked by the names of channels."""

    def may_see(self, subject: Subject, channel: Any) -> bool:
        return super().may_see(subject, cast("Any", parse(channel)))

    def privilege(self, subject: Subject, channel: Any) -> str | None:
        return super().privilege(subject, cast("Any", parse(channel)))


@pytest.mark.parametrize(
    ("subject", "method", "channel", "role"),
    [
        (person("a-1", "supervisor"), "subscribe", "bidding.watch:B-1", "supervisor"),
        (person("a-1", "host"), "subscribe", "bidding.watch:B-1", "host"),
        (person("a-1", "host"), "subscribe", "roadshow:S-1", None),
        (person("a-1", "host"), "presence", "roadshow:S-1", "host"),
        (person("a-1", "investor"), "presence", "roadshow:S-1", None),
        (person("a-1", "investor"), "subscribe", "bidding.watch:B-1", None),
        (PUBLIC, "subscribe", "bidding.watch:B-1", None),
    ],
)
def test_who_looks_by_his_office_leaves_an_entry(
    subject: Subject, method: str, channel: str, role: str | None
) -> None:
    feed, trail = ShownFeed(), Told()
    if subject.account_id is not None:
        feed.roles[subject.account_id] = subject.roles
    access = LogAccess(cast("Any", None), cast("Any", feed), cast("Any", trail))
    assert access.note(subject, method, channel, 103, "::1") is (role is None)
    wanted = (feed.now_ms, "a-1", role, f"{method} {channel}", "::1", 103)
    assert [astuple(one) for one in trail.told] == ([] if role is None else [wanted])
