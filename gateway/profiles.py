"""Short terms are for demos and tests: elsewhere they never reach the log (design, part 3).

Rule 1: what runs as `demo` or `test` takes all terms; everything else takes the standard ones.
"""

from gateway.refusals import Refusal
from infra.running import SHORT_PROFILES, STANDARD
from roadshow.session.commands import PlanSession
from trading.bidding.commands import ScheduleBidding


def profile_of(body: object) -> str:
    """Return the profile of the terms that a command brings; standard where it brings none."""
    if isinstance(body, ScheduleBidding):
        return body.terms.profile
    return body.plan.profile if isinstance(body, PlanSession) else STANDARD


def check_profile(body: object, running: str) -> None:
    """Raise `Refusal` where the terms are shorter than what runs here allows."""
    asked = profile_of(body)
    if asked != STANDARD and running not in SHORT_PROFILES:
        raise Refusal("PROFILE_NOT_ALLOWED", 403, {"profile": asked[:16]})
