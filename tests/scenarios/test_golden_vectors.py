"""GV-1 … GV-9, GV-13 and GV-14 of the rule book (domain 4.10), word for word."""

import pytest

from tests.support.builders import Play, eligible, scheduled, wan
from tests.support.story import NINE_59, at_ten, sealed_at_ten, tell
from trading.bidding.events import (
    BidAccepted,
    BiddingClosed,
    BiddingSuspended,
    DealConfirmed,
    EnvelopesOpened,
)

GV_1 = """
    10:00:01.000  A     bid 200  accepted  limited_bidding, ends 10:05:01.000
    10:04:59.999  B     bid 210  accepted  ends 10:09:59.999
    10:09:58.500  A     bid 220  accepted  ends 10:14:58.500
    10:14:58.500  B     bid 230  TOO_LATE  limited_bidding, ends 10:14:58.500
    10:14:58.500  tick  -        -         closed_sold, A 220
"""
GV_2 = """
    10:00:01  A  bid 195            BELOW_START(200)
    10:00:02  A  bid 200            accepted             A 200
    10:00:03  B  bid 205            BELOW_MIN_NEXT(210)
    10:00:04  B  bid 215            NOT_ON_GRID(210)
    10:00:05  B  bid 230            accepted             B 230
    10:00:06  A  bid 300            accepted             A 300
"""
GV_3 = """
    10:00:01  A  bid 200  accepted         A 200
    10:00:02  A  bid 210  ALREADY_LEADING  A 200
"""
GV_4 = """
    10:00:01  A     bid 200  accepted
    10:00:02  B     bid 250  accepted  B 250, ends 10:05:02.000
    10:00:10  P1    match    accepted  P1 250, ends 10:05:10.000
    10:00:20  C     bid 260  accepted  C 260, ends 10:05:20.000
    10:00:30  P1    match    accepted  P1 260, ends 10:05:30.000
    10:05:30  tick  -        -         closed_sold, P1 260
"""
GV_5_RANK_1_FIRST = """
    10:00:02  B     bid 250  accepted
    10:00:10  P1    match    accepted            P1 250, ends 10:05:10.000
    10:00:20  P2    match    PRIORITY_OUTRANKED  P1 250, ends 10:05:10.000
    10:05:10  tick  -        -                   closed_sold, P1 250
"""
GV_5_RANK_2_FIRST = """
    10:00:02  B     bid 250  accepted
    10:00:10  P2    match    accepted            P2 250, ends 10:05:10.000
    10:00:20  P1    match    accepted            P1 250, ends 10:05:20.000
    10:05:20  tick  -        -                   closed_sold, P1 250
"""
GV_5_SAME_RANK = """
    10:00:02  B     bid 250  accepted
    10:00:10  P1b   match    accepted            P1b 250, ends 10:05:10.000
    10:00:20  P1a   match    PRIORITY_OUTRANKED  P1b 250, ends 10:05:10.000
    10:05:10  tick  -        -                   closed_sold, P1b 250
"""
GV_6 = """
    09:59:10  A     bid 200  accepted  free_bidding, ends 10:00:00.000
    09:59:20  B     bid 220  accepted  free_bidding, ends 10:00:00.000
    10:00:00  tick  -        -         limited_bidding, ends 10:05:00.000
    10:05:00  tick  -        -         closed_sold, B 220
"""
GV_6_RESERVE = """
    09:00:00  seller  seal 230    accepted
    09:59:10  A       bid 200     accepted
    09:59:20  B       bid 220     accepted
    10:05:00  tick    -           -         awaiting_reserve, B 220, ends 10:06:00.000
    10:05:10  system  reveal 230  accepted  closed_unsold
"""
GV_7 = """
    10:00:01  A  bid 200 #1  accepted              A 200, ends 10:05:01.000
    10:00:05  A  bid 200 #1  again accepted        A 200, ends 10:05:01.000
    10:00:06  B  bid 195 #2  BELOW_START(200)
    10:00:07  B  bid 195 #2  again BELOW_START(200)
"""
GV_8_TICKS = """
    10:04:50.001  silence
    10:05:20      tick        -                -                     suspended, B 220
    10:09:00      control     resume 10:40:00  accepted              suspended
    10:09:30      supervisor  resume 10:40:00  accepted              suspended
    10:39:59      A           bid 230          SUSPENDED             suspended
    10:40:00      tick        -                -                     ends 10:45:00.000
    10:44:59      A           bid 230          accepted              A 230, ends 10:49:59.000
"""
GV_8_BID = """
    10:04:50.001  silence
    10:05:10      A           bid 230          SUSPENDED             suspended, B 220
    10:05:20      tick        -                -                     suspended, B 220
    10:09:00      control     resume 10:40:00  accepted              suspended
    10:09:30      supervisor  resume 10:40:00  accepted              suspended
    10:40:00      A           bid 230          accepted              A 230, ends 10:45:00.000
"""
GV_8_PEOPLE = """
    10:00:01      A           bid 230          accepted              ends 10:05:01.000
    10:00:02      control     suspend leak     accepted              suspended, A 230
    10:09:00      control     resume 10:40:00  accepted              suspended
    10:09:30      supervisor  resume 10:40:00  accepted              suspended
    10:40:00      tick        -                -                     ends 10:45:00.000
"""
GV_9 = """
    09:59:10  A           envelope 88    accepted  collecting
    09:59:20  B           envelope 80    accepted  collecting
    09:59:30  C           envelope 88    accepted  collecting
    10:00:00  tick        -              -         opening
    10:00:10  control     open A=88 B=80 C=88  accepted  opening
    10:00:20  supervisor  open A=88 B=80 C=88  accepted  tie_break, ends 10:10:20.000
    10:01:00  B           envelope 95    NOT_ELIGIBLE
    10:01:10  A           envelope 88    accepted
    10:01:20  C           envelope 90    accepted
    10:10:20  tick        -              -         opening
    10:10:30  supervisor  open A=88 C=90       accepted  opening
    10:10:40  control     open A=88 C=90       accepted  closed_sold, C 90
"""
GV_13 = """
    10:00:01  A  limit 300  accepted  A 200
    10:00:02  B  limit 260  accepted  A 270
"""

