"""Turns for a crowd, and who is refused."""

from http import HTTPStatus

from gateway.push.admission import Admission, Turn
from gateway.push.limits import Limits

LIMITS = Limits(handshakes_per_second=100, handshake_wait_ms=3_000, strangers_per_address_max=2)


def test_a_crowd_is_given_turns_and_only_what_would_wait_too_long_is_refused() -> None:
    admission = Admission(LIMITS, 1_000)
    turns = [admission.arrive("h", 0, 0) for _ in range(400)]
    waits = [turn.wait_ms for turn in turns if isinstance(turn, Turn)]
    assert waits == sorted(waits)
    assert waits[0] == 0
    assert waits[-1] <= 3_000
    assert 300 <= len(waits) <= 302
    assert set(turns[len(waits) :]) == {HTTPStatus.SERVICE_UNAVAILABLE}


def test_the_queue_empties_with_time() -> None:
    admission = Admission(LIMITS, 1_000)
    for _ in range(400):
        admission.arrive("h", 0, 0)
    assert isinstance(admission.arrive("h", 0, 2_000), Turn)


def test_a_full_process_says_so() -> None:
    assert Admission(LIMITS, 10).arrive("h", 11, 0) == HTTPStatus.SERVICE_UNAVAILABLE


def test_an_address_counts_only_strangers() -> None:
    admission = Admission(LIMITS, 1_000)
    for _ in range(3):
        admission.stranger("h")
    assert admission.arrive("h", 0, 0) == HTTPStatus.TOO_MANY_REQUESTS
    admission.known("h")
    admission.known("h")
    assert isinstance(admission.arrive("h", 0, 0), Turn)
