"""SM-13b as a table: what it leaves out cannot happen."""

from typing import get_args

import pytest

from roadshow.interest.events import (
    EVENTS,
    InterestMatching,
    InterestRegistered,
    InterestTermsSet,
)
from roadshow.interest.evolve import TRANSITIONS, evolve
from roadshow.interest.state import RUNNING, Interests, Phase

REGISTERED = InterestRegistered(
    interest_id="i-1", item_id="i1", account_id="a-1", kind="buy", amount_from_fen=None,
    amount_to_fen=None, wish="", message="", contact="desk_only", nda_wished=False, notice="x",
    at_ms=0, acknowledge_by_ms=10, stale_at_ms=20, close_at_ms=30,
)  # fmt: skip


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_a_row(event: type) -> None:
    rows = [phase for phase, kind in TRANSITIONS if kind is event]
    assert rows or event in {InterestRegistered, InterestTermsSet}


def test_every_phase_can_be_reached_and_what_is_over_stays_so() -> None:
    reached: set[str] = {"registered"}
    for _ in get_args(Phase):
        reached |= {to for (phase, _), tos in TRANSITIONS.items() if phase in reached for to in tos}
    assert reached == set(get_args(Phase))
    assert {phase for phase, _ in TRANSITIONS} == set(RUNNING)


def test_what_the_table_leaves_out_cannot_happen() -> None:
    interests = evolve(Interests(), REGISTERED)
    with pytest.raises(AssertionError, match="InterestMatching cannot happen while registered"):
        evolve(
            interests, InterestMatching("i-1", "a-2", nda_signed=True, stale_at_ms=1, close_at_ms=2)
        )
