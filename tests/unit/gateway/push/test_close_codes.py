"""The protocol's table, and nothing beside it."""

import json

import pytest

from gateway.push import close_codes
from gateway.push.close_codes import CLOSE_CODES, CloseCode, Error

ERRORS = [each for each in vars(close_codes).values() if isinstance(each, Error)]


@pytest.mark.parametrize("close", CLOSE_CODES, ids=lambda close: str(close.code))
def test_a_reason_is_words_and_fits_a_close_frame(close: CloseCode) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(close.reason)
    assert len(close.reason.encode()) <= 123


@pytest.mark.parametrize("close", CLOSE_CODES, ids=lambda close: str(close.code))
def test_every_code_is_of_the_protocols_table(close: CloseCode) -> None:
    assert close.code in {*range(3000, 3015), *range(3500, 3510)}


def test_who_was_slow_comes_back_and_who_forged_does_not() -> None:
    assert close_codes.SLOW.comes_back
    assert not close_codes.INVALID_TOKEN.comes_back


def test_what_is_worth_another_try_says_so() -> None:
    assert {error.code for error in ERRORS if error.temporary} == {100, 111}
