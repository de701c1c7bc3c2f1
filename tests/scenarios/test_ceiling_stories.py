"""Stories at the ceiling: who was first has it, or lots decide, as it was announced (guard 11)."""

import pytest

from tests.support.builders import Play, scheduled, wan
from tests.support.story import NINE_59, clock_ms, sealed_at_ten, tell
from trading.bidding.draw_events import CeilingJoined, DrawAwaited, DrawHeld
from trading.bidding.events import BidAccepted, BiddingClosed, BiddingEnded, DealConfirmed
from trading.values import BidderNumber

STANDARD = {"profile": "standard", "free_ms": 3_600_000, "resume_notice_ms": 1_800_000}
LOT = "00112233445566778899aabbccddeeff"
ANNOUNCED = """
    09:00:00  seller  announce 60 lottery      NOT_PERMITTED
    09:00:01  desk    announce 0 lottery       BAD_TERMS(window_ms)
    09:00:02  desk    announce 99999999 lottery  BAD_TERMS(window_ms)
    09:00:03  desk    announce 60              BAD_TERMS(source)
    09:00:04  desk    announce 60 lottery of the day, 18:00  accepted  scheduled
    09:00:05  desk    announce 90 lottery      ALREADY_DONE
    09:45:00  desk    announce 90 lottery      WRONG_PHASE(lobby)
"""
LEVEL = """
    10:00:01  A           bid 200        accepted         A 200
    10:00:02  B           bid 260        accepted         at_ceiling, B 250, ends 10:05:02.000
    10:00:03  B           bid 250        ALREADY_LEADING
    10:00:03  A           bid 240        BELOW_MIN_NEXT(250)
    10:00:03  B           bid 900        ALREADY_LEADING
    10:00:03  A           limit 250      CEILING_REACHED
    10:00:03  control     draw 00        WRONG_PHASE(at_ceiling)
    10:00:04  X           bid 250        NOT_ELIGIBLE
    10:00:05  A           bid 900        accepted         at_ceiling, B 250, ends 10:05:02.000
    10:00:06  A           bid 250        ALREADY_LEADING
    10:05:01.999  C       bid 260        accepted         at_ceiling, B 250, ends 10:05:02.000
    10:05:02  D           bid 250        TOO_LATE
    10:05:02  tick        -              -                awaiting_draw, B 250, ends -
    10:05:03  D           bid 250        TOO_LATE
    10:05:03  control     suspend doubt  TOO_LATE
    10:05:40  silence
    10:30:00  seller      draw 0011      NOT_PERMITTED
    10:30:00  supervisor  draw 0011      BAD_RANDOMNESS
"""
DRAWN = f"""
    10:30:01  supervisor  draw {LOT}     accepted         closed_sold
    10:30:02  supervisor  draw {LOT}     TOO_LATE
"""
NOBODY_JOINS = """
    10:00:02  B           bid 250        accepted         at_ceiling, B 250, ends 10:05:02.000
    10:05:02  tick        -              -                closed_sold, B 250
"""
IN_THE_FREE_PERIOD = """
    09:59:05  B           bid 250        accepted         at_ceiling, B 250, ends 10:00:05.000
    10:00:04.999  A       bid 250        accepted         at_ceiling, B 250
    10:00:05  tick        -              -                awaiting_draw, B 250
"""
BY_LIMITS = """
    10:00:01  A           limit 900      accepted         limited_bidding, A 200
    10:00:02  C           limit 240      accepted         at_ceiling, A 250
"""
LIMITS_THAT_REACH_IT_JOIN = """
    10:00:01  A           limit 900      accepted         limited_bidding, A 200
    10:00:02  C           limit 230      accepted         limited_bidding, A 240
    10:00:03  D           limit 250      accepted         at_ceiling, A 250
    10:00:04  C           bid 250        accepted         at_ceiling, A 250
    10:05:03  tick        -              -                awaiting_draw
"""
A_BID_AGAINST_LIMITS = """
    10:00:01  A           limit 250      accepted         limited_bidding, A 200
    10:00:02  B           bid 250        accepted         at_ceiling, B 250
    10:05:03  tick        -              -                awaiting_draw
"""
HOLDER_JOINS = """
    10:00:01  A           bid 250        accepted         at_ceiling, A 250
    10:00:02  P2          match          accepted         at_ceiling, A 250
    10:00:03  P2          match          ALREADY_LEADING
    10:00:04  P2b         match          PRIORITY_OUTRANKED
    10:00:05  P1          bid 250        accepted         at_ceiling, A 250
    10:00:06  B           bid 250        accepted         at_ceiling, A 250
    10:05:01  tick        -              -                closed_sold, P1 250
"""
SUSPENDED_THERE = """
    10:00:01  A           bid 250          accepted       at_ceiling
    10:00:02  B           bid 250          accepted       at_ceiling
    10:01:00  control     suspend fire     accepted       suspended
    10:01:01  C           bid 250          SUSPENDED
    10:01:02  control     resume 10:40:00  accepted
    10:01:03  supervisor  resume 10:40:00  accepted
    10:40:00  C           bid 250          accepted       at_ceiling, A 250, ends 10:45:00.000
    10:45:00  tick        -                -              awaiting_draw
"""
STALLED_THERE = """
    10:00:01  A           bid 250          accepted       at_ceiling
    10:05:00  silence
    10:05:30  tick        -                -              suspended
"""
EXCLUDED_THERE = """
    10:00:01  A           bid 250          accepted       at_ceiling
    10:00:02  B           bid 250          accepted       at_ceiling
    10:00:03  C           bid 250          accepted       at_ceiling
    10:00:04  desk        exclude B        accepted       at_ceiling
    10:05:01  tick        -                -              awaiting_draw
    10:05:02  desk        exclude A        accepted       awaiting_draw
"""
ALL_EXCLUDED_THERE = """
    10:00:01  A           bid 250          accepted       at_ceiling
    10:00:02  B           bid 250          accepted       at_ceiling
    10:00:03  desk        exclude A        accepted       at_ceiling
    10:00:04  desk        exclude B        accepted       at_ceiling
    10:05:01  tick        -                -              closed_sold, A 250
"""


