"""Terms that may not reach the log through this door (design, part 3; domain 0.3).

Rule 1: what runs as `demo` or `test` takes short terms; everything else takes the standard ones.
Rule 2: floors and caps are those that `decide` asks for too, by the same functions.
"""

from typing import Final

from gateway.refusals import Refusal
from roadshow import floors as roadshow
from trading.bidding import floors as bidding
from trading.bounds import PROFILE_NOT_ALLOWED

_FORBIDDEN: Final = 403
_UNFIT: Final = 422


def check_terms(body: object, running: str) -> None:
    """Raise `Refusal` where terms are none for what runs here, or none that the law allows."""
    refused = bidding.refuse_at_door(body, running) or roadshow.refuse_at_door(body, running)
    if refused is not None:
        status = _FORBIDDEN if refused.code == PROFILE_NOT_ALLOWED else _UNFIT
        raise Refusal(refused.code, status, refused.params)
