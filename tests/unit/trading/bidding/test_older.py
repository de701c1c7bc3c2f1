"""What version 3 answered: the cut came last and untold, and limits stopped at a band's edge."""

from typing import Any

from tests.support.builders import Play, bands, bidder, limited, wan
from trading.bidding.commands import MatchPrice, PlaceBid, SetProxyLimit
from trading.bidding.draw_events import CutToCeiling
from trading.bidding.events import BidAccepted
from trading.dispatch import BIDDING
from trading.outcome import Outcome
from trading.values import BidderNumber

THIRD = BIDDING.older[3]


def then(play: Play, number: str, command: object) -> Outcome:
    """What version 3 answered where things stand."""
    return THIRD.decide(play.now, command, bidder(number), play.at_ms)


def bid(amount_wan: float, *, sure: bool = False) -> PlaceBid:
    return PlaceBid(amount_fen=wan(amount_wan), confirm_large=sure)


def amounts(outcome: Outcome) -> list[tuple[str, float]]:
    told: list[Any] = [event for event in outcome.events if isinstance(event, BidAccepted)]
    return [(event.bidder, event.amount_fen / wan(1)) for event in told]


def code(outcome: Outcome) -> str:
    return "ok" if outcome.rejection is None else str(outcome.rejection.code)


def test_the_cut_came_after_the_other_guards_and_was_not_told() -> None:
    play = limited(ceiling_price_fen=wan(250))
    assert code(then(play, "A", bid(255))) == "NOT_ON_GRID"
    assert code(then(play, "A", bid(900))) == "NEEDS_CONFIRMATION"
    cut = then(play, "A", bid(900, sure=True))
    assert amounts(cut) == [("A", 250)]
    assert not [event for event in cut.events if isinstance(event, CutToCeiling)]
    now = play.ask(bidder("A"), bid(900))
    assert now.events[0] == CutToCeiling(BidderNumber("A"), wan(250))
    assert amounts(now) == [("A", 250)]


def test_a_bid_below_the_ceiling_was_answered_as_it_is_now() -> None:
    play = limited(ceiling_price_fen=wan(250))
    assert then(play, "A", bid(220)) == BIDDING.decide(play.now, bid(220), bidder("A"), play.at_ms)


def test_where_a_maximum_was_the_same_no_other_one_answered() -> None:
    play = limited("A", "B", "C", increments=bands((0, 50), (250, 10)))
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(250)))
    play.happens(*THIRD.decide(
        play.now, SetProxyLimit(limit_fen=wan(299)), bidder("B"), play.at_ms).events)  # fmt: skip
    assert (play.now.leader, play.now.price_fen) == ("A", wan(250))  # the grid of 50 ends there
    other = limited("A", "B", increments=bands((0, 50), (250, 10)))
    other.ask(bidder("A"), SetProxyLimit(limit_fen=wan(299)))
    same = then(other, "B", bid(250))
    assert (amounts(same), code(same)) == ([("A", 250)], "BELOW_MIN_NEXT")


def test_a_maximum_was_floored_from_the_price_of_now_and_not_of_the_other() -> None:
    play = limited("A", "B", increments=bands((0, 10), (250, 25)))
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(285)))
    limit = SetProxyLimit(limit_fen=wan(260))
    assert amounts(then(play, "B", limit)) == [("A", 270)]
    assert amounts(play.ask(bidder("B"), limit)) == [("B", 260), ("A", 285)]


def test_to_match_nothing_was_to_bid_too_little() -> None:
    play = limited("A", "P1", "P2", priority_mode="in_session_match")
    assert code(then(play, "P1", MatchPrice())) == "BELOW_START"
    play.ask(bidder("P1"), bid(200))
    assert code(then(play, "P2", MatchPrice())) == "PRIORITY_OUTRANKED"
