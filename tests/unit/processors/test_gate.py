"""Each record once, in order, and only what counts: a repeat, a gap, a stale record, a break."""

from __future__ import annotations

import pytest

from infra.chain import genesis, hash_decision
from infra.codec import Asked, Decision, encode_decision
from processors.gate import Gap, Gate, Row, open_gate

LOG = "log"
TOPIC = "roadshow.commands"


def rows(count: int) -> list[Row]:
    """A chain of decisions."""
    prev = genesis(LOG, TOPIC, 0).hex()
    found: list[Row] = []
    for offset in range(count):
        decision = Decision(Asked(offset), offset, 0, 0, "decided", [], 1, "", prev)
        value = encode_decision(decision)
        prev = hash_decision(value).hex()
        found.append((offset, value))
    return found


def gate_at(known: list[Row], resume: int = 0) -> Gate:
    return open_gate(LOG, TOPIC, 0, known, resume)[0]


def offsets(counted: list[object]) -> list[int]:
    return [one.offset for one in counted]  # type: ignore[attr-defined]


def test_it_begins_behind_what_was_read_and_says_what_is_still_to_be_done_of_it() -> None:
    gate, counted = open_gate(LOG, TOPIC, 0, rows(5), 3)
    assert (gate.next_offset, offsets([*counted])) == (5, [3, 4])


def test_a_repeat_is_passed_over_and_what_comes_next_is_taken() -> None:
    log = rows(6)
    gate = gate_at(log[:3])
    assert offsets([*gate.take(log[1:3])]) == []
    assert offsets([*gate.take(log[2:5])]) == [3, 4]


def test_a_gap_is_told_before_anything_is_taken_and_reading_it_back_closes_it() -> None:
    log = rows(6)
    gate = gate_at(log[:2])
    with pytest.raises(Gap) as told:
        gate.take(log[4:5])
    assert (told.value.first, told.value.end, gate.next_offset) == (2, 4, 2)
    assert offsets([*gate.take(log[2:])]) == [2, 3, 4, 5]


def test_a_stale_copy_is_passed_over_without_a_word() -> None:
    log = rows(3)
    gate = gate_at(log)
    assert gate.take([(3, log[2][1])]) == []
    assert (gate.next_offset, gate.broken) == (4, None)


def test_behind_a_break_nothing_is_taken_any_more() -> None:
    log = rows(4)
    gate = gate_at(log[:2])
    assert gate.take([(2, b"{}"), (3, log[3][1])]) == []
    assert gate.broken is not None
    assert gate.next_offset == 4, "it keeps up, so that the watchdog sees no stall"


def test_it_begins_in_the_middle_of_a_log_whose_first_part_is_not_read() -> None:
    log = rows(10)
    gate, counted = open_gate(LOG, TOPIC, 0, log[4:8], 6)
    assert offsets([*counted]) == [6, 7]
    assert offsets([*gate.take(log[8:])]) == [8, 9]


def test_an_empty_partition_begins_at_the_genesis() -> None:
    gate, counted = open_gate(LOG, TOPIC, 0, [], 0)
    assert counted == []
    assert offsets([*gate.take(rows(2))]) == [0, 1]
