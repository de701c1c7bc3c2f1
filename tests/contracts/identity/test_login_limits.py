"""How often a sign-in may fail: by account, by address, and never because of others' luck."""

import threading

import pytest
from sqlalchemy import Engine

from infra.identity.login_limits import (
    PER_ACCOUNT_AND_ADDRESS_MAX,
    PER_ACCOUNT_MAX,
    PER_ADDRESS_MAX,
    WINDOW_MS,
    Attempt,
    LoginLimits,
    TooMany,
)

NOW = 1_800_000_000_000
HALL = "203.0.113.7"


@pytest.fixture
def limits(engine: Engine) -> LoginLimits:
    return LoginLimits(engine)


def fail(limits: LoginLimits, login: str, address: str, count: int) -> None:
    for i in range(count):
        assert isinstance(limits.begin(login, address, NOW + i), Attempt)


def test_guessing_at_one_account_is_stopped(limits: LoginLimits) -> None:
    fail(limits, "lin", HALL, PER_ACCOUNT_AND_ADDRESS_MAX)
    stopped = limits.begin("LIN ", HALL, NOW + 100)
    assert stopped == TooMany(WINDOW_MS - 100)


def test_it_is_open_again_after_a_while(limits: LoginLimits) -> None:
    fail(limits, "lin", HALL, PER_ACCOUNT_AND_ADDRESS_MAX)
    assert isinstance(limits.begin("lin", HALL, NOW + WINDOW_MS - 1), TooMany)
    assert isinstance(limits.begin("lin", HALL, NOW + WINDOW_MS), Attempt)


def test_who_is_guessed_at_still_gets_in_from_elsewhere(limits: LoginLimits) -> None:
    fail(limits, "lin", "198.51.100.1", PER_ACCOUNT_AND_ADDRESS_MAX)
    assert isinstance(limits.begin("lin", HALL, NOW), Attempt)


def test_guessing_from_many_addresses_is_stopped_too(limits: LoginLimits) -> None:
    for i in range(PER_ACCOUNT_MAX):
        fail(limits, "lin", f"198.51.100.{i}", 1)
    assert isinstance(limits.begin("lin", HALL, NOW), TooMany)


def test_guessing_at_many_accounts_from_one_address_is_stopped(limits: LoginLimits) -> None:
    for i in range(PER_ADDRESS_MAX):
        fail(limits, f"login{i}", HALL, 1)
    assert isinstance(limits.begin("another", HALL, NOW), TooMany)
    assert isinstance(limits.begin("another", "198.51.100.1", NOW), Attempt)


def test_a_hall_of_people_who_sign_in_rightly_is_one_address_and_no_limit(
    limits: LoginLimits,
) -> None:
    for i in range(PER_ADDRESS_MAX * 3):
        attempt = limits.begin(f"login{i}", HALL, NOW + i)
        assert isinstance(attempt, Attempt)
        limits.succeeded(attempt)


def test_signing_in_forgets_what_failed_before_for_that_account_there(limits: LoginLimits) -> None:
    fail(limits, "lin", HALL, PER_ACCOUNT_AND_ADDRESS_MAX - 1)
    right = limits.begin("lin", HALL, NOW + 10)
    assert isinstance(right, Attempt)
    limits.succeeded(right)
    fail(limits, "lin", HALL, PER_ACCOUNT_AND_ADDRESS_MAX)


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
    assert sum(isinstance(one, Attempt) for one in found) == PER_ACCOUNT_AND_ADDRESS_MAX


def test_an_attempt_that_was_not_looked_at_does_not_count(limits: LoginLimits) -> None:
    for _ in range(PER_ACCOUNT_AND_ADDRESS_MAX * 2):
        attempt = limits.begin("lin", HALL, NOW)
        assert isinstance(attempt, Attempt)
        limits.withdrawn(attempt)


def test_a_new_password_forgives(limits: LoginLimits) -> None:
    fail(limits, "lin", HALL, PER_ACCOUNT_AND_ADDRESS_MAX)
    limits.forgive("Lin")
    assert isinstance(limits.begin("lin", HALL, NOW), Attempt)
