"""An invented room is nothing, to nobody; and a refusal does not tell what there is."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.authorize import PUBLIC, Subject
from gateway.channels import KINDS
from gateway.feed.feed import Feed
from roadshow.session import commands as cmd
from tests.support.hall import Hall
from tests.support.shows import DESK
from tests.support.stage_hall import StageHall
from tests.unit.gateway.feed.test_shows import planned, played


def subject(*roles: str) -> Subject:
    return Subject("a-1", "o-1", frozenset(roles), "", "s", 0)


EVERYBODY = tuple(
    subject(role)
    for role in ("investor", "seller", "expert", "host", "desk_officer", "bid_controller",
                 "supervisor")
)  # fmt: skip


def feed_of(hall: Hall | None = None, show: StageHall | None = None) -> Feed:
    feed = Feed("nowhere:1", lambda _: None)
    if hall is not None:
        feed.biddings = hall.biddings
    if show is not None:
        feed.shows = show.shows
    return feed


def invented() -> list[str]:
    rooms = [f"{kind}:nope" for kind in KINDS if kind not in ("market", "bidder", "user", "seller")]
    return [*rooms, "bidder:nope.101", "user:a-2", "seller:o-2", "nope:nope", "market:nope", ""]


@pytest.mark.parametrize("who", [PUBLIC, *EVERYBODY], ids=lambda one: "-".join(one.roles))
def test_a_room_that_nobody_made_is_no_ones(who: Subject) -> None:
    feed = feed_of(opened())
    assert [name for name in invented() if feed.may_see(who, name)] == []


def opened(**changes: Any) -> Hall:
    hall = Hall()
    hall.run(1)
    hall.schedule("A", "B", **changes)
    return hall


def test_a_bidding_is_the_publics_once_the_public_has_heard_of_it() -> None:
    hall = opened(public_delay_ms=5_000)
    feed = feed_of(hall)
    assert not feed.may_see(PUBLIC, "bidding.public:B-1")
    assert feed.may_see(subject("host"), "bidding.public:B-1")
    assert feed.may_see(subject("expert"), "bidding:B-1")
    hall.run(10)
    assert feed.may_see(PUBLIC, "bidding.public:B-1")
    assert not feed.may_see(PUBLIC, "bidding:B-1")


def test_a_session_is_the_publics_once_it_is_published() -> None:
    show = planned(access="public")
    feed = feed_of(show=show)
    assert not feed.may_see(PUBLIC, "roadshow:s1")
    assert feed.may_see(subject("host"), "roadshow:s1")
    show.do(DESK, cmd.PublishSession())
    assert feed.may_see(PUBLIC, "roadshow:s1")
    assert not feed.may_see(PUBLIC, "bidding.public:s1"), "a session is no bidding"


def test_a_bidding_that_a_session_has_called_is_there_before_it_is_on_the_calendar() -> None:
    show = played()
    (bidding_id,) = {
        item.bidding.bidding_id for item in show.show.session.items.values()
    } - {""}  # fmt: skip
    assert feed_of(show=show).may_see(subject("investor"), f"bidding.public:{bidding_id}")
