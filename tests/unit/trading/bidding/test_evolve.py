"""SM-06 as a table: what it leaves out cannot happen."""

from typing import get_args

import pytest

from tests.support.builders import BIDDING_ID, Play, limited, scheduled, wan
from trading.bidding.events import (
    EVENTS,
    BidAccepted,
    BiddingScheduled,
    DealConfirmed,
    LobbyOpened,
    PriorityMatched,
)
from trading.bidding.evolve import TRANSITIONS, evolve
from trading.bidding.state import OPEN, Phase
from trading.values import BidderNumber


def test_a_bidding_begins_with_its_schedule_and_only_once() -> None:
    with pytest.raises(AssertionError, match="begins with its schedule"):
        evolve(None, BIDDING_ID, LobbyOpened(0))
    first = scheduled()
    with pytest.raises(AssertionError, match="cannot happen while scheduled"):
        first.happens(first.events[0])


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_a_row(event: type) -> None:
    rows = [phase for phase, kind in TRANSITIONS if kind is event]
    assert rows or event is BiddingScheduled


def test_every_phase_can_be_reached() -> None:
    reached: set[str] = {"scheduled"}
    for _ in get_args(Phase):
        reached |= {to for (phase, _), tos in TRANSITIONS.items() if phase in reached for to in tos}
    assert reached == set(get_args(Phase))


def test_every_open_phase_can_be_suspended_and_comes_back() -> None:
    suspending = {phase for (phase, _), tos in TRANSITIONS.items() if "suspended" in tos}
    assert suspending == {*OPEN, "suspended"}


def test_accepted_prices_rise() -> None:
    play = limited()
    end_ms = play.now.ends_at_ms or 0
    play.happens(BidAccepted(BidderNumber("A"), wan(200), end_ms - 9, end_ms))
    with pytest.raises(AssertionError, match="accepted prices rise"):
        play.happens(BidAccepted(BidderNumber("B"), wan(200), end_ms - 9, end_ms))
    with pytest.raises(AssertionError, match="at the current price"):
        play.happens(PriorityMatched(BidderNumber("B"), wan(210), end_ms - 9, end_ms))


def test_the_end_never_comes_nearer() -> None:
    play = limited()
    end_ms = play.now.ends_at_ms or 0
    with pytest.raises(AssertionError, match="never comes nearer"):
        play.happens(BidAccepted(BidderNumber("A"), wan(200), end_ms - 9, end_ms - 1))


def test_a_deal_is_confirmed_once() -> None:
    play = limited()
    play.happens(BidAccepted(BidderNumber("A"), wan(200), play.at_ms, play.at_ms + 300_000))
    play.tick(play.at_ms + 300_000)
    with pytest.raises(AssertionError, match="one deal"):
        play.happens(DealConfirmed("b1-D2", BidderNumber("A"), wan(200), "highest_bid"))


def test_the_fold_of_the_events_is_the_whole_state() -> None:
    play = limited()
    refolded = Play()
    refolded.happens(*play.events)
    assert refolded.bidding == play.bidding
