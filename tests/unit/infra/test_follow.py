"""A reader without a position begins a little before the end, and still knows what counts."""

from __future__ import annotations

import pytest

from infra.chain import Broken, hash_decision
from infra.codec import decode_decision, encode_decision
from infra.follow import WINDOW, anchor, follow, wider, window_start
from infra.topics import BIDDING
from tests.support.written import LOG_ID, asks, write

ROWS = [(one.offset, one.value) for one in write(asks(20)).decisions]


def test_a_window_reaches_to_the_end_and_not_before_the_start() -> None:
    assert window_start(0, 10) == 0
    assert window_start(5, 10) == 5
    assert window_start(0, WINDOW + 7) == 7


def test_everything_that_counts_is_followed_from_the_genesis() -> None:
    chain, counted = anchor(LOG_ID, BIDDING.commands, 0, ROWS)
    assert [one.offset for one in counted] == [offset for offset, _ in ROWS]
    assert chain.position.offset == ROWS[-1][0]


def test_a_log_without_decisions_is_followed_from_the_genesis() -> None:
    chain, counted = anchor(LOG_ID, BIDDING.commands, 0, [])
    assert counted == []
    assert follow(chain, ROWS)[0].offset == 0


def test_from_any_record_on_the_same_records_count() -> None:
    for start in range(1, len(ROWS)):
        chain, counted = anchor(LOG_ID, BIDDING.commands, 0, ROWS[start:])
        assert [one.offset for one in counted] == [offset for offset, _ in ROWS[start:]]
        assert chain.position.offset == ROWS[-1][0]


def test_a_window_that_begins_among_stale_copies_finds_the_chain() -> None:
    values = [value for _, value in ROWS]
    whole = list(enumerate([*values[:-1], *values[-8:-4], values[-1]]))
    for start in range(1, len(whole)):
        chain, _ = anchor(LOG_ID, BIDDING.commands, 0, whole[start:])
        assert chain.position.offset == whole[-1][0]
        assert chain.head_hex == hash_decision(values[-1] or b"").hex()


def test_a_record_that_does_not_follow_is_a_break() -> None:
    decision = decode_decision(ROWS[-1][1] or b"")
    decision.prev = "0" * 64
    with pytest.raises(Broken):
        anchor(LOG_ID, BIDDING.commands, 0, [*ROWS[:-1], (len(ROWS), encode_decision(decision))])


def test_a_window_without_a_decision_is_nothing_to_begin_with() -> None:
    with pytest.raises(Broken):
        anchor(LOG_ID, BIDDING.commands, 0, [(5, b"{}")])


def test_noise_does_not_hide_the_chain_and_makes_the_window_wider() -> None:
    noise: list[tuple[int, bytes | None]] = [(at, None) for at in range(len(ROWS), 5_000)]
    window = [*ROWS[5:], *noise]
    chain, counted = anchor(LOG_ID, BIDDING.commands, 0, window)
    assert [one.offset for one in counted] == [offset for offset, _ in ROWS[5:]]
    assert chain.position.offset == ROWS[-1][0]
    assert wider(0, noise[-WINDOW:]) == 5_000 - 4 * WINDOW
    assert wider(4_000, noise[-100:]) == 4_000
    assert wider(0, window[:10]) is None
    assert wider(5, window) is None
