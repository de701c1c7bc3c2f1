"""Turns for a crowd, and who is refused."""

from http import HTTPStatus

import pytest

from gateway.push.admission import Admission, Turn
from gateway.push.limits import Limits

LIMITS = Limits(handshakes_per_second=100, handshake_wait_ms=3_000)


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


def test_an_address_that_opens_many_waits_and_others_do_not() -> None:
    limits = Limits(
        handshakes_per_second=10_000, address_handshakes_per_second=10, address_handshakes_burst=5,
    )  # fmt: skip
    admission = Admission(limits, 1_000)
    turns = [admission.arrive("h", 0, 0) for _ in range(60)]
    waits = [turn.wait_ms for turn in turns if isinstance(turn, Turn)]
    assert waits[:5] == [0] * 5
    assert waits[-1] == 3_000
    assert turns[-1] == HTTPStatus.SERVICE_UNAVAILABLE
    assert admission.arrive("other", 0, 0) == Turn(3)  # behind 35 that were given a turn


def test_only_so_many_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.push.admission.ADDRESSES_MAX", 3)
    admission = Admission(Limits(), 1_000)
    for number in range(10):
        admission.arrive(f"h{number}", 0, 0)
    assert list(admission._handshakes) == ["h7", "h8", "h9"]


def test_strangers_hold_a_tenth_of_the_process_at_most() -> None:
    strangers = Admission(Limits(), 30).strangers
    gone = [strangers.add(number, f"h{number}") for number in range(6)]
    assert gone == [None, None, None, 0, 1, 2]
