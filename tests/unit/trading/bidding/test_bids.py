"""The guards of 4.3, at their edges."""

import pytest

from tests.support.builders import bidder, limited, opened, wan
from trading.bidding.bids import accepted, extended_ms
from trading.bidding.commands import PlaceBid
from trading.values import BidderNumber, Fen


def bid(amount_wan: float, **more: object) -> PlaceBid:
    return PlaceBid(amount_fen=wan(amount_wan), confirm_large=bool(more.get("confirm_large")))


@pytest.mark.parametrize("amount_fen", [0, -1, 99, 150, 10**12 + 100, 10**13])
def test_an_amount_is_whole_yuan_above_zero_within_the_cap(amount_fen: int) -> None:
    assert limited().code(bidder("A"), PlaceBid(amount_fen=Fen(amount_fen))) == "BAD_AMOUNT"


def test_the_cap_itself_is_an_amount() -> None:
    play = limited()
    bid_at_cap = PlaceBid(amount_fen=Fen(10**12), confirm_large=True)
    assert play.code(bidder("A"), bid_at_cap) == "ok"


def test_twenty_steps_need_no_confirmation_and_one_more_does() -> None:
    play = limited()
    assert play.code(bidder("A"), bid(410)) == "NEEDS_CONFIRMATION"
    assert play.code(bidder("A"), bid(400)) == "ok"
    assert play.code(bidder("B"), bid(610)) == "NEEDS_CONFIRMATION"
    assert play.code(bidder("B"), bid(610, confirm_large=True)) == "ok"


def test_the_gap_is_counted_per_bidder_and_equal_is_enough() -> None:
    play = limited()
    assert play.code(bidder("A"), bid(200)) == "ok"
    assert play.code(bidder("B"), bid(210)) == "ok"
    assert play.code(bidder("A"), bid(220), play.at_ms + 499) == "TOO_FAST"
    assert play.code(bidder("A"), bid(220), play.at_ms + 1) == "ok"


def test_the_free_period_is_not_extended_and_the_limited_is() -> None:
    free, running = opened().now, limited().now
    assert extended_ms(free, (free.ends_at_ms or 0) - 1) == free.ends_at_ms
    assert extended_ms(running, (running.ends_at_ms or 0) - 1) == (
        (running.ends_at_ms or 0) - 1 + 300_000
    )


def test_an_amount_above_the_ceiling_is_cut_to_it() -> None:
    play = limited(ceiling_price_fen=wan(250))
    event = accepted(play.now, BidderNumber("A"), wan(260), play.at_ms, is_proxy=False)
    assert event.amount_fen == wan(250)
