"""How often a sign-in may fail: guessing is slowed, and nobody waits for what others did."""

import threading

import pytest
from sqlalchemy import Engine

from infra.identity import login_limits
from infra.identity.login_limits import (
    DELAY_MS_MAX,
    FIRST_DELAY_MS,
    FREE,
    FREE_UNDER_ATTACK,
    KEPT_MS,
    PER_ACCOUNT_MANY,
    PER_ADDRESS_MANY,
    WINDOW_MS,
    Attempt,
    LoginLimits,
    TooMany,
    delay_ms,
    network_of,
)

NOW = 1_800_000_000_000
HALL = "203.0.113.7"
PHONE = "0123456789abcdef01234567"


@pytest.fixture
def limits(engine: Engine) -> LoginLimits:
    return LoginLimits(engine)


def fail(limits: LoginLimits, login: str, address: str, count: int, at_ms: int = NOW) -> None:
    for _ in range(count):
        assert isinstance(limits.begin(login, address, at_ms), Attempt)


def test_guessing_at_one_account_waits_longer_each_time(limits: LoginLimits) -> None:
    at_ms = NOW
    fail(limits, "lin", HALL, FREE)
    for wait_ms in (2_000, 4_000, 8_000, 16_000):
        assert limits.begin("LIN ", HALL, at_ms) == TooMany(wait_ms)
        assert limits.begin("lin", HALL, at_ms + wait_ms - 1) == TooMany(1)
        at_ms += wait_ms
        fail(limits, "lin", HALL, 1, at_ms)


def test_a_day_of_guessing_from_one_address_is_few_guesses() -> None:
    spent_ms, guesses = 0, 0
    while spent_ms < 24 * 3_600_000:
        guesses += 1
        spent_ms += delay_ms(guesses, FREE)
    assert guesses < 120
    assert delay_ms(1_000_000, FREE) == DELAY_MS_MAX


def test_a_day_later_it_is_forgotten(limits: LoginLimits) -> None:
    fail(limits, "lin", HALL, FREE)
    fail(limits, "lin", HALL, FREE, NOW + KEPT_MS)


def test_who_is_guessed_at_still_gets_in_from_elsewhere(limits: LoginLimits) -> None:
    fail(limits, "lin", "198.51.100.1", FREE)
    assert isinstance(limits.begin("lin", HALL, NOW), Attempt)


def test_his_own_phone_gets_in_though_all_the_hall_guesses_at_him(limits: LoginLimits) -> None:
    for i in range(PER_ACCOUNT_MANY):
        fail(limits, "lin", f"198.51.100.{i}", 1)
    fail(limits, "lin", HALL, 1)
    assert isinstance(limits.begin("lin", HALL, NOW), TooMany)
    right = limits.begin("lin", HALL, NOW, PHONE)
    assert isinstance(right, Attempt)
    limits.succeeded(right)
    assert isinstance(limits.begin("lin", HALL, NOW), TooMany), "the hall's failures stay"


def test_a_stolen_phone_is_slowed_like_anybody(limits: LoginLimits) -> None:
    for _ in range(FREE):
        assert isinstance(limits.begin("lin", HALL, NOW, PHONE), Attempt)
    assert limits.begin("lin", "198.51.100.1", NOW, PHONE) == TooMany(FIRST_DELAY_MS)


def test_guessing_from_many_addresses_gives_each_one_try_and_shuts_out_nobody(
    limits: LoginLimits,
) -> None:
    for i in range(PER_ACCOUNT_MANY * 3):
        fail(limits, "lin", f"198.51.{i}.1", FREE_UNDER_ATTACK)
    assert isinstance(limits.begin("lin", HALL, NOW), Attempt)
    assert limits.begin("lin", HALL, NOW) == TooMany(FIRST_DELAY_MS)
    assert isinstance(limits.begin("lin", HALL, NOW + FIRST_DELAY_MS), Attempt)


def test_whoever_fails_a_hundred_times_in_a_hall_holds_up_nobody_there(
    limits: LoginLimits,
) -> None:
    for i in range(PER_ADDRESS_MANY * 2):
        fail(limits, f"login{i}", HALL, 1)
    for i in range(300):
        attempt = limits.begin(f"guest{i}", HALL, NOW + i)
        assert isinstance(attempt, Attempt)
        limits.succeeded(attempt)
    fail(limits, "another", HALL, FREE_UNDER_ATTACK)
    assert isinstance(limits.begin("another", HALL, NOW), TooMany), "a spray has one guess each"
    later = NOW + WINDOW_MS
    fail(limits, "one more", HALL, FREE, later)


def test_signing_in_forgets_what_failed_before_for_that_account_there(limits: LoginLimits) -> None:
    fail(limits, "lin", HALL, FREE - 1)
    right = limits.begin("lin", HALL, NOW + 10)
    assert isinstance(right, Attempt)
    limits.succeeded(right)
    fail(limits, "lin", HALL, FREE)


def test_a_hundred_attempts_at_once_are_a_hundred_attempts(limits: LoginLimits) -> None:
    gate, found = threading.Barrier(8), list[object]()

    def guess() -> None:
        gate.wait()
        found.extend(limits.begin("lin", HALL, NOW) for _ in range(3))

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 24
    assert sum(isinstance(one, Attempt) for one in found) == FREE


def test_an_attempt_that_was_not_looked_at_does_not_count(limits: LoginLimits) -> None:
    for _ in range(FREE * 2):
        attempt = limits.begin("lin", HALL, NOW)
        assert isinstance(attempt, Attempt)
        limits.withdrawn(attempt)


def test_a_new_password_forgives(limits: LoginLimits) -> None:
    fail(limits, "lin", HALL, FREE)
    limits.forgive("Lin")
    assert isinstance(limits.begin("lin", HALL, NOW), Attempt)


def test_what_is_kept_of_failures_is_bounded(
    limits: LoginLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_limits, "ROWS_MAX", 2)
    fail(limits, "lin", HALL, FREE)
    limits.trim()
    fail(limits, "zhou", HALL, 2, NOW + 1)
    limits.trim()
    fail(limits, "lin", HALL, FREE, NOW + 2)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("unknown", "unknown"),
        ("x" * 99, "x" * 64),
    ],
)
def test_who_has_one_address_of_a_network_has_them_all(address: str, network: str) -> None:
    assert network_of(address) == network
