"""Formation: when a deal is made, and when not."""

import pytest

from tests.support.builders import bidder, limited, wan
from trading.bidding.closing import UNSOLD_REASONS, unsold
from trading.bidding.commands import PlaceBid
from trading.bidding.events import BiddingClosed, BiddingEnded, DealConfirmed
from trading.values import BidderNumber


def test_the_list_of_reasons_is_closed() -> None:
    assert {unsold(reason).reason for reason in UNSOLD_REASONS} == {
        "no_bid",
        "reserve_not_met",
        "not_enough_bidders",
        "cancelled",
        "all_disqualified",
    }
    with pytest.raises(AssertionError, match="closed"):
        unsold("bad_weather")


def test_the_end_the_close_and_the_deal_are_one_decision() -> None:
    play = limited()
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    end_ms = play.now.ends_at_ms or 0
    assert play.tick(end_ms) == (
        BiddingEnded(BidderNumber("A"), wan(200), end_ms),
        BiddingClosed(sold=True),
        DealConfirmed("b1-D1", BidderNumber("A"), wan(200), "highest_bid"),
    )
    assert play.tick(end_ms + 1_000) == ()


def test_silence_all_along_is_no_bid() -> None:
    play = limited()
    assert play.tick(play.at_ms + 300_000)[-1] == BiddingClosed(sold=False, reason="no_bid")