def at_ceiling(*numbers: str, window: str = "60", **changes: object) -> Play:
    """A bidding with a ceiling of 250 for which a draw is announced; limited from 10:00."""
    about = {"ceiling_price_fen": wan(250), **NINE_59, **changes}
    play = scheduled(*(numbers or ("A", "B", "C", "D")), **about)
    tell(play, f"09:00:00  desk  announce {window} lottery  accepted", "08:59:59")
    play.tick(clock_ms("09:44:00"))
    play.tick(clock_ms("09:59:00"))
    return play


def drawn_of(play: Play) -> DrawHeld:
    return next(event for event in play.events if isinstance(event, DrawHeld))


def test_a_draw_is_announced_once_and_before_the_lobby() -> None:
    play = scheduled("A", "B", ceiling_price_fen=wan(250), **NINE_59)
    tell(play, ANNOUNCED, "08:59:59")
    assert play.now.facts.ceiling_draw is not None
    assert play.now.facts.ceiling_draw.source == "lottery of the day, 18:00"


def test_a_draw_needs_a_ceiling_and_a_rising_price() -> None:
    row = "09:00:00  desk  announce 60 lottery  "
    tell(scheduled("A", "B", **NINE_59), row + "BAD_TERMS(ceiling_price_fen)", "08:59:59")
    sealed = scheduled("A", "B", mode="one_shot", ceiling_price_fen=wan(250), **NINE_59)
    tell(sealed, row + "WRONG_MODE", "08:59:59")


def test_in_the_standard_profile_nobody_can_miss_the_window() -> None:
    play = scheduled("A", "B", ceiling_price_fen=wan(250), **STANDARD, **NINE_59)
    tell(play, "09:00:00  desk  announce 10 lottery  BAD_TERMS(window_ms)", "08:59:59")
    tell(play, "09:00:01  desk  announce 60 lottery  accepted", "09:00:00")


