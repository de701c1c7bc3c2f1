"""Notices by audience, and heat."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.channels import Channel
from gateway.feed.board import Board
from gateway.feed.folded import Known
from gateway.feed.people import People
from gateway.feed.publication import Publication
from trading.membership.commands import Parties
from trading.membership.state import Membership, Number


def board() -> tuple[Board, list[Publication]]:
    told: list[Publication] = []
    people = People()
    for account_id, number in (("a-ann", "101"), ("a-ben", "102")):
        borne = Number("B-1", number, "", Parties(sellers=("o-1",)))
        people.adopt(Known(Membership(account_id, numbers=(borne,))))
    return Board(told.append, people), told


def notice(audience: str, notice_id: str = "n-1", **changes: Any) -> bytes:
    return msgspec.json.encode(
        {
            "notice_id": notice_id, "audience": audience, "code": "ITEM_CALLED",
            "params": {"item_id": "i1"}, "priority": "P1", "root": "s1",
            "cause": {"topic": "canary", "partition": 0, "offset": 7}, "at_ms": 5,
            "fallback_due": True, **changes,
        }
    )  # fmt: skip


def test_a_notice_goes_to_its_audience_with_an_offset_and_without_its_cause() -> None:
    made, told = board()
    made.take_notice(7, notice("seller:o-1"))
    assert told == [
        Publication(
            "seller:o-1",
            {
                "notice_id": "n-1", "code": "ITEM_CALLED", "params": {"item_id": "i1"},
                "at_ms": 5, "priority": "P1", "root": "s1", "fallback_due": True,
            },
            offset=8,
        )
    ]  # fmt: skip
    assert made.notices_of(Channel("seller", "o-1"))["notices"] == [told[0].data]


def test_a_notice_that_a_reactor_wrote_twice_is_told_once() -> None:
    made, told = board()
    made.take_notice(7, notice("desk:bidding"))
    made.take_notice(8, notice("desk:bidding"))
    assert len(told) == 1


def test_what_is_for_the_bidders_reaches_each_of_them_and_names_none() -> None:
    made, told = board()
    made.take_notice(7, notice("bidders:B-1"))
    made.take_notice(8, notice("bidder:B-1.101", "n-2"))
    assert [(one.channel, one.key, one.offset) for one in told] == [
        ("user:a-ann", "n-1", None), ("user:a-ben", "n-1", None), ("user:a-ann", "n-2", None),
    ]  # fmt: skip
    assert "a-ann" not in str([one.data for one in told])
    mine = made.notices_of(Channel("user", "a-ann"))["notices"]
    assert {one["notice_id"] for one in mine} == {"n-1", "n-2"}
    assert set(made.latest(Channel("user", "a-ben"))) == {"n-1"}


def test_what_cannot_be_read_is_passed_over() -> None:
    made, told = board()
    for value in (None, b"", b"{", b"[]", b'{"notice_id":1}'):
        made.take_notice(1, value)
        made.take_insight(1, value)
    assert not told


def test_heat_is_the_newest_of_its_key() -> None:
    made, told = board()
    ranking = [{"item_id": "i1", "score": 40, "rank": 1, "change": 0, "who": "canary"}]
    made.take_insight(0, msgspec.json.encode({"session_id": "s1", "at_ms": 1, "ranking": ranking}))
    assert [(one.channel, one.key) for one in told] == [("roadshow:s1", "heat")]
    assert "canary" not in str(told)
    assert set(made.latest(Channel("roadshow", "s1"))) == {"heat"}
    assert made.heat_of("s1") == 40
    assert made.take_heated() == {"s1"}
    assert made.take_heated() == set()
