"""When the chronograph ticks: by the newest decision, in the broker's time."""

from __future__ import annotations

from producers.chronograph import BUSY_MS, EARLY_MS, IDLE_MS, Face, next_tick_ms


def test_it_ticks_every_second_while_anything_is_open() -> None:
    assert next_tick_ms(10_000, at_ms=9_500, next_due_ms=9_500) == 10_000 + BUSY_MS


def test_it_ticks_every_thirty_seconds_while_nothing_is_due() -> None:
    assert next_tick_ms(10_000, at_ms=9_500, next_due_ms=None) == 10_000 + IDLE_MS
    assert next_tick_ms(10_000, at_ms=9_500, next_due_ms=9_999_999) == 10_000 + IDLE_MS


def test_it_is_at_a_tick_a_second_from_five_seconds_before_a_timer() -> None:
    due_ms = 30_000
    assert next_tick_ms(10_000, at_ms=9_500, next_due_ms=due_ms) == due_ms - EARLY_MS
    assert next_tick_ms(due_ms - EARLY_MS, at_ms=9_500, next_due_ms=due_ms) == (
        due_ms - EARLY_MS + BUSY_MS
    )
    assert next_tick_ms(due_ms + 1, at_ms=9_500, next_due_ms=due_ms) == due_ms + 1 + BUSY_MS


def test_the_first_tick_does_not_wait() -> None:
    face = Face()
    assert face.wait_ms(123) == 0
    face.last_ms = 1_000
    assert face.wait_ms(1_500) == IDLE_MS - 500
    assert face.wait_ms(1_000_000) == 0
