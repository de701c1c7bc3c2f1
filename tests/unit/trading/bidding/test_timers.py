"""What time brings about."""

import pytest

from tests.support.builders import (
    CONTROL,
    DESK,
    OPENS_AT_MS,
    SUPERVISOR,
    bidder,
    in_lobby,
    limited,
    opened,
    scheduled,
    wan,
)
from trading.bidding.commands import (
    ConfirmPresence,
    ExcludeBidder,
    PlaceBid,
    ResumeBidding,
    SuspendBidding,
)
from trading.bidding.events import (
    BiddingClosed,
    BiddingReopened,
    FreeBiddingOpened,
    LimitedBiddingStarted,
    SuspensionReviewDue,
)
from trading.bidding.timers import due_ms, fire, phase_change
from trading.values import BidderNumber


def test_the_lobby_and_the_opening_are_due_as_announced() -> None:
    play = scheduled()
    assert due_ms(play.now) == OPENS_AT_MS - 900_000
    play.tick(OPENS_AT_MS - 900_000)
    assert due_ms(play.now) == OPENS_AT_MS


def test_an_opening_gives_the_full_period_from_its_tick() -> None:
    play = in_lobby()
    assert play.tick(OPENS_AT_MS + 7_000) == (FreeBiddingOpened(OPENS_AT_MS + 67_000),)


def test_a_quorum_waits_for_the_supervisor_and_is_not_due_meanwhile() -> None:
    play = in_lobby(supervisor_quorum=True)
    assert due_ms(play.now) is None
    assert play.code(CONTROL, ConfirmPresence()) == "NOT_PERMITTED"
    assert play.code(SUPERVISOR, ConfirmPresence(), OPENS_AT_MS + 60_000) == "ok"
    assert play.code(SUPERVISOR, ConfirmPresence()) == "ALREADY_DONE"
    assert due_ms(play.now) == OPENS_AT_MS
    assert play.tick(OPENS_AT_MS + 61_000) == (FreeBiddingOpened(OPENS_AT_MS + 121_000),)


@pytest.mark.parametrize(
    ("excluded", "reason"), [("A", "not_enough_bidders"), ("AB", "all_disqualified")]
)
def test_too_few_bidders_at_the_opening_end_it(excluded: str, reason: str) -> None:
    play = in_lobby()
    for number in excluded:
        play.ask(DESK, ExcludeBidder(number=BidderNumber(number), reason="deposit gone"))
    assert play.tick(OPENS_AT_MS)[-1] == BiddingClosed(sold=False, reason=reason)


def test_presence_counts_where_it_is_required() -> None:
    play = in_lobby("A", "B", "C", presence_required=True)
    assert play.code(bidder("A"), ConfirmPresence()) == "ok"
    assert play.code(bidder("A"), ConfirmPresence()) == "ALREADY_DONE"
    assert play.code(bidder("X"), ConfirmPresence()) == "NOT_ELIGIBLE"
    assert play.code(bidder("B"), ConfirmPresence()) == "ok"
    play.tick(OPENS_AT_MS)
    assert play.code(bidder("C"), PlaceBid(amount_fen=wan(200))) == "NOT_ELIGIBLE"
    assert play.code(bidder("A"), PlaceBid(amount_fen=wan(200))) == "ok"


def test_nobody_present_where_it_is_required() -> None:
    play = in_lobby(presence_required=True)
    closed = BiddingClosed(sold=False, reason="not_enough_bidders")
    assert play.tick(OPENS_AT_MS)[-1] == closed


def test_free_turns_limited_by_any_record_and_only_once() -> None:
    play = opened()
    end_ms = OPENS_AT_MS + 60_000
    assert phase_change(play.now, end_ms - 1) == ()
    started = (LimitedBiddingStarted(end_ms + 300_000),)
    assert phase_change(play.now, end_ms) == fire(play.now, end_ms) == started
    # EX: a record so late that the limited period is over too starts it, and closes nothing.
    play.happens(*phase_change(play.now, end_ms + 900_000))
    assert phase_change(play.now, end_ms + 900_000) == ()
    bid = PlaceBid(amount_fen=wan(200))
    assert play.code(bidder("A"), bid, end_ms + 900_000) == "TOO_LATE"


def test_a_reopening_and_what_it_makes_due_come_with_the_same_record() -> None:
    play = opened(stall_threshold_ms=200_000)
    play.ask(CONTROL, SuspendBidding(reason="fire"))
    resumes_at_ms = play.at_ms + 1_800_000
    for person in (CONTROL, SUPERVISOR):
        play.ask(person, ResumeBidding(resumes_at_ms=resumes_at_ms))
    assert phase_change(play.now, resumes_at_ms - 1) == ()
    reopened = BiddingReopened(resumes_at_ms + 300_000)
    assert phase_change(play.now, resumes_at_ms + 200_000) == (reopened,)
    late_ms = resumes_at_ms + 200_001
    assert phase_change(play.now, late_ms) == (BiddingReopened(late_ms + 300_000),)


def test_with_a_long_threshold_a_reopening_may_end_the_free_period_too() -> None:
    play = opened(stall_threshold_ms=900_000, profile="test")
    play.ask(CONTROL, SuspendBidding(reason="fire"))
    resumes_at_ms = play.at_ms + 1_800_000
    for person in (CONTROL, SUPERVISOR):
        play.ask(person, ResumeBidding(resumes_at_ms=resumes_at_ms))
    assert phase_change(play.now, resumes_at_ms + 300_000) == (
        BiddingReopened(resumes_at_ms + 300_000),
        LimitedBiddingStarted(resumes_at_ms + 600_000),
    )


def test_a_suspension_is_looked_at_once() -> None:
    play = limited()
    play.ask(CONTROL, SuspendBidding(reason="fire"))
    review_ms = play.at_ms + 86_400_000
    assert due_ms(play.now) == review_ms
    assert play.tick(review_ms) == (SuspensionReviewDue(),)
    assert due_ms(play.now) is None
    for person in (CONTROL, SUPERVISOR):
        play.ask(person, ResumeBidding(resumes_at_ms=review_ms + 1_800_000))
    assert due_ms(play.now) == review_ms + 1_800_000


def test_after_every_timer_the_next_lies_later_or_nothing_is_due() -> None:
    play, at_ms = scheduled(), 0
    while (next_ms := due_ms(play.now)) is not None:
        assert next_ms > at_ms
        at_ms = next_ms
        play.happens(*fire(play.now, at_ms))
    assert play.now.phase == "closed_unsold"
