"""It takes two, and the same command from each."""

from tests.support.builders import CONTROL, SUPERVISOR, Play, limited
from trading.bidding.commands import ResumeBidding, SuspendBidding
from trading.bidding.events import ActConfirmed, BiddingResumed
from trading.outcome import By


def stopped() -> Play:
    play = limited()
    play.ask(CONTROL, SuspendBidding(reason="leak"))
    return play


def later(play: Play, more_ms: int = 0) -> ResumeBidding:
    return ResumeBidding(resumes_at_ms=play.at_ms + 9_000_000 + more_ms)


def test_the_second_of_two_acts() -> None:
    play = stopped()
    command = later(play)
    assert isinstance(play.ask(SUPERVISOR, command).events[0], ActConfirmed)
    assert isinstance(play.ask(CONTROL, command, play.at_ms + 600_000).events[0], BiddingResumed)


def test_neither_one_person_in_two_roles_nor_two_in_one_role() -> None:
    play = stopped()
    command = later(play)
    assert play.code(CONTROL, command) == "ok"
    assert play.code(By(CONTROL.actor, "supervisor"), command) == "ALREADY_DONE"
    assert play.code(By("control-2", "bid_controller"), command) == "ALREADY_DONE"


def test_another_command_or_one_after_the_window_is_a_first_one_again() -> None:
    play = stopped()
    command = later(play)
    play.ask(CONTROL, command)
    assert isinstance(play.ask(SUPERVISOR, later(play, 1)).events[0], ActConfirmed)
    play.ask(CONTROL, command)
    late_ms = play.at_ms + 600_001
    assert isinstance(play.ask(SUPERVISOR, command, late_ms).events[0], ActConfirmed)
