"""Five commands a second, an account each."""

from __future__ import annotations

import pytest

from gateway import rates as module
from gateway.rates import Rates


def test_the_sixth_within_a_second_is_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0]
    monkeypatch.setattr(module, "monotonic_ms", lambda: now[0])
    rates = Rates()
    assert [rates.take("a-1", f"c-{index}") for index in range(6)] == [True] * 5 + [False]
    assert rates.take("a-2", "c-9")
    now[0] = 999
    assert not rates.take("a-1", "c-9")
    now[0] = 1_000
    assert rates.take("a-1", "c-9")


def test_what_came_by_another_door_counts_once_the_log_tells_of_it() -> None:
    rates = Rates()
    assert rates.take("a-1", "c-1")
    rates.heard("a-1", "c-1")
    for other in ("c-2", "c-3", "c-4"):
        rates.heard("a-1", other)
    assert rates.take("a-1", "c-5")
    assert not rates.take("a-1", "c-6")


def test_who_was_quiet_longest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rates, "ACCOUNTS_MAX", 2)
    rates = Rates()
    for account in ("a-1", "a-2", "a-3"):
        assert rates.take(account, "c-1")
    assert list(rates._taken) == ["a-2", "a-3"]