def test_in_a_short_profile_the_window_may_be_short_too() -> None:
    play = scheduled("A", "B", profile="test", ceiling_price_fen=wan(250), **NINE_59)
    tell(play, "09:00:00  desk  announce 1 lottery  accepted", "08:59:59")


def test_all_who_bid_the_ceiling_draw_lots_that_anyone_can_draw_again() -> None:
    play, again = at_ceiling(), at_ceiling()
    tell(play, LEVEL + DRAWN, "09:59:00")
    tell(again, LEVEL + DRAWN, "09:59:00")
    drawn = drawn_of(play)
    assert drawn == drawn_of(again)
    assert drawn.numbers == ("B", "A", "C")
    assert drawn.winner == drawn.numbers[int(drawn.seed, 16) % 3]
    awaited = next(event for event in play.events if isinstance(event, DrawAwaited))
    assert awaited == DrawAwaited(drawn.numbers, clock_ms("10:05:02"))
    at_ms = clock_ms("10:30:01")
    assert play.events[-3:] == [
        BiddingEnded(drawn.winner, wan(250), at_ms),
        BiddingClosed(sold=True),
        DealConfirmed("b1-D1", drawn.winner, wan(250), "ceiling_draw"),
    ]


def test_joining_is_no_second_bid_of_the_same_price() -> None:
    play = at_ceiling()
    tell(play, LEVEL, "09:59:00")
    bids = [event for event in play.events if isinstance(event, BidAccepted)]
    assert [(bid.bidder, bid.amount_fen) for bid in bids] == [("A", wan(200)), ("B", wan(250))]
    joined = [event for event in play.events if isinstance(event, CeilingJoined)]
    assert [(one.bidder, one.amount_fen, one.is_proxy) for one in joined] == [
        ("A", wan(250), False),
        ("C", wan(250), False),
    ]


@pytest.mark.parametrize(
    ("story", "window"),
    [
        (NOBODY_JOINS, "60"),
        (IN_THE_FREE_PERIOD, "60"),
        (LIMITS_THAT_REACH_IT_JOIN, "60"),
        (A_BID_AGAINST_LIMITS, "60"),
        (SUSPENDED_THERE, "60"),
        (STALLED_THERE, "60"),
        (ALL_EXCLUDED_THERE, "60"),
    ],
)
def test_a_story_at_the_ceiling(story: str, window: str) -> None:
    tell(at_ceiling(window=window), story, "09:59:00")


def test_a_window_longer_than_what_was_left_puts_the_end_off_once() -> None:
    story = """
        10:00:02  B     bid 250   accepted  at_ceiling, ends 10:10:02.000
        10:09:00  A     bid 250   accepted  at_ceiling, ends 10:10:02.000
    """
    tell(at_ceiling(window="600"), story, "09:59:00")


def test_a_limit_that_reaches_the_ceiling_joins_by_itself() -> None:
    play = at_ceiling()
    tell(play, LIMITS_THAT_REACH_IT_JOIN, "09:59:00")
    assert play.now.facts.at_ceiling == ("A", "D", "C")
    assert CeilingJoined(BidderNumber("D"), wan(250), clock_ms("10:00:03"), is_proxy=True) in (
        play.events
    )


def test_a_lower_limit_drives_the_price_to_the_ceiling_and_does_not_join() -> None:
    play = at_ceiling("A", "C")
    tell(play, BY_LIMITS, "09:59:00")
    assert play.now.phase == "at_ceiling"
    assert play.now.facts.at_ceiling == ("A",)


def test_a_holder_at_the_ceiling_has_it_without_lots() -> None:
    play = at_ceiling("A", "B", "P2", "P2b", "P1", priority_mode="in_session_match")
    tell(play, HOLDER_JOINS, "09:59:00")
    assert play.events[-1] == DealConfirmed("b1-D1", BidderNumber("P1"), wan(250), "priority_match")


