"""What went wrong elsewhere, one test each, so that it does not here."""

from tests.support.builders import CONTROL, bidder, limited, wan
from tests.support.story import at_ten, tell
from trading.bidding.commands import PlaceBid, SetProxyLimit, SuspendBidding
from trading.bidding.events import BidAccepted, BiddingClosed, BiddingEnded, DealConfirmed
from trading.dispatch import BIDDING
from trading.values import Fen


def test_prozorro_a_bid_is_not_overwritten_by_the_clock() -> None:
    """A bid and a tick of the same millisecond, in either order: both count."""
    bid_first = """
        10:04:59.999  A     bid 200  accepted
        10:04:59.999  tick  -        -         limited_bidding, A 200, ends 10:09:59.999
    """
    tick_first = """
        10:04:59.999  tick  -        -         limited_bidding, ends 10:05:00.000
        10:04:59.999  A     bid 200  accepted  A 200, ends 10:09:59.999
    """
    for story in (bid_first, tick_first):
        tell(at_ten(), story, "09:59:00")


def test_llws9_an_extension_never_loses_to_the_closing_clock() -> None:
    """The bid and its new end are one event: no close can come between them."""
    story = """
        10:04:59.999  A     bid 200  accepted  ends 10:09:59.999
        10:05:00.000  tick  -        -         limited_bidding
        10:09:59.998  tick  -        -         limited_bidding
        10:09:59.999  tick  -        -         closed_sold, A 200
    """
    tell(at_ten(), story, "09:59:00")


def test_internetee_1132_an_automatic_bid_extends() -> None:
    play = limited()
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(300)))
    before_ms = play.now.ends_at_ms or 0
    outcome = play.ask(bidder("B"), PlaceBid(amount_fen=wan(300)), play.at_ms + 1_000)
    assert [event.is_proxy for event in outcome.events if isinstance(event, BidAccepted)] == [True]
    assert play.now.ends_at_ms == before_ms + 1_000


def test_monolith_dkp_306_a_refused_bid_extends_nothing() -> None:
    play = limited()
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    before = play.now
    for amount_wan in (0, 190, 200, 215, 9_000):
        bid = PlaceBid(amount_fen=wan(amount_wan))
        assert play.code(bidder("B"), bid, play.at_ms + 1_000) != "ok"
    assert play.now == before


def test_dob_34_a_bidding_ends_once() -> None:
    play = limited()
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    for late_ms in (300_000, 300_001, 900_000):
        play.tick(limited().at_ms + late_ms)
    for once in (BiddingEnded, BiddingClosed, DealConfirmed):
        assert sum(isinstance(event, once) for event in play.events) == 1


def test_plebeian_857_there_is_one_end_and_all_read_it() -> None:
    play = limited()
    for number, later_ms in (("A", 1_000), ("B", 2_000), ("A", 250_000)):
        price_fen = play.now.price_fen
        bid = PlaceBid(amount_fen=Fen(wan(200) if price_fen is None else wan(10) + price_fen))
        play.ask(bidder(number), bid, play.at_ms + later_ms)
        event = play.events[-1]
        assert isinstance(event, BidAccepted)
        ends = {
            event.ends_at_ms,
            play.now.ends_at_ms,
            BIDDING.due_ms(play.now),
            BIDDING.period_ends_at_ms(play.now),
            BIDDING.judged(play.now)["ends_at_ms"],
        }
        assert len(ends) == 1


def test_qingdao_2020_a_stalled_bidding_is_never_shown_as_sold() -> None:
    """72 lots were: bidders could not raise, and the clock went on [S62b]."""
    story = """
        10:00:01  A     bid 200  accepted
        10:00:02  silence
        10:30:00  tick  -        -         suspended, A 200
        11:30:00  tick  -        -         suspended, A 200
    """
    tell(at_ten(), story, "09:59:00")


def test_a_suspension_does_not_revive_an_ended_bidding() -> None:
    play = limited()
    stop = SuspendBidding(reason="too late")
    assert play.code(CONTROL, stop, play.at_ms + 300_000) == "TOO_LATE"
