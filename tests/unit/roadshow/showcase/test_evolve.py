"""SM-15 as a table: what it leaves out cannot happen."""

from typing import get_args

import pytest

from roadshow.showcase.events import EVENTS, ShowcaseExpired
from roadshow.showcase.evolve import TRANSITIONS, evolve
from roadshow.showcase.state import Phase
from roadshow.showcase.timers import due_ms
from tests.support.cards import CARD_ID, CardPlay, published
from tests.support.people import BROKER


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_a_row(event: type) -> None:
    assert [phase for phase, kind in TRANSITIONS if kind is event]


def test_every_phase_can_be_reached_and_removed_is_the_end() -> None:
    reached: set[str] = {"nominated"}
    for _ in get_args(Phase):
        reached |= {to for (phase, _), tos in TRANSITIONS.items() if phase in reached for to in tos}
    assert reached == set(get_args(Phase))
    assert {phase for phase, _ in TRANSITIONS} == set(get_args(Phase)) - {"removed"}


def test_a_card_begins_with_its_nomination_and_the_table_says_the_rest() -> None:
    with pytest.raises(AssertionError, match="begins with its nomination"):
        evolve(None, CARD_ID, ShowcaseExpired())
    with pytest.raises(AssertionError, match="ShowcaseExpired cannot happen while published"):
        published().happens(ShowcaseExpired())


def test_only_what_is_on_show_has_a_timer() -> None:
    card = CardPlay()
    card.happens(published().events[0])
    assert due_ms(card.now) is None
    assert BROKER.actor == card.now.content.broker
