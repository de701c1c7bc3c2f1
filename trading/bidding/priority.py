"""Who has a priority right and is asked after the session (domain 4.5).

Rule 1: each window ends with an answer or with silence, which waives.
Rule 2: equals who all say yes agree (all but one give way), else lots decide (draw.py).
"""

from typing import Final

from trading.bidding.closing import Events, ask_or_deal, deal
from trading.bidding.events import PriorityExercised, PriorityWaived
from trading.bidding.evolve import evolve
from trading.bidding.guards import ALREADY_DONE
from trading.bidding.rejections import Code
from trading.bidding.state import Bidding, Turn, awaits_draw
from trading.outcome import By, Outcome, Rejection
from trading.values import BidderNumber

BASIS: Final = "priority_exercised"


def is_asked(bidding: Bidding, _command: object, by: By, _at_ms: int) -> Rejection | None:
    """Only who is asked now may answer, and once."""
    turn = turn_of(bidding)
    if by.actor not in turn.numbers:
        return Rejection(Code.NOT_YOUR_TURN)
    return None if by.actor in turn.pending else ALREADY_DONE


def may_waive(bidding: Bidding, command: object, by: By, at_ms: int) -> Rejection | None:
    """Who is asked; and while lots are awaited, who gives way to his equals."""
    if awaits_draw(bidding) and by.actor in candidates(bidding):
        return None
    return is_asked(bidding, command, by, at_ms)


def exercise_priority(bidding: Bidding, _command: object, by: By, at_ms: int) -> Outcome:
    """A holder takes the final price."""
    assert bidding.price_fen is not None, "holders are asked for a price"
    event = PriorityExercised(BidderNumber(by.actor), bidding.price_fen)
    return Outcome((event, *_follows(evolve(bidding, "", event), at_ms)))


def waive_priority(bidding: Bidding, _command: object, by: By, at_ms: int) -> Outcome:
    """A holder does not take it."""
    event = PriorityWaived(BidderNumber(by.actor), silent=False)
    return Outcome((event, *_follows(evolve(bidding, "", event), at_ms)))


def window_over(bidding: Bidding, at_ms: int) -> Events:
    """Silence waives."""
    silent = tuple(PriorityWaived(number, silent=True) for number in turn_of(bidding).pending)
    for event in silent:
        bidding = evolve(bidding, "", event)
    return (*silent, *_follows(bidding, at_ms))


def turn_of(bidding: Bidding) -> Turn:
    """Who is asked now."""
    turn = bidding.facts.turn
    assert turn is not None, "in awaiting_priority somebody is asked"
    return turn


def candidates(bidding: Bidding) -> tuple[BidderNumber, ...]:
    """Who said yes, of the best rank among them, in the order in which they were asked."""
    turn, register = turn_of(bidding), bidding.facts.register
    yes = [number for number in turn.numbers if number in turn.exercised]
    best = min((register[number].priority_rank or 0 for number in yes), default=0)
    return tuple(number for number in yes if register[number].priority_rank == best)


def _follows(bidding: Bidding, at_ms: int) -> Events:
    """What the answers so far lead to."""
    if turn_of(bidding).pending:
        return ()
    numbers = candidates(bidding)
    if not numbers:
        return ask_or_deal(bidding, at_ms)
    return deal(bidding, numbers[0], BASIS) if len(numbers) == 1 else ()
