"""People over all gateways: sums, and what a gateway said that is no more."""

from __future__ import annotations

import pytest

from infra.headcounts import (
    EXPIRES_MS,
    GATEWAYS_MAX,
    Count,
    Headcounts,
    Report,
    decode,
    encode,
)

ROOM, OTHER = "roadshow:s1", "bidding.public:b1"


def test_what_the_gateways_say_is_added_up() -> None:
    counts = Headcounts()
    assert counts.take(0, Report("g1", 1, {ROOM: Count(1, 2, 3)}), 1) == {ROOM}
    assert counts.take(0, Report("g2", 2, {ROOM: Count(0, 1, 5), OTHER: Count(0, 0, 1)}), 2) == {
        ROOM, OTHER,
    }  # fmt: skip
    assert counts.of(ROOM) == Count(1, 3, 8)
    assert counts.of(ROOM).people == 12
    assert counts.of(ROOM, without="g2") == Count(1, 2, 3)


def test_the_newest_word_of_a_gateway_replaces_all_it_said_of_a_partition() -> None:
    counts = Headcounts()
    counts.take(0, Report("g1", 1, {ROOM: Count(guests=3)}), 1)
    counts.take(1, Report("g1", 1, {OTHER: Count(guests=4)}), 1)
    assert counts.take(0, Report("g1", 2, {}), 2) == {ROOM}
    assert counts.of(ROOM).people == 0
    assert counts.of(OTHER).people == 4


def test_a_gateway_that_died_takes_its_people_with_it() -> None:
    counts = Headcounts()
    counts.take(0, Report("g1", 1_000, {ROOM: Count(guests=3)}), 1_000)
    counts.take(0, Report("g2", 2_000, {ROOM: Count(guests=4)}), 2_000)
    assert counts.expire(999 + EXPIRES_MS) == set()
    assert counts.expire(1_000 + EXPIRES_MS) == {ROOM}
    assert counts.of(ROOM).people == 4


def test_a_clock_that_runs_ahead_keeps_nobody_longer_and_old_words_count_for_nothing() -> None:
    counts = Headcounts()
    counts.take(0, Report("g1", 9_999_999, {ROOM: Count(guests=3)}), 1_000)
    assert counts.expire(1_000 + EXPIRES_MS) == {ROOM}
    counts.take(0, Report("g1", 5, {ROOM: Count(guests=3)}), 5 + EXPIRES_MS)
    assert counts.of(ROOM).people == 0


def test_only_so_many_gateways_are_remembered_and_the_last_stay() -> None:
    counts = Headcounts()
    for number in range(GATEWAYS_MAX + 5):
        counts.take(0, Report(f"g{number}", 1, {ROOM: Count(guests=1)}), 1)
    assert counts.of(ROOM).people == GATEWAYS_MAX
    assert counts.of(ROOM, without="g0").people == GATEWAYS_MAX


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"session_id":"s1"}', b"\xff"])
def test_what_is_no_record_is_none(value: bytes | None) -> None:
    assert decode(value) is None


def test_a_record_says_kinds_and_never_who() -> None:
    report = Report("g1", 5, {ROOM: Count(1, 2, 3)})
    assert encode(report) == b'{"gateway":"g1","at_ms":5,"rooms":{"roadshow:s1":[1,2,3]}}'
    assert decode(encode(report)) == report
