"""How a refusal of the command path looks on a socket."""

import pytest

from gateway.push.wiring import error_of
from gateway.refusals import Refusal


@pytest.mark.parametrize(
    ("status", "code"), [(401, 101), (403, 103), (404, 104), (422, 107), (400, 107), (413, 107)]
)
def test_a_refusal_keeps_its_code_as_the_message(status: int, code: int) -> None:
    error = error_of(Refusal("NOT_ELIGIBLE", status, {"role": "host"}))
    assert (error.code, error.message, error.temporary) == (code, "NOT_ELIGIBLE", False)
    assert error.params == {"role": "host"}


@pytest.mark.parametrize(
    ("code", "status", "number"), [("RATE", 429, 111), ("UNCONFIRMED", 503, 100)]
)
def test_what_is_worth_another_try_says_so(code: str, status: int, number: int) -> None:
    error = error_of(Refusal(code, status, temporary=True))
    assert (error.code, error.temporary) == (number, True)
