"""What people do while the price rises: bids, matches, hidden maxima, steps.

Rule 1: every change of price, maxima or steps is followed by the automatic bids it calls for, in
the same decision. An older version answers by its own `respond`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from trading.bidding import ceiling
from trading.bidding.bids import (
    ALREADY_LEADING,
    BAD_AMOUNT,
    CEILING_REACHED,
    accepted,
    below_min_next,
    extended_ms,
)
from trading.bidding.commands import PlaceBid, SetProxyLimit
from trading.bidding.draw_events import CutToCeiling
from trading.bidding.events import (
    BidAccepted,
    BidderPresent,
    IncrementChanged,
    PriorityMatched,
    ProxyLimitSet,
)
from trading.bidding.evolve import evolve
from trading.bidding.guards import ALREADY_DONE, WRONG_MODE
from trading.bidding.increments import min_next
from trading.bidding.proxy import equalled_by, respond
from trading.bidding.rejections import Code
from trading.bidding.state import Bidding, rank_of
from trading.bidding.terms import is_amount
from trading.outcome import By, Outcome, Rejection
from trading.values import BidderNumber

Respond = Callable[[Bidding, int], tuple[BidAccepted, ...]]
NOTHING_TO_MATCH: Final = Rejection(Code.NOTHING_TO_MATCH)


def with_proxies(bidding: Bidding, event: object, at_ms: int, respond: Respond) -> Outcome:
    """The event, the automatic bids it calls for, and what follows where they meet the ceiling."""
    bidding = evolve(bidding, "", event)
    automatic = respond(bidding, at_ms)
    if not automatic or not ceiling.is_final(bidding, automatic[-1].amount_fen):
        return Outcome((event, *automatic))
    for bid in automatic:
        bidding = evolve(bidding, "", bid)
    return Outcome((event, *automatic, *ceiling.reached(bidding, at_ms)))


def place_bid(
    bidding: Bidding, bid: PlaceBid, by: By, at_ms: int, respond: Respond = respond
) -> Outcome:
    """The bid leads, unless a standing maximum is the same: its holder gets that price."""
    facts, amount_fen = bidding.facts, bid.amount_fen
    ceiling_fen = facts.terms.ceiling_price_fen
    if ceiling_fen is not None and amount_fen > ceiling_fen:
        cut = CutToCeiling(BidderNumber(by.actor), ceiling_fen)
        taken = place_bid(bidding, replace(bid, amount_fen=ceiling_fen), by, at_ms, respond)
        return Outcome((cut, *taken.events), taken.rejection)
    number = BidderNumber(by.actor)
    event = BidAccepted(number, amount_fen, at_ms, extended_ms(bidding, at_ms))
    if facts.ceiling_draw is not None and amount_fen == ceiling_fen:
        return ceiling.bid_ceiling(bidding, event, at_ms)
    if not facts.proxies:
        return Outcome((event,))
    holder = equalled_by(bidding, number, amount_fen)
    if holder is not None:
        event = accepted(bidding, holder, amount_fen, at_ms, is_proxy=True)
        events = with_proxies(bidding, event, at_ms, respond).events
        for one in events:
            bidding = evolve(bidding, "", one)
        return Outcome(events, below_min_next(min_next(bidding, bidding.price_fen)))
    return with_proxies(bidding, event, at_ms, respond)


def matching_announced(
    bidding: Bidding, _command: object, _by: By, _at_ms: int
) -> Rejection | None:
    """Whether the terms let holders match in the session (场内)."""
    return None if bidding.facts.terms.priority_mode == "in_session_match" else WRONG_MODE


def match_allowed(bidding: Bidding, _command: object, by: By, _at_ms: int) -> Rejection | None:
    """4.5: there is a price to match, and nobody of the same or a better rank holds it."""
    if bidding.price_fen is None:
        return NOTHING_TO_MATCH
    facts, number = bidding.facts, BidderNumber(by.actor)
    at_top = facts.at_ceiling or (bidding.leader,)
    if number in at_top:
        return ALREADY_LEADING
    ranks = [rank for one in at_top if (rank := rank_of(facts, one)) is not None]
    leading_rank, own_rank = min(ranks, default=None), rank_of(facts, number)
    if leading_rank is not None and own_rank is not None and leading_rank <= own_rank:
        return Rejection(Code.PRIORITY_OUTRANKED)
    return None


def match_price(
    bidding: Bidding, _command: object, by: By, at_ms: int, respond: Respond = respond
) -> Outcome:
    """The holder leads at the current price, and the clock is put forward like for a bid."""
    assert bidding.price_fen is not None, "guarded by match_allowed"
    number = BidderNumber(by.actor)
    if bidding.phase == "at_ceiling":
        return ceiling.join(bidding, number, at_ms)
    event = PriorityMatched(number, bidding.price_fen, at_ms, extended_ms(bidding, at_ms))
    return with_proxies(bidding, event, at_ms, respond)


def proxies_announced(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """Whether the terms know hidden maxima."""
    return None if bidding.facts.terms.proxy_allowed else WRONG_MODE


def limit_fits(bidding: Bidding, command: SetProxyLimit, _by: By, _at_ms: int) -> Rejection | None:
    """Guards 5 to 7 and 11, for a maximum: the grid does not bind it, it is floored."""
    if not is_amount(command.limit_fen):
        return BAD_AMOUNT
    terms = bidding.facts.terms
    if command.limit_fen < terms.start_price_fen:
        return Rejection(Code.BELOW_START, {"start_price_fen": terms.start_price_fen})
    min_next_fen = min_next(bidding, bidding.price_fen)
    if command.limit_fen < min_next_fen:
        return below_min_next(min_next_fen)
    if bidding.price_fen is not None and bidding.price_fen == terms.ceiling_price_fen:
        return CEILING_REACHED
    return None


def set_proxy_limit(
    bidding: Bidding, command: SetProxyLimit, by: By, at_ms: int, respond: Respond = respond
) -> Outcome:
    """The maximum stands; a new one of the same bidder replaces it and is set now."""
    event = ProxyLimitSet(BidderNumber(by.actor), command.limit_fen)
    return with_proxies(bidding, event, at_ms, respond)


def confirm_presence(
    bidding: Bidding, _command: object, by: By, at_ms: int, respond: Respond = respond
) -> Outcome:
    """Here, and with a maximum that rested until now, bidding (EX-5)."""
    event = BidderPresent(by.actor, by.role)
    if not bidding.facts.limits_rest:
        return Outcome((event,))
    if bidding.phase == "at_ceiling":
        return Outcome((event, *ceiling.by_limit(evolve(bidding, "", event), at_ms)))
    return with_proxies(bidding, event, at_ms, respond)


def can_raise(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """EX-2: only to the announced table, and only after enough extensions."""
    terms = bidding.facts.terms
    if not terms.raised_increments:
        return WRONG_MODE
    if bidding.extensions_count < terms.raise_increment_after_extensions:
        needed = terms.raise_increment_after_extensions
        return Rejection(Code.TOO_SOON, {"extensions_min": needed})
    return ALREADY_DONE if bidding.facts.raised else None


def can_lower(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """Only back to the first announced table."""
    return None if bidding.facts.raised else ALREADY_DONE


def raise_increment(
    bidding: Bidding, _command: object, _by: By, at_ms: int, respond: Respond = respond
) -> Outcome:
    """The announced higher table counts from now on."""
    return with_proxies(bidding, IncrementChanged(raised=True), at_ms, respond)


def lower_increment(
    bidding: Bidding, _command: object, _by: By, at_ms: int, respond: Respond = respond
) -> Outcome:
    """The first announced table counts again."""
    return with_proxies(bidding, IncrementChanged(raised=False), at_ms, respond)
