"""The broker's time, from what has come."""

from __future__ import annotations

import pytest

from gateway.feed import log_time as module
from gateway.feed.log_time import LogTime


class Clock:
    """A monotonic clock that stands where it is put."""

    def __init__(self) -> None:
        self.at_ms = 1_000

    def __call__(self) -> int:
        return self.at_ms


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "monotonic_ms", made)
    monkeypatch.setattr(module, "now_ms", lambda: 9_000_000)
    return made


@pytest.mark.usefixtures("clock")
def test_before_anything_is_heard_it_is_our_own_wall_clock() -> None:
    assert LogTime().now_ms() == 9_000_000


def test_the_least_delay_counts(clock: Clock) -> None:
    time = LogTime()
    time.hear(500_000 - 40)  # came 40 ms late
    clock.at_ms = 1_100
    time.hear(500_100 - 3)
    time.hear(500_100 - 90)
    assert time.now_ms() == 500_097


def test_what_is_over_a_minute_old_counts_no_more(clock: Clock) -> None:
    time = LogTime()
    time.hear(500_000)
    for second in range(1, 62):
        clock.at_ms = 1_000 + second * 1_000
        time.hear(500_000 + second * 1_000 - 20)
    assert time.now_ms() == 500_000 + 61_000 - 20


def test_it_is_never_before_what_the_log_holds_already(clock: Clock) -> None:
    time = LogTime()
    time.expect(9_500_000)
    assert time.now_ms() == 9_500_000
    time.expect(5)
    assert time.now_ms() == 9_500_000
    clock.at_ms += 10
    time.hear(400_000)
    time.expect(9_900_000)
    assert time.now_ms() == 400_000