def test_who_wins_the_draw_may_still_lose_to_a_holder_who_is_asked() -> None:
    play = at_ceiling("A", "B", "P1", priority_mode="post_session_ask")
    story = f"""
        10:00:01  A        bid 250     accepted
        10:00:02  B        bid 250     accepted
        10:05:01  tick     -           -         awaiting_draw
        10:05:02  control  draw {LOT}  accepted  awaiting_priority
        10:05:03  P1       exercise    accepted  closed_sold, P1 250
    """
    tell(play, story, "09:59:00")


def test_a_reserve_above_the_ceiling_is_opened_after_the_draw() -> None:
    about = {"ceiling_price_fen": wan(250), "reserve_sealed": True, **NINE_59}
    play = scheduled("A", "B", **about)
    story = f"""
        09:00:00  desk     announce 60 lottery  accepted
        09:00:01  seller   seal 260             accepted
        10:00:01  A        bid 250              accepted  at_ceiling
        10:00:02  B        bid 250              accepted  at_ceiling
        10:05:02  control  draw {LOT}           accepted  awaiting_reserve
        10:05:03  seller   reveal 260           accepted  closed_unsold
    """
    tell(play, story, "08:59:59")
    assert play.events[-1] == BiddingClosed(sold=False, reason="reserve_not_met")


def test_who_was_excluded_since_takes_no_part_in_the_draw() -> None:
    play = at_ceiling("A", "B", "C")
    tell(play, EXCLUDED_THERE + f"10:05:03  control  draw {LOT}  accepted  closed_sold", "09:59:00")
    assert drawn_of(play).numbers == ("C",)


def test_only_who_has_confirmed_joins_where_the_limited_period_asks_for_it() -> None:
    play = at_ceiling("A", "B", "C", free_bid_required=True)
    story = """
        09:59:10  A  bid 200   accepted
        09:59:20  B  bid 210   accepted
        10:00:01  A  present   accepted
        10:00:02  A  bid 250   accepted       at_ceiling
        10:00:03  B  bid 250   NOT_ELIGIBLE
        10:00:04  B  present   accepted
        10:00:05  B  bid 250   accepted       at_ceiling
        10:00:06  C  present   NOT_ELIGIBLE
        10:00:07  C  bid 250   NOT_ELIGIBLE
    """
    tell(play, story, "09:59:00")


def test_a_limit_that_rests_joins_once_its_bidder_has_confirmed() -> None:
    play = at_ceiling("A", "B", "C", free_bid_required=True)
    story = """
        09:59:10  A  limit 300  accepted  A 200
        09:59:20  B  bid 210    accepted  A 220
        10:00:01  B  present    accepted
        10:00:02  B  bid 250    accepted  at_ceiling, B 250
        10:00:03  A  present    accepted  at_ceiling, B 250
    """
    tell(play, story, "09:59:00")
    assert play.now.facts.at_ceiling == ("B", "A")
    assert CeilingJoined(BidderNumber("A"), wan(250), clock_ms("10:00:03"), is_proxy=True) in (
        play.events
    )


def test_two_people_may_end_it_at_the_ceiling_too() -> None:
    story = """
        10:00:01  A           bid 250         accepted  at_ceiling
        10:00:02  control     suspend leak    accepted  suspended
        10:00:03  control     terminate leak  accepted
        10:00:04  supervisor  terminate leak  accepted  closed_unsold
    """
    tell(at_ceiling(), story, "09:59:00")


def test_sealed_bids_at_the_ceiling_break_their_tie_as_everywhere() -> None:
    play = sealed_at_ten("A", "C", ceiling_price_fen=wan(88), increments=())
    story = """
        09:59:10  A           envelope 90     accepted
        09:59:11  C           envelope 95     accepted
        10:00:01  control     open A=90 C=95  accepted
        10:00:02  supervisor  open A=90 C=95  accepted  tie_break
        10:10:03  tick        -               -         closed_sold, A 88
    """
    tell(play, story, "09:59:00")
