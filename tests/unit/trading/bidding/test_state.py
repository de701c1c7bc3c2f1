"""What is open, and what only waits."""

import pytest

from tests.support.builders import bidder, limited, wan
from trading.bidding.commands import ExercisePriority, PlaceBid
from trading.bidding.state import Turn, awaits_draw, is_open
from trading.values import BidderNumber


def test_a_turn_is_pending_until_all_have_answered() -> None:
    first, second, third = (BidderNumber(number) for number in ("P1a", "P1b", "P1c"))
    turn = Turn(1, (first, second, third), exercised=(second,), waived=(third,))
    assert turn.pending == (first,)


@pytest.mark.parametrize(
    ("mode", "open_while_asked"), [("post_session_ask", True), ("off_floor", False)]
)
def test_a_window_is_open_on_the_floor_only(mode: str, *, open_while_asked: bool) -> None:
    play = limited("A", "P1", priority_mode=mode)
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    play.tick(play.at_ms + 300_000)
    assert play.now.phase == "awaiting_priority"
    assert is_open(play.now) is open_while_asked


def test_the_wait_for_lots_is_not_open_and_no_clock_ends_it() -> None:
    play = limited("A", "P1a", "P1b", priority_mode="post_session_ask")
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    play.tick(play.at_ms + 300_000)
    for number in ("P1a", "P1b"):
        play.ask(bidder(number), ExercisePriority())
    assert awaits_draw(play.now)
    assert not is_open(play.now)
    assert play.now.ends_at_ms is None