IN_SESSION = {"priority_mode": "in_session_match"}
TWENTY_TWO = """
    09:59:10  A  bid 200  accepted
    09:59:20  B  bid 220  accepted
"""


@pytest.mark.parametrize(
    "story", [GV_1, GV_2, GV_3, GV_6, GV_7, GV_13], ids=["1", "2", "3", "6", "7", "13"]
)
def test_golden_vector(story: str) -> None:
    tell(at_ten(), story, "09:59:00")


@pytest.mark.parametrize(
    "story",
    [GV_4, GV_5_RANK_1_FIRST, GV_5_RANK_2_FIRST, GV_5_SAME_RANK],
    ids=["4", "5-first", "5-second", "5-same"],
)
def test_golden_vector_of_priority(story: str) -> None:
    play = at_ten("A", "B", "C", "P1", "P2", "P1a", "P1b", **IN_SESSION)
    tell(play, story, "09:59:00")


def test_gv_2_one_real_lot_fits_the_grid() -> None:
    """起拍 200 万, 10 万一加, 300 万成交 [S52a]."""
    play = at_ten()
    tell(play, GV_2 + "    10:05:06  tick  -  -  closed_sold, A 300\n", "09:59:00")


def test_gv_4_names_the_match_as_the_basis_of_the_deal() -> None:
    play = at_ten("A", "B", "C", "P1", **IN_SESSION)
    tell(play, GV_4, "09:59:00")
    assert play.events[-2:] == [
        BiddingClosed(sold=True),
        DealConfirmed("b1-D1", eligible("P1")[0].number, wan(260), "priority_match"),
    ]


def test_gv_6_a_sealed_reserve_above_the_price_leaves_it_unsold() -> None:
    play = scheduled("A", "B", reserve_sealed=True, **NINE_59)
    tell(play, GV_6_RESERVE, "08:59:59")
    assert play.events[-1] == BiddingClosed(sold=False, reason="reserve_not_met")


def test_gv_7_one_command_makes_one_bid() -> None:
    play = at_ten()
    before = len(play.events)
    tell(play, GV_7, "09:59:00")
    assert len(play.events) == before + 2  # the limited period, and one bid


@pytest.mark.parametrize("story", [GV_8_TICKS, GV_8_BID], ids=["ticks", "bid"])
def test_gv_8_a_stall_suspends_and_never_closes(story: str) -> None:
    play = at_ten()
    tell(play, TWENTY_TWO + story, "09:59:00")
    stops = [event for event in play.events if isinstance(event, BiddingSuspended)]
    assert [(stop.reason, stop.remaining_ms) for stop in stops] == [("system_stall", 10_000)]


def test_gv_8_a_suspension_by_people_counts_what_was_left_at_its_time() -> None:
    play = at_ten()
    tell(play, TWENTY_TWO + GV_8_PEOPLE, "09:59:00")
    stops = [event for event in play.events if isinstance(event, BiddingSuspended)]
    assert [(stop.reason, stop.remaining_ms) for stop in stops] == [("leak", 299_000)]


def test_gv_9_a_sealed_tie_is_broken_by_one_more_round() -> None:
    play = sealed_at_ten()
    tell(play, GV_9, "09:59:00")
    opened = [event for event in play.events if isinstance(event, EnvelopesOpened)]
    assert [[(bid.number, bid.amount_fen) for bid in event.bids] for event in opened] == [
        [("A", wan(88)), ("B", wan(80)), ("C", wan(88))],
        [("A", wan(88)), ("C", wan(90))],
    ]
    assert play.events[-1] == DealConfirmed("b1-D1", eligible("C")[0].number, wan(90), "tie_break")


def test_gv_13_the_exhausted_maximum_is_accepted_first() -> None:
    play = at_ten()
    tell(play, GV_13, "09:59:00")
    told = [
        (event.bidder, event.amount_fen // wan(1), event.is_proxy)
        for event in play.events
        if isinstance(event, BidAccepted)
    ]
    assert told == [("A", 200, True), ("B", 260, True), ("A", 270, True)]


def test_gv_14_the_same_records_give_the_same_events() -> None:
    for story in (GV_1, GV_2, GV_3, GV_6, GV_7, GV_13, TWENTY_TWO + GV_8_TICKS):
        first, again = at_ten(), at_ten()
        tell(first, story, "09:59:00")
        tell(again, story, "09:59:00")
        assert repr(first.events) == repr(again.events)
        refolded = Play()
        refolded.happens(*first.events)
        assert refolded.bidding == first.bidding
