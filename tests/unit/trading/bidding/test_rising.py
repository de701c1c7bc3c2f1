"""Matches and steps, beside the stories."""

from tests.support.builders import CONTROL, bidder, limited, opened, wan
from trading.bidding.commands import LowerIncrement, MatchPrice, PlaceBid, RaiseIncrement
from trading.bidding.events import PriorityMatched
from trading.values import BidderNumber


def test_a_match_in_the_free_period_leads_and_extends_nothing() -> None:
    play = opened("A", "P1", priority_mode="in_session_match")
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    end_ms = play.now.ends_at_ms or 0
    outcome = play.ask(bidder("P1"), MatchPrice())
    assert outcome.events == (PriorityMatched(BidderNumber("P1"), wan(200), play.at_ms, end_ms),)
    assert play.now.leader == "P1"


def test_a_match_is_no_bid_for_the_gap_between_bids() -> None:
    play = limited("A", "P1", priority_mode="in_session_match", allow_leader_raise=True)
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    play.ask(bidder("P1"), MatchPrice())
    assert play.code(bidder("P1"), PlaceBid(amount_fen=wan(210))) == "ok"


def test_steps_change_in_live_biddings_only() -> None:
    for command in (RaiseIncrement(), LowerIncrement()):
        assert limited().code(CONTROL, command) == "WRONG_MODE"
        assert limited(mode="live_timed").code(bidder("A"), command) == "NOT_PERMITTED"
