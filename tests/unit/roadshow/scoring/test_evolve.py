"""The machine of an item's scores as a table: what it leaves out cannot happen."""

from typing import get_args

import pytest

from roadshow.scoring.events import EVENTS, ScoreGiven, ScoresLocked, ScoringPlanned
from roadshow.scoring.evolve import TRANSITIONS, evolve
from roadshow.scoring.state import Phase, Scores


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_a_row(event: type) -> None:
    rows = [phase for phase, kind in TRANSITIONS if kind is event]
    assert rows or event is ScoringPlanned


def test_every_phase_can_be_reached() -> None:
    reached: set[str] = {"open"}
    for _ in get_args(Phase):
        reached |= {to for (phase, _), tos in TRANSITIONS.items() if phase in reached for to in tos}
    assert reached == set(get_args(Phase))


def test_what_the_table_leaves_out_cannot_happen() -> None:
    scores = evolve(Scores(), ScoreGiven("i1", "a-1", (1,)))
    with pytest.raises(AssertionError, match="ScoresLocked cannot happen while open"):
        evolve(scores, ScoresLocked("i1", 1))
