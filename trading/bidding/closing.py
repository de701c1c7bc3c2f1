"""From the end of the bidding to a deal, or none (domain 4.7).

Rule 1: the reserve comes first, then those with a priority right, then the deal.
Rule 2: a deal is confirmed in the decision that closes the bidding, and never twice (I-3).
Rule 3: the reasons for "unsold" are a closed list. The falling clock's `floor_reached` is not in
it: there is no such mode here.
"""

from typing import Final

from trading.bidding.events import (
    BiddingClosed,
    BiddingEnded,
    DealConfirmed,
    PriorityAsked,
    ReserveAwaited,
)
from trading.bidding.evolve import evolve
from trading.bidding.state import Bidding, eligible_numbers, rank_of
from trading.values import BidderNumber, Fen

Events = tuple[object, ...]

NO_BID: Final = "no_bid"
RESERVE_NOT_MET: Final = "reserve_not_met"
NOT_ENOUGH_BIDDERS: Final = "not_enough_bidders"
ALL_DISQUALIFIED: Final = "all_disqualified"
CANCELLED: Final = "cancelled"
UNSOLD_REASONS: Final = (
    NO_BID,
    RESERVE_NOT_MET,
    NOT_ENOUGH_BIDDERS,
    CANCELLED,
    ALL_DISQUALIFIED,
)


def end(bidding: Bidding, leader: BidderNumber | None, price_fen: Fen | None, at_ms: int) -> Events:
    """No more bids."""
    ended = BiddingEnded(leader, price_fen, at_ms)
    if leader is None:
        nobody = not eligible_numbers(bidding.facts)
        return (ended, unsold(ALL_DISQUALIFIED if nobody else NO_BID))
    facts = bidding.facts
    if facts.reserve_commitment and not facts.reserve_settled:
        return (ended, ReserveAwaited(at_ms + facts.terms.reveal_window_ms))
    return (ended, *settle(evolve(bidding, "", ended), at_ms))


def settle(bidding: Bidding, at_ms: int) -> Events:
    """What follows once the reserve is known: unsold, a question to the holders, or the deal."""
    assert bidding.price_fen is not None, "without a price it is unsold already"
    reserve_fen = bidding.facts.reserve_fen
    if reserve_fen is not None and bidding.price_fen < reserve_fen:  # I-7
        return (unsold(RESERVE_NOT_MET),)
    return ask_or_deal(bidding, at_ms)


def ask_or_deal(bidding: Bidding, at_ms: int) -> Events:
    """The next holders in turn are asked; where none is left, the leader has it."""
    asked = _next_asked(bidding, at_ms)
    if asked is not None:
        return (asked,)
    assert bidding.leader is not None, "a price has its bidder"
    return deal(bidding, bidding.leader, _basis(bidding))


def deal(bidding: Bidding, winner: BidderNumber, basis: str) -> Events:
    """Sold: closed and confirmed in one decision."""
    assert bidding.price_fen is not None, "a deal has its price"
    deal_no = f"{bidding.facts.bidding_id}-D1"
    confirmed = DealConfirmed(deal_no, winner, bidding.price_fen, basis)
    return (BiddingClosed(sold=True), confirmed)


def unsold(reason: str) -> BiddingClosed:
    """No deal, and why."""
    assert reason in UNSOLD_REASONS, "the list is closed"
    return BiddingClosed(sold=False, reason=reason)


def _next_asked(bidding: Bidding, at_ms: int) -> PriorityAsked | None:
    """4.5: after the session rank by rank; off the floor all holders at once, once.

    Whom the leader outranks, or who is of his rank (the earlier wins), has nothing to take.
    """
    facts = bidding.facts
    mode, turn = facts.terms.priority_mode, facts.turn
    if mode not in ("post_session_ask", "off_floor") or (mode == "off_floor" and turn is not None):
        return None
    leading_rank = rank_of(facts, bidding.leader)
    ranks = {
        number: rank
        for number in eligible_numbers(facts)
        if (rank := facts.register[number].priority_rank) is not None
        and (leading_rank is None or rank < leading_rank)
        and (turn is None or rank > turn.rank)
    }
    if not ranks:
        return None
    first = min(ranks.values())
    numbers = tuple(ranks) if mode == "off_floor" else tuple(n for n in ranks if ranks[n] == first)
    return PriorityAsked(first, numbers, at_ms + facts.terms.priority_window_ms)


def _basis(bidding: Bidding) -> str:
    facts = bidding.facts
    if facts.terms.mode == "one_shot":
        return "highest_sealed_bid" if facts.tie is None else "tie_break"
    if len(facts.at_ceiling) > 1:
        return "ceiling_draw" if rank_of(facts, bidding.leader) is None else "priority_match"
    match = facts.matched
    if match is not None and (match.number, match.limit_fen) == (bidding.leader, bidding.price_fen):
        return "priority_match"
    return "highest_bid"
