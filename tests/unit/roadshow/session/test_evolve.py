"""SM-13 and SM-13a as tables: what they leave out cannot happen."""

from typing import get_args

import pytest

from roadshow.session import commands as cmd
from roadshow.session import events as ev
from roadshow.session.evolve import TRANSITIONS, evolve
from roadshow.session.item_evolve import ITEM_HANDLERS, ITEM_TRANSITIONS
from roadshow.stage import FINISHED, ItemPhase, SessionPhase
from tests.support.shows import HOST, ShowPlay, bidding, live, pitching, plan


@pytest.mark.parametrize("event", ev.EVENTS)
def test_every_event_has_a_row(event: type) -> None:
    rows = [phase for phase, kind in TRANSITIONS if kind is event]
    assert rows or event is ev.SessionPlanned
    assert (event in ITEM_HANDLERS) == any(kind is event for _, kind in ITEM_TRANSITIONS)


def test_every_phase_of_a_session_can_be_reached() -> None:
    reached: set[str] = {"planned"}
    for _ in get_args(SessionPhase):
        reached |= {to for (phase, _), tos in TRANSITIONS.items() if phase in reached for to in tos}
    assert reached == set(get_args(SessionPhase))


def test_every_phase_of_an_item_can_be_reached_and_what_is_finished_stays_so() -> None:
    reached: set[str] = {"queued"}
    for _ in get_args(ItemPhase):
        reached |= {
            to for (phase, _), tos in ITEM_TRANSITIONS.items() if phase in reached for to in tos
        }
    assert reached == set(get_args(ItemPhase))
    left = {to for (phase, _), tos in ITEM_TRANSITIONS.items() if phase in FINISHED for to in tos}
    assert left == set(FINISHED)


def test_a_session_begins_with_its_plan_and_only_once() -> None:
    with pytest.raises(AssertionError, match="begins with its plan"):
        evolve(None, "s1", ev.SessionWentLive(0))
    with pytest.raises(AssertionError, match="SessionPlanned cannot happen while live"):
        live().happens(ev.SessionPlanned(plan()))


def test_what_the_tables_leave_out_cannot_happen() -> None:
    with pytest.raises(AssertionError, match="SessionResumed cannot happen while live"):
        live().happens(ev.SessionResumed(None, 0))
    with pytest.raises(AssertionError, match="QaStarted cannot happen to an item queued"):
        live().happens(ev.QaStarted("i1", 0))


def test_two_items_are_never_on_stage() -> None:
    play = pitching().do(HOST, cmd.CallOnDeck(item_id="i2"))
    with pytest.raises(AssertionError, match="one item at a time"):
        play.happens(ev.PitchStarted("i2", play.at_ms + 1, play.at_ms))


def test_the_fold_of_the_events_is_the_whole_state() -> None:
    play = bidding()
    refolded = ShowPlay()
    refolded.happens(*play.events)
    assert refolded.root == play.root
