"""Whether a bid leads (domain 4.3).

Rule 1: the guards stand in the order and with the numbers of the rule book; the first that
objects answers. Guard 1 (a repeat) is the host's: it never gets here.
Rule 2: an amount above an announced ceiling is read as the ceiling before guards 5 to 12: what is
cut is on the grid, and never large.
Rule 3: this is the one hot path. The guards are sections of three functions (now and here, the
amount, the manner), and the figures that several need are worked out once.
"""

from typing import Final

from trading.bidding.commands import PlaceBid
from trading.bidding.events import BidAccepted
from trading.bidding.guards import WRONG_MODE, in_mode, in_period, may_bid
from trading.bidding.increments import bands_of, increment_at, min_next
from trading.bidding.rejections import Code
from trading.bidding.state import BIDDABLE, RISING, Bidding
from trading.outcome import By, Rejection
from trading.values import AMOUNT_FEN_MAX, YUAN_FEN, BidderNumber, Fen

RISING_MODES: Final = ("dynamic", "live_timed")
in_rising_period: Final = in_period(*RISING, late=("awaiting_reserve", "awaiting_priority"))
in_rising_mode: Final = in_mode(*RISING_MODES)

BAD_AMOUNT: Final = Rejection(Code.BAD_AMOUNT)
ALREADY_LEADING: Final = Rejection(Code.ALREADY_LEADING)
CEILING_REACHED: Final = Rejection(Code.CEILING_REACHED)


def judge_bid(
    bidding: Bidding, bid: PlaceBid, by: By, at_ms: int, *, cuts: bool = True
) -> Rejection | None:
    """The first objection, if there is one: guards 2 to 12; `cuts`: at the ceiling, before 5."""
    terms, amount_fen, is_cut = bidding.facts.terms, bid.amount_fen, False
    ceiling_fen = terms.ceiling_price_fen
    if ceiling_fen is not None and amount_fen > ceiling_fen and cuts:
        amount_fen, is_cut = ceiling_fen, True
    objection = _now_and_here(bidding, bid, by, at_ms)
    if objection is not None:
        return objection
    price_fen = bidding.price_fen
    base_fen = terms.start_price_fen if price_fen is None else price_fen
    increment_fen = increment_at(bands_of(bidding), base_fen)
    objection = _amount(bidding, amount_fen, base_fen, increment_fen)
    if objection is not None:
        return objection
    unconfirmed_max_fen = base_fen + terms.steps_max * increment_fen
    is_large = amount_fen > unconfirmed_max_fen and not is_cut and not bid.confirm_large
    return _manner(bidding, by, at_ms, unconfirmed_max_fen if is_large else None)


def _now_and_here(bidding: Bidding, bid: PlaceBid, by: By, at_ms: int) -> Rejection | None:
    # 2: inside a period of a rising bidding in which bids are taken. Equal is late.
    phase, ends_at_ms = bidding.phase, bidding.ends_at_ms
    if phase not in BIDDABLE or ends_at_ms is None or at_ms >= ends_at_ms:
        return in_rising_period(bidding, bid, by, at_ms) or WRONG_MODE
    # 3: eligible, with all that was announced (presence, EX-5).
    facts = bidding.facts
    if by.actor not in facts.register or by.actor in facts.excluded or facts.has_entry_rule:
        objection = may_bid(bidding, bid, by, at_ms)
        if objection is not None:
            return objection
    # 4: the bidder saw the phase that is.
    if bid.phase_seen is not None and bid.phase_seen != phase:
        return Rejection(Code.PHASE_CHANGED, {"phase": phase})
    return None


def _amount(
    bidding: Bidding, amount_fen: Fen, base_fen: Fen, increment_fen: int
) -> Rejection | None:
    terms = bidding.facts.terms
    # 5: above zero, whole yuan, within the cap.
    if amount_fen <= 0 or amount_fen % YUAN_FEN or amount_fen > AMOUNT_FEN_MAX:
        return BAD_AMOUNT
    # 6: reaches the start price.
    if amount_fen < terms.start_price_fen:
        return Rejection(Code.BELOW_START, {"start_price_fen": terms.start_price_fen})
    # 7: reaches the minimum next; written so that the usual bid asks for no more than it needs.
    if bidding.price_fen is not None and amount_fen < base_fen + increment_fen:
        min_next_fen = min_next(bidding, bidding.price_fen)
        if amount_fen < min_next_fen:
            return below_min_next(min_next_fen)
    # 8: whole steps from the current price; the ceiling is on the grid from anywhere.
    if (amount_fen - base_fen) % increment_fen and amount_fen != terms.ceiling_price_fen:
        min_next_fen = min_next(bidding, bidding.price_fen)
        params = {"min_next_fen": min_next_fen, "increment_fen": increment_fen}
        return Rejection(Code.NOT_ON_GRID, params)
    return None


def _manner(
    bidding: Bidding, by: By, at_ms: int, unconfirmed_max_fen: int | None
) -> Rejection | None:
    terms, number = bidding.facts.terms, BidderNumber(by.actor)
    # 9: nobody tops himself, unless that was announced.
    if number == bidding.leader and not terms.allow_leader_raise:
        return ALREADY_LEADING
    # 10: a large step is meant; None where it is, or is none.
    if unconfirmed_max_fen is not None:
        return Rejection(Code.NEEDS_CONFIRMATION, {"unconfirmed_max_fen": unconfirmed_max_fen})
    # 11: only where the price is at the ceiling already.
    if bidding.price_fen is not None and bidding.price_fen == terms.ceiling_price_fen:
        if bidding.phase != "at_ceiling":
            return CEILING_REACHED
        if number in bidding.facts.at_ceiling:
            return ALREADY_LEADING
    # 12: not within the gap since this bidder's last accepted bid.
    last_ms = bidding.last_bid_ms.get(number)
    if last_ms is not None and at_ms - last_ms < terms.min_gap_ms:
        return Rejection(Code.TOO_FAST, {"min_gap_ms": terms.min_gap_ms})
    return None


def below_min_next(min_next_fen: int) -> Rejection:
    """Guard 7's answer, with the figure to do better."""
    return Rejection(Code.BELOW_MIN_NEXT, {"min_next_fen": min_next_fen})


def extended_ms(bidding: Bidding, at_ms: int) -> int:
    """Where the end stands after a bid or a match at `at_ms`: EX-1, and EX-3."""
    ends_at_ms = bidding.ends_at_ms
    assert ends_at_ms is not None, "only a period that ends can be extended"
    if bidding.phase == "free_bidding":
        return ends_at_ms
    return max(ends_at_ms, at_ms + bidding.facts.terms.extension_ms)


def accepted(
    bidding: Bidding, number: BidderNumber, amount_fen: int, at_ms: int, *, is_proxy: bool
) -> BidAccepted:
    """The bid leads, cut to the ceiling (guard 11), and the clock is put forward."""
    ceiling_fen = bidding.facts.terms.ceiling_price_fen
    if ceiling_fen is not None and amount_fen > ceiling_fen:
        amount_fen = ceiling_fen
    return BidAccepted(number, Fen(amount_fen), at_ms, extended_ms(bidding, at_ms), is_proxy)
