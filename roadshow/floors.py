"""What a door refuses of a roadshow's terms before the log; `decide` refuses the same, and last.

Rule 1: a card bears no profile: what is asked of its validity, only a door can ask.
"""

from typing import Final

from roadshow.session.commands import PlanSession
from roadshow.session.terms import plan_out_of_bounds
from roadshow.showcase.commands import PublishCard
from trading.bounds import Bound, not_here, out_of_bounds
from trading.calendar import DAY_MS
from trading.outcome import Rejection

CARD_BOUNDS: Final = (
    Bound("validity_ms", 90 * DAY_MS, 731 * DAY_MS, "0.3 showcase_validity_months"),
)


def refuse_at_door(command: object, running: str) -> Rejection | None:
    """The first thing that cannot be asked here; `running`: the profile of what runs behind it."""
    if isinstance(command, PlanSession):
        plan = command.plan
        return not_here(plan.profile, running) or plan_out_of_bounds(plan)
    if isinstance(command, PublishCard):
        return out_of_bounds(command, running, CARD_BOUNDS)
    return None
