"""What is left of a period, whatever period it was."""

import pytest

from tests.support.builders import CONTROL, SUPERVISOR, Play, bidder, limited, opened, wan
from trading.bidding.commands import ConfirmPresence, PlaceBid, ResumeBidding, SuspendBidding
from trading.bidding.events import BiddingResumed, BiddingSuspended
from trading.dispatch import BIDDING


def resume(play: Play, resumes_at_ms: int) -> None:
    for person in (CONTROL, SUPERVISOR):
        assert play.code(person, ResumeBidding(resumes_at_ms=resumes_at_ms)) == "ok"


@pytest.mark.parametrize(
    ("play", "runs_ms"),
    [
        (limited(), 300_000),
        (opened(), 300_000),  # a minute of free bidding was left: it gets E
        (opened(free_ms=900_000), 900_000),
        (opened(mode="one_shot", collect_ms=400_000), 400_000),
    ],
    ids=["limited", "short-free", "long-free", "collecting"],
)
def test_a_period_gets_what_was_left_of_it_and_not_less_than_e(play: Play, runs_ms: int) -> None:
    play.ask(CONTROL, SuspendBidding(reason="leak"))
    resumes_at_ms = play.at_ms + 1_800_000
    resume(play, resumes_at_ms)
    assert play.events[-1] == BiddingResumed(resumes_at_ms, resumes_at_ms + runs_ms)


def test_it_goes_on_at_the_last_valid_bid() -> None:
    play = limited()
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    play.ask(CONTROL, SuspendBidding(reason="leak"), play.at_ms + 1_000)
    assert play.events[-1] == BiddingSuspended("leak", wan(200), 299_000, play.at_ms)
    resume(play, play.at_ms + 1_800_000)
    play.tick(play.at_ms + 1_800_000)
    assert (play.now.phase, play.now.leader) == ("limited_bidding", "A")
    assert play.now.price_fen == wan(200)


def test_the_notice_is_whole_however_late_in_his_time_the_second_person_follows() -> None:
    play = limited(two_person_window_ms=600_000, resume_notice_ms=1_800_000)
    play.ask(CONTROL, SuspendBidding(reason="leak"))
    stopped_ms = play.at_ms
    resumes_at_ms = stopped_ms + 2_400_000
    assert play.code(CONTROL, ResumeBidding(resumes_at_ms=resumes_at_ms - 1)) == "TOO_SOON"
    command = ResumeBidding(resumes_at_ms=resumes_at_ms)
    assert play.code(CONTROL, command) == "ok"
    assert play.code(SUPERVISOR, command, stopped_ms + 600_001) == "TOO_SOON"
    assert play.code(SUPERVISOR, command, stopped_ms + 600_000) == "ok"
    assert isinstance(play.events[-1], BiddingResumed)


def test_until_version_4_the_second_person_could_come_too_late() -> None:
    play, older = limited(), BIDDING.older[3]
    play.ask(CONTROL, SuspendBidding(reason="leak"))
    command = ResumeBidding(resumes_at_ms=play.at_ms + play.now.facts.terms.resume_notice_ms)
    assert older.decide(play.now, command, CONTROL, play.at_ms).rejection is None
    late = older.decide(play.now, command, SUPERVISOR, play.at_ms + 1)
    assert late.rejection is not None


@pytest.mark.parametrize(("ran_ms", "answer"), [(59_999, "ok"), (60_000, "TOO_LATE")])
def test_the_time_to_confirm_begins_anew_where_it_ran(ran_ms: int, answer: str) -> None:
    play = opened(free_bid_required=True, free_bid_confirm_ms=60_000)
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    play.tick(play.at_ms + 60_000)
    play.ask(CONTROL, SuspendBidding(reason="leak"), play.at_ms + ran_ms)
    resume(play, play.at_ms + 1_800_000)
    play.tick(play.at_ms + 1_800_000)
    assert play.code(bidder("A"), ConfirmPresence(), play.at_ms + 59_999) == answer
