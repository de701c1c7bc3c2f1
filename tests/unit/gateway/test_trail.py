"""The audit trail: what an entry says, and that nothing in it can be touched unseen (T26)."""

from __future__ import annotations

import json

import pytest

from gateway.trail import Head, Pen, Reading, head_of, read_trail

LOG = "a-log"


def written(count: int, pen: Pen | None = None, who: str = "a-desk") -> list[bytes]:
    pen = pen or Pen(LOG)
    return [
        pen.write(Reading(index, who, "desk_officer", f"GET /api/state/desk:q{index}", "::1", 200))
        for index in range(count)
    ]


def test_an_entry_says_who_in_which_role_what_when_from_where_and_the_answer() -> None:
    trail = read_trail(LOG, written(1))
    (entry,) = trail.entries
    assert (entry.who, entry.role, entry.what) == ("a-desk", "desk_officer",
                                                   "GET /api/state/desk:q0")  # fmt: skip
    assert (entry.at_ms, entry.address, entry.answer) == (0, "::1", 200)
    assert (entry.number, trail.faults) == (1, [])


def test_two_writers_do_not_have_to_agree_and_a_repeat_is_one_entry() -> None:
    one, other = written(3), written(2, who="a-host")
    trail = read_trail(LOG, [one[0], other[0], one[1], one[1], other[1], one[2], one[2]])
    assert trail.faults == []
    assert len(trail.entries) == 5
    assert sorted(head.number for head in trail.heads) == [2, 3]


@pytest.mark.parametrize("index", range(4))
def test_whatever_is_changed_dropped_moved_or_put_in_is_seen(index: int) -> None:
    values = written(5)
    entry = json.loads(values[index])
    for name in entry:
        other = {**entry, name: entry[name] + 1 if isinstance(entry[name], int) else "x"}
        changed = [*values]
        changed[index] = json.dumps(other, separators=(",", ":")).encode()
        assert read_trail(LOG, changed).faults, name
    assert read_trail(LOG, values[:index] + values[index + 1 :]).faults
    swapped = [*values]
    swapped[index], swapped[index + 1] = swapped[index + 1], swapped[index]
    assert read_trail(LOG, swapped).faults
    forged = json.dumps({**entry, "answer": 404}, separators=(",", ":")).encode()
    assert read_trail(LOG, [*values[:index], forged, *values[index:]]).faults
    assert read_trail(LOG, [*values[:index], b"{", *values[index:]]).faults


def test_a_tail_that_was_cut_off_is_seen_by_who_kept_a_head() -> None:
    values = written(4)
    (head,) = read_trail(LOG, values).heads
    kept = head_of(str(head))
    assert kept == head
    assert read_trail(LOG, values, [kept]).faults == []
    assert read_trail(LOG, values[:3]).faults == []
    assert read_trail(LOG, values[:3], [kept]).faults


def test_a_trail_of_another_log_does_not_fit() -> None:
    assert read_trail("another", written(2)).faults


@pytest.mark.parametrize("text", ["", "a", "a:b:c", "a:1", "a:1:b:c"])
def test_a_head_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        head_of(text)


def test_what_is_long_is_cut() -> None:
    value = Pen(LOG).write(Reading(1, "a", "host", "x" * 9_000, "y" * 9_000, 200))
    assert len(value) < 600
    assert read_trail(LOG, [value]).faults == []
    assert isinstance(read_trail(LOG, [value]).heads[0], Head)
