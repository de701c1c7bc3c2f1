"""What follows at the ceiling where a draw among all who bid it was announced (guard 11).

Rule 1: it is announced before the lobby opens, once; where it is not, the first at the ceiling has
it.
Rule 2: at the ceiling the price rises no more. Until the period that ran would have ended, and for
the announced window at least, others bid the ceiling too; a standing maximum that reaches it joins
by itself. Joining puts nothing off.
Rule 3: a priority holder who is there has it, of several the best rank, of equals the earlier
(4.5); one alone has it; else lots decide, and nothing but the public randomness is waited for.
"""

from typing import Final

from trading.bidding.closing import Events, end
from trading.bidding.commands import AnnounceCeilingDraw
from trading.bidding.draw_events import (
    CeilingDrawAnnounced,
    CeilingJoined,
    CeilingReached,
    DrawAwaited,
)
from trading.bidding.events import BidAccepted
from trading.bidding.evolve import evolve
from trading.bidding.guards import ALREADY_DONE
from trading.bidding.rejections import Code
from trading.bidding.state import Bidding, limits_in_force
from trading.bidding.terms import DURATION_MS_MAX
from trading.bounds import SHORT_PROFILES
from trading.outcome import By, Outcome, Rejection
from trading.values import BidderNumber, Fen

SOURCE_CHARS_MAX: Final = 200


def draw_fits(
    bidding: Bidding, command: AnnounceCeilingDraw, _by: By, _at_ms: int
) -> Rejection | None:
    """Whether it can be kept: a ceiling, a window nobody can miss, and whence the randomness."""
    terms, window_ms = bidding.facts.terms, command.window_ms
    least_ms = 0 if terms.profile in SHORT_PROFILES else terms.stall_threshold_ms  # rule 7
    if terms.ceiling_price_fen is None:
        return _bad("ceiling_price_fen")
    if not least_ms < window_ms <= DURATION_MS_MAX:
        return _bad("window_ms")
    fits = bool(command.source.strip()) and len(command.source) <= SOURCE_CHARS_MAX
    return None if fits else _bad("source")


def _bad(field: str) -> Rejection:
    return Rejection(Code.BAD_TERMS, {"field": field})


def draw_unannounced(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """Once announced it stays so."""
    return None if bidding.facts.ceiling_draw is None else ALREADY_DONE


def announce_draw(_bidding: Bidding, command: AnnounceCeilingDraw, _by: By, _at_ms: int) -> Outcome:
    """All know it before the first bid."""
    return Outcome((CeilingDrawAnnounced(command.window_ms, command.source),))


def is_final(bidding: Bidding, amount_fen: Fen) -> bool:
    """Whether this amount is the ceiling, and a draw was announced for it."""
    facts = bidding.facts
    return facts.ceiling_draw is not None and amount_fen == facts.terms.ceiling_price_fen


def bid_ceiling(bidding: Bidding, bid: BidAccepted, at_ms: int) -> Outcome:
    """A bid at the ceiling: the first one leads, any other one is level with it."""
    if bidding.phase == "at_ceiling":
        return join(bidding, bid.bidder, at_ms)
    return Outcome((bid, *reached(evolve(bidding, "", bid), at_ms)))


def join(bidding: Bidding, number: BidderNumber, at_ms: int) -> Outcome:
    """One more is at the ceiling."""
    assert bidding.price_fen is not None, "somebody has bid the ceiling"
    return Outcome((CeilingJoined(number, bidding.price_fen, at_ms),))


def reached(bidding: Bidding, at_ms: int) -> Events:
    """After a bid that is final: whoever has let the system bid as much is there too."""
    ends_at_ms, draw = bidding.ends_at_ms, bidding.facts.ceiling_draw
    assert ends_at_ms is not None, "the price rises in a period that ends"
    assert draw is not None, "a bid is final only where a draw was announced"
    until_ms = max(ends_at_ms, at_ms + draw.window_ms)  # I-2
    event = CeilingReached(until_ms)
    return (event, *by_limit(evolve(bidding, "", event), at_ms))


def by_limit(bidding: Bidding, at_ms: int) -> Events:
    """Whoever has let the system bid as much as the ceiling, and is not there yet."""
    price_fen = bidding.price_fen
    assert price_fen is not None, "somebody has bid the ceiling"
    return tuple(
        CeilingJoined(proxy.number, price_fen, at_ms, is_proxy=True)
        for proxy in limits_in_force(bidding.facts)
        if proxy.limit_fen >= price_fen and proxy.number not in bidding.facts.at_ceiling
    )


def window_over(bidding: Bidding, at_ms: int) -> Events:
    """No more may join (EX-7: by a tick)."""
    numbers = candidates(bidding)
    winner = numbers[0] if len(numbers) == 1 else _first_holder(bidding, numbers)
    if winner is None:
        return (DrawAwaited(numbers, at_ms),)
    return end(bidding, winner, bidding.price_fen, at_ms)


def candidates(bidding: Bidding) -> tuple[BidderNumber, ...]:
    """Who is at the ceiling and may still bid, in the order of bidding it; one at least.

    Where all have been excluded since, the first one's bid stands (拍卖法 §36).
    """
    facts = bidding.facts
    left = tuple(number for number in facts.at_ceiling if number not in facts.excluded)
    return left or facts.at_ceiling[:1]


def _first_holder(bidding: Bidding, numbers: tuple[BidderNumber, ...]) -> BidderNumber | None:
    register = bidding.facts.register
    ranked = [(rank, n) for n in numbers if (rank := register[n].priority_rank) is not None]
    return min(ranked, key=lambda one: one[0])[1] if ranked else None
