"""Automatic bids for hidden maxima."""

import itertools

from tests.support.builders import DESK, bands, bidder, limited, wan
from trading.bidding.commands import ExcludeBidder, MatchPrice, PlaceBid, SetProxyLimit
from trading.bidding.events import BidAccepted, PriorityMatched
from trading.bidding.proxy import equalled_by, respond, standing_limits
from trading.values import BidderNumber


def test_the_winner_pays_one_step_above_the_second_maximum_whatever_the_order() -> None:
    limits = {"A": 300, "B": 260, "C": 240}
    for order in itertools.permutations(limits):
        play = limited("A", "B", "C")
        for number in order:
            play.ask(bidder(number), SetProxyLimit(limit_fen=wan(limits[number])))
        assert (play.now.leader, play.now.price_fen) == ("A", wan(270)), order


def test_of_equal_maxima_the_earlier_set_bids_alone_at_that_price() -> None:
    play = limited()
    play.ask(bidder("B"), SetProxyLimit(limit_fen=wan(300)))
    outcome = play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(309)))  # floored: 300
    assert [event for event in outcome.events if isinstance(event, BidAccepted)] == [
        BidAccepted(BidderNumber("B"), wan(300), play.at_ms, play.at_ms + 300_000, is_proxy=True)
    ]


def test_a_maximum_equal_to_a_manual_bid_gets_its_price() -> None:
    play = limited()
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(300)))
    assert equalled_by(play.now, BidderNumber("B"), wan(300)) == "A"
    assert equalled_by(play.now, BidderNumber("B"), wan(290)) is None
    assert equalled_by(play.now, BidderNumber("A"), wan(300)) is None
    outcome = play.ask(bidder("B"), PlaceBid(amount_fen=wan(300)))
    assert (len(outcome.events), outcome.rejection is not None) == (1, True)


def test_nobody_bids_against_himself() -> None:
    play = limited()
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(300)))
    assert standing_limits(play.now) == [(wan(300), "A")]
    assert respond(play.now, play.at_ms) == ()


def test_a_new_maximum_of_one_bidder_replaces_the_old_and_is_set_now() -> None:
    play = limited("A", "B", "C")
    play.ask(bidder("C"), PlaceBid(amount_fen=wan(200)))
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(250)))
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(300)))
    assert [proxy.limit_fen for proxy in play.now.facts.proxies] == [wan(300)]


def test_at_the_ceiling_no_maximum_stands_any_more() -> None:
    play = limited("A", "B", "P1", priority_mode="in_session_match", ceiling_price_fen=wan(250))
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(900)))
    play.ask(bidder("B"), PlaceBid(amount_fen=wan(250)))
    assert (play.now.leader, play.now.price_fen) == ("A", wan(250))
    outcome = play.ask(bidder("P1"), MatchPrice())
    assert [type(event) for event in outcome.events] == [PriorityMatched]
    assert standing_limits(play.now) == []


def test_a_step_that_no_longer_fits_leaves_the_manual_bid_leading() -> None:
    play = limited("A", "B", start_price_fen=wan(95), increments=bands((0, 1), (100, 5)))
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(114)))
    play.ask(bidder("B"), PlaceBid(amount_fen=wan(112)))  # the next is 117, above the maximum
    assert (play.now.leader, play.now.price_fen) == ("B", wan(112))


def test_of_an_excluded_bidder_no_maximum_bids_any_more_and_the_others_stand() -> None:
    play = limited("A", "B", "C")
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(400)))
    play.ask(bidder("C"), SetProxyLimit(limit_fen=wan(300)))
    play.ask(bidder("B"), PlaceBid(amount_fen=wan(450)))
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(600)))
    play.ask(bidder("C"), SetProxyLimit(limit_fen=wan(550)))
    play.ask(DESK, ExcludeBidder(number=BidderNumber("A"), reason="deposit gone"))
    assert [proxy.number for proxy in play.now.facts.proxies] == ["C"]
    play.ask(bidder("B"), PlaceBid(amount_fen=wan(570)), play.at_ms + 1_000)
    assert (play.now.leader, play.now.price_fen) == ("B", wan(570))
