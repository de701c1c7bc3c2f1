"""The grid of prices: which increment counts, and the lowest amount that would lead (4.3).

Rule 1: bands are left-closed and right-open; the increment at the current price counts for the
next bid.
Rule 2: a ceiling is on the grid from wherever the price stands.
"""

from collections.abc import Sequence

from trading.bidding.commands import IncrementBand, Terms
from trading.bidding.state import Bidding
from trading.values import Fen


def increment_at(bands: Sequence[IncrementBand], price_fen: int) -> int:
    """The increment that counts for the bid after `price_fen`."""
    increment_fen = bands[0].increment_fen
    for band in bands:
        if band.from_fen > price_fen:
            break
        increment_fen = band.increment_fen
    return increment_fen


def bands_of(bidding: Bidding) -> Sequence[IncrementBand]:
    """The table in force: the announced higher one after `RaiseIncrement` (EX-2)."""
    facts = bidding.facts
    return facts.terms.raised_increments if facts.raised else facts.terms.increments


def min_next(bidding: Bidding, price_fen: Fen | None) -> Fen:
    """The lowest amount that would lead if the price stood at `price_fen`."""
    terms = bidding.facts.terms
    if price_fen is None:
        return terms.start_price_fen
    next_fen = price_fen + increment_at(bands_of(bidding), price_fen)
    if terms.ceiling_price_fen is not None and next_fen > terms.ceiling_price_fen:
        return terms.ceiling_price_fen
    return Fen(next_fen)


def floor_to_grid(bidding: Bidding, amount_fen: int) -> Fen:
    """The highest amount on the grid, seen from the current price, that is not above.

    `amount_fen` must not be below the current (else the start) price.
    """
    terms = bidding.facts.terms
    if terms.ceiling_price_fen is not None and amount_fen >= terms.ceiling_price_fen:
        return terms.ceiling_price_fen
    base_fen = terms.start_price_fen if bidding.price_fen is None else bidding.price_fen
    return Fen(amount_fen - (amount_fen - base_fen) % increment_at(bands_of(bidding), base_fen))


def on_stepwise_grid(terms: Terms, amount_fen: int) -> bool:
    """Whether single steps from the start price meet `amount_fen` exactly."""
    at_fen = int(terms.start_price_fen)
    edges_fen = [int(band.from_fen) for band in terms.increments if band.from_fen > at_fen]
    for edge_fen in [*edges_fen, amount_fen]:
        step_fen = increment_at(terms.increments, at_fen)
        goal_fen = min(edge_fen, amount_fen)
        at_fen += -(-(goal_fen - at_fen) // step_fen) * step_fen if goal_fen > at_fen else 0
    return at_fen == amount_fen
