"""Lots among equals (domain 4.5, last paragraph): holders who all say yes, bidders at the ceiling.

Rule 1: two people's word is not needed, since nothing is chosen: the randomness is public, the
algorithm is published, and the event bears all of its inputs.

The draw, for whoever wants to check it. `own` = the compact JSON array
`[leader, price_fen, ended_at_ms, [[bidder, last_bid_at_ms], …], [who took the price, …]]`: what
the bidding's own events came to, bidders in the order of their first accepted bid. `digest` =
SHA-256 of its UTF-8 bytes. `seed` = lowercase hex of SHA-256 over the UTF-8 bytes of the bidding
id ‖ the 32 bytes of `digest` ‖ the bytes of the public randomness. The winner is the candidate
with the index `seed mod count`, candidates in the order of `numbers`.
"""

import hashlib
import json
from typing import Final

from trading.bidding import ceiling
from trading.bidding.closing import deal, end
from trading.bidding.commands import DrawLots
from trading.bidding.draw_events import DrawHeld
from trading.bidding.evolve import evolve
from trading.bidding.guards import in_period, is_hex
from trading.bidding.priority import BASIS, candidates, turn_of
from trading.bidding.rejections import Code
from trading.bidding.state import Bidding, awaits_draw
from trading.outcome import By, Outcome, Rejection
from trading.values import BidderNumber

RANDOMNESS_CHARS_MIN: Final = 32
RANDOMNESS_CHARS_MAX: Final = 256
ALGORITHM: Final = "sha256(bidding_id || sha256(own) || randomness) mod count"
_asked: Final = in_period("awaiting_priority")


def draw_awaited(bidding: Bidding, command: object, by: By, at_ms: int) -> Rejection | None:
    """Lots are drawn only among equals: holders who have all said yes, bidders at the ceiling."""
    if awaits_draw(bidding):
        return None
    wrong = Rejection(Code.WRONG_PHASE, {"phase": bidding.phase})
    return _asked(bidding, command, by, at_ms) or wrong


def is_randomness(_bidding: Bidding, command: DrawLots, _by: By, _at_ms: int) -> Rejection | None:
    """Whether it is lowercase hex of 16 bytes or more."""
    text = command.randomness
    fits = RANDOMNESS_CHARS_MIN <= len(text) <= RANDOMNESS_CHARS_MAX and is_hex(text)
    return None if fits else Rejection(Code.BAD_RANDOMNESS)


def draw_lots(bidding: Bidding, command: DrawLots, _by: By, at_ms: int) -> Outcome:
    """The lot falls; a holder has the deal with it, at the ceiling the bidding has its leader."""
    if bidding.phase == "awaiting_draw":
        took = bidding.facts.at_ceiling
        event = held(bidding, took, ceiling.candidates(bidding), command.randomness)
        drawn = evolve(bidding, "", event)
        return Outcome((event, *end(drawn, event.winner, drawn.price_fen, at_ms)))
    took = turn_of(bidding).exercised
    event = held(bidding, took, candidates(bidding), command.randomness)
    return Outcome((event, *deal(evolve(bidding, "", event), event.winner, BASIS)))


def held(
    bidding: Bidding,
    took: tuple[BidderNumber, ...],
    numbers: tuple[BidderNumber, ...],
    randomness: str,
) -> DrawHeld:
    """The published algorithm, as the head of this file has it."""
    told = [
        bidding.leader,
        bidding.price_fen,
        bidding.facts.ended_at_ms,
        [[number, at_ms] for number, at_ms in bidding.last_bid_ms.items()],
        list(took),
    ]
    own = json.dumps(told, separators=(",", ":"))
    digest = hashlib.sha256(own.encode()).digest()
    seeded = bidding.facts.bidding_id.encode() + digest + bytes.fromhex(randomness)
    seed = hashlib.sha256(seeded).hexdigest()
    winner = numbers[int(seed, 16) % len(numbers)]
    return DrawHeld(ALGORITHM, own, randomness, seed, numbers, winner)
