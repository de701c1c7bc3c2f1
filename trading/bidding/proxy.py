"""Automatic bids for hidden maxima (委托出价, domain 4.3).

Rule 1: a maximum is floored to the grid, as seen from the price that it answers.
Rule 2: of two, the loser's maximum is accepted first, then the winner at the minimum next, in one
decision. Of equals only the earlier-set one bids, at that price. A band's edge in between is no
reason to stop: it goes on until no maximum that could lead is left.
Rule 3: an automatic bid extends like any other.
Rule 4: where only confirmed bidders may bid in the limited period (EX-5), the maxima of the others
rest until they confirm.
"""

from trading.bidding.bids import accepted
from trading.bidding.events import BidAccepted
from trading.bidding.evolve import evolve
from trading.bidding.increments import bands_of, floor_to_grid, increment_at, min_next
from trading.bidding.state import Bidding, limits_in_force
from trading.values import BidderNumber, Fen


def standing_limits(bidding: Bidding) -> list[tuple[Fen, BidderNumber]]:
    """Maxima that can still lead, highest first, then earliest set first."""
    if not bidding.facts.proxies:
        return []
    min_next_fen = min_next(bidding, bidding.price_fen)
    if bidding.price_fen == min_next_fen:  # at the ceiling
        return []
    floored = [
        (floor_to_grid(bidding, proxy.limit_fen), proxy.number)
        for proxy in limits_in_force(bidding.facts)
    ]
    able = [limit for limit in floored if limit[0] >= min_next_fen]
    return sorted(able, key=lambda limit: -limit[0])  # stable: the order of setting remains


def equalled_by(bidding: Bidding, number: BidderNumber, amount_fen: int) -> BidderNumber | None:
    """Who stands with a maximum of exactly this amount, and so gets this price."""
    limits = [limit for limit in standing_limits(bidding) if limit[1] != number]
    return limits[0][1] if limits and limits[0][0] == amount_fen else None


def respond(bidding: Bidding, at_ms: int) -> tuple[BidAccepted, ...]:
    """The automatic bids that the present price calls for, and those that they call for."""
    told: tuple[BidAccepted, ...] = ()
    while bids := answer(bidding, at_ms):
        told += bids
        for bid in bids:
            bidding = evolve(bidding, "", bid)
    return told


def answer(bidding: Bidding, at_ms: int, *, floored_once: bool = False) -> tuple[BidAccepted, ...]:
    """The automatic bids at the present price: of one maximum, or of the two highest.

    floored_once: the winner's maximum is floored from the present price alone, not from the
    loser's that it answers.
    """
    limits = standing_limits(bidding)
    if not [limit for limit in limits if limit[1] != bidding.leader]:
        return ()
    best_fen, best = limits[0]
    if len(limits) == 1:
        next_fen = min_next(bidding, bidding.price_fen)
        return (accepted(bidding, best, next_fen, at_ms, is_proxy=True),)
    second_fen, second = limits[1]
    if second_fen == best_fen:
        return (accepted(bidding, best, best_fen, at_ms, is_proxy=True),)
    loser = accepted(bidding, second, second_fen, at_ms, is_proxy=True)
    after = evolve(bidding, "", loser)
    next_fen = min_next(after, second_fen)
    if next_fen <= (best_fen if floored_once else _limit_of(bidding, best)):
        return (loser, accepted(after, best, next_fen, at_ms, is_proxy=True))
    # The loser's maximum lies in a band of larger steps, in which the winner's is no full step
    # above: the winner tops it by one of the steps that count now.
    base_fen = (
        bidding.facts.terms.start_price_fen if bidding.price_fen is None else bidding.price_fen
    )
    step_fen = increment_at(bands_of(bidding), base_fen)
    return (accepted(bidding, best, second_fen + step_fen, at_ms, is_proxy=True),)


def _limit_of(bidding: Bidding, number: BidderNumber) -> Fen:
    """A maximum as it was set."""
    return next(one.limit_fen for one in bidding.facts.proxies if one.number == number)
