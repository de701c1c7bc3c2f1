"""Who has a priority right and is asked after the session (domain 4.5).

Rule 1: each window ends with an answer or with silence, which waives.
Rule 2: equals who all say yes agree (all but one give way), else lots decide.

The draw, for whoever wants to check it. `digest` = SHA-256 over the compact JSON array
`[leader, price_fen, ended_at_ms, [[bidder, last_bid_at_ms], …], [exercised, …]]`: what the
bidding's own events came to, bidders in the order of their first accepted bid. `seed` = lowercase
hex of SHA-256 over the UTF-8 bytes of the bidding id ‖ the 32 bytes of `digest` ‖ the bytes of
the public randomness. The winner is the candidate with the index `seed mod count`, candidates in
the order in which they were asked.
"""

import hashlib
import json
from typing import Final

from trading.bidding.closing import Events, ask_or_deal, deal
from trading.bidding.commands import DrawLots
from trading.bidding.events import LotsDrawn, PriorityExercised, PriorityWaived
from trading.bidding.evolve import evolve
from trading.bidding.guards import ALREADY_DONE, is_hex
from trading.bidding.rejections import Code
from trading.bidding.state import Bidding, Turn, awaits_draw
from trading.outcome import By, Outcome, Rejection
from trading.values import BidderNumber

RANDOMNESS_CHARS_MIN: Final = 32
RANDOMNESS_CHARS_MAX: Final = 256
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


def draw_awaited(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """Lots are drawn only among equals who have all said yes."""
    if awaits_draw(bidding):
        return None
    return Rejection(Code.WRONG_PHASE, {"phase": bidding.phase})


def is_randomness(_bidding: Bidding, command: DrawLots, _by: By, _at_ms: int) -> Rejection | None:
    """Whether it is lowercase hex of 16 bytes or more."""
    text = command.randomness
    fits = RANDOMNESS_CHARS_MIN <= len(text) <= RANDOMNESS_CHARS_MAX and is_hex(text)
    return None if fits else Rejection(Code.BAD_RANDOMNESS)


def draw_lots(bidding: Bidding, command: DrawLots, _by: By, _at_ms: int) -> Outcome:
    """The lot falls, and with it the deal is made."""
    numbers = candidates(bidding)
    seed = seed_of(bidding, command.randomness)
    winner = numbers[int(seed, 16) % len(numbers)]
    event = LotsDrawn(seed, numbers, winner)
    return Outcome((event, *deal(evolve(bidding, "", event), winner, BASIS)))


def seed_of(bidding: Bidding, randomness: str) -> str:
    """The published algorithm, as the head of this file has it."""
    own = [
        bidding.leader,
        bidding.price_fen,
        bidding.facts.ended_at_ms,
        [[number, at_ms] for number, at_ms in bidding.last_bid_ms.items()],
        list(turn_of(bidding).exercised),
    ]
    digest = hashlib.sha256(json.dumps(own, separators=(",", ":")).encode()).digest()
    told = bidding.facts.bidding_id.encode() + digest + bytes.fromhex(randomness)
    return hashlib.sha256(told).hexdigest()


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
