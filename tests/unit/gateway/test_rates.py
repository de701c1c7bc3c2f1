"""Five commands a second, an account each."""

from __future__ import annotations

import pytest

from gateway import rates as module
from gateway.rates import Rates


def test_the_sixth_within_a_second_is_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0]
    monkeypatch.setattr(module, "monotonic_ms", lambda: now[0])
    rates = Rates()
    assert [rates.take("a-1") for _ in range(6)] == [True] * 5 + [False]
    assert rates.take("a-2")
    now[0] = 999
    assert not rates.take("a-1")
    now[0] = 1_000
    assert rates.take("a-1")


def test_who_was_quiet_longest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rates, "ACCOUNTS_MAX", 2)
    rates = Rates()
    for account in ("a-1", "a-2", "a-3"):
        assert rates.take(account)
    assert list(rates._taken) == ["a-2", "a-3"]
