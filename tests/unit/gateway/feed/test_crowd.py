"""How many are in a room: who is told what figure, and whose stays a secret."""

from __future__ import annotations

from gateway.channels import Channel
from gateway.feed.crowd import Crowd
from gateway.feed.publication import Publication
from infra.headcounts import EXPIRES_MS, Count, Report, encode

SHOW, BIDDING = "roadshow:s1", "bidding.public:b1"


def crowd(*sealed: str) -> tuple[Crowd, list[Publication]]:
    told: list[Publication] = []
    return Crowd(told.append, lambda one: one in sealed), told


def said(gateway: str, at_ms: int, **rooms: Count) -> bytes:
    named = {name.replace("__", ":").replace("_", "."): one for name, one in rooms.items()}
    return encode(Report(gateway, at_ms, named))


def test_a_session_is_told_how_many_of_each_kind_over_all_gateways() -> None:
    made, told = crowd()
    made.take(0, said("g1", 1, roadshow__s1=Count(1, 2, 3)), 1)
    made.take(0, said("g2", 1, roadshow__s1=Count(0, 1, 1)), 1)
    made.tick(2)
    data = {
        "key": "presence", "count": 8, "experts": 1, "investors": 3, "guests": 4, "at_ms": 2,
    }  # fmt: skip
    assert told == [Publication(SHOW, data, key="presence", version=1)]
    assert made.latest(Channel("roadshow", "s1")) == data
    assert made.latest(Channel("roadshow.staff", "s1")) == data
    assert (made.people_of("s1"), made.people_of("s2")) == (8, None)
    assert (made.take_moved(), made.take_moved()) == ({"s1"}, set())


def test_of_a_bidding_there_is_one_figure_for_those_in_it_and_for_those_who_watch() -> None:
    made, told = crowd()
    made.take(0, said("g1", 1, bidding_public__b1=Count(0, 2, 3)), 1)
    made.tick(2)
    data = {"key": "presence", "count": 5, "at_ms": 2}
    assert [(one.channel, one.data) for one in told] == [(BIDDING, data), ("bidding:b1", data)]
    assert made.latest(Channel("bidding", "b1")) == made.latest(Channel("bidding.public", "b1"))
    assert made.people_of("b1") == 5


def test_while_envelopes_are_closed_nothing_is_counted() -> None:
    made, told = crowd("b1")
    made.take(0, said("g1", 1, bidding_public__b1=Count(0, 2, 3)), 1)
    made.tick(2)
    assert told == []
    assert made.latest(Channel("bidding.public", "b1")) is None
    assert made.people_of("b1") is None


def test_what_has_not_changed_is_not_told_and_the_last_who_goes_is() -> None:
    made, told = crowd()
    for at_ms in (1, 5_001, 10_001):
        made.take(0, said("g1", at_ms, roadshow__s1=Count(guests=1)), at_ms)
        made.tick(at_ms)
    assert [one.data["count"] for one in told] == [1]
    made.tick(10_001 + EXPIRES_MS)
    assert [one.data["count"] for one in told] == [1, 0]
    assert made.latest(Channel("roadshow", "s1")) is None


def test_other_rooms_and_what_is_no_record_tell_nothing() -> None:
    made, told = crowd()
    for value in (None, b"", b"{", said("g1", 1, bidding__b1=Count(9), user__a1=Count(9))):
        made.take(0, value, 1)
    made.tick(2)
    assert told == []
    assert made.latest(Channel("market")) is None
