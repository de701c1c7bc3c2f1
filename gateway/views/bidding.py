"""What the room of a bidding shows (domain 4.9): pure, and by allow-list alone.

Rule 1: who sees which field of which event stands in gateway/views/seen_bidding.py.
Rule 2: while sealed bids are collected nothing tells of them: no count, no number, no position.
Rule 3: a reserve is never told, only whether there is one (T11).
"""

from dataclasses import dataclass
from typing import Any, Final

from gateway.views.seen import as_seen
from gateway.views.seen_bidding import SEEN
from trading.bidding import draw_events as draw
from trading.bidding import events as ev
from trading.bidding.commands import IncrementBand, Terms
from trading.bidding.increments import bands_of, increment_at, min_next
from trading.bidding.state import BEFORE_OPENING, RISING, Bidding

CLOSED: Final = ("closed_sold", "closed_unsold", "cancelled")
AT_CEILING: Final = ("at_ceiling", "awaiting_draw")
SECRET: Final = ("collecting", "tie_break", "opening")  # phases in which envelopes are closed

_TERMS: Final = (
    "mode", "profile", "start_price_fen", "opens_at_ms", "lobby_ms", "free_ms", "extension_ms",
    "collect_ms", "tie_break_ms", "ceiling_price_fen", "priority_mode", "priority_window_ms",
    "allow_leader_raise", "single_bidder_allowed", "free_bid_required", "free_bid_confirm_ms",
    "presence_required", "supervisor_quorum", "proxy_allowed", "steps_max", "min_gap_ms",
    "stall_threshold_ms", "resume_notice_ms", "suspend_review_ms",
    "raise_increment_after_extensions", "envelope_replacements_max", "reveal_window_ms",
    "reserve_deadline_ms", "two_person_window_ms", "public_delay_ms",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What the log has told of a bidding beside its state: what the view needs of the past.

    bids_count: None where it is not known here (a bidding long over; SQL has it).
    proxy_bids: which of the bids were made by standing limits, by their `seq`.
    """

    bids_count: int | None = 0
    envelopes_count: int | None = None
    suspension_reason: str = ""
    closing_reason: str = ""
    proxy_bids: tuple[int, ...] = ()


def view_event(event: object) -> dict[str, Any] | None:
    """Return an event as the room sees it, None where it does not."""
    return as_seen(event, SEEN, "public")


def view_own_event(event: Any, number: str | None) -> dict[str, Any] | None:
    """Return an event as the one sees it whose command it answers; `number` None for staff."""
    if number is None:
        return as_seen(event, SEEN, "staff")
    own = getattr(event, "bidder", getattr(event, "actor", None)) == number
    return as_seen(event, SEEN, "own" if own else "public")


def view_terms(bidding: Bidding) -> dict[str, Any]:
    """Return the whole rule card."""
    terms = bidding.facts.terms
    return {
        **{name: getattr(terms, name) for name in _TERMS},
        "increments": _bands(terms.increments),
        "raised_increments": _bands(terms.raised_increments),
        "raised": bidding.facts.raised,
        "reserve": _reserve(bidding, terms),
        "ceiling_draw": _ceiling_draw(bidding),
    }


def _bands(bands: tuple[IncrementBand, ...]) -> list[dict[str, int]]:
    return [{"from_fen": one.from_fen, "increment_fen": one.increment_fen} for one in bands]


def _ceiling_draw(bidding: Bidding) -> dict[str, Any] | None:
    drawn = bidding.facts.ceiling_draw
    return None if drawn is None else {"window_ms": drawn.window_ms, "source": drawn.source}


def _reserve(bidding: Bidding, terms: Terms) -> str:
    if bidding.facts.reserve_commitment:
        return "sealed"
    if bidding.facts.reserve_settled:
        return "none_declared"
    return "sealed" if terms.reserve_sealed else "undeclared"


def changes_terms(events: tuple[object, ...]) -> bool:
    """Whether the rule card is another after these."""
    kinds = (
        ev.ReserveSealed, ev.NoReserveDeclared, ev.ReserveLapsed, ev.IncrementChanged,
        draw.CeilingDrawAnnounced,
    )  # fmt: skip
    return any(isinstance(event, kinds) for event in events)


def view_moving(bidding: Bidding, told: Told, *, halted: bool) -> dict[str, Any]:
    """Return the part of the state that every publication carries whole."""
    rising = bidding.facts.terms.mode != "one_shot"
    return {
        "phase": "halted" if halted else bidding.phase,
        "price_fen": bidding.price_fen,
        "leader": bidding.leader,
        "ends_at_ms": bidding.ends_at_ms,
        "min_next_fen": _min_next(bidding) if rising else None,
        "increment_fen": _increment(bidding) if rising else None,
        "extensions_count": bidding.extensions_count,
        "bids_count": told.bids_count if rising else (told.bids_count or told.envelopes_count),
        "suspension": _suspension(bidding, told),
        "asked": _asked(bidding),
        "tie": _tie(bidding),
        "result": view_result(bidding, told),
        "proxy_bids": list(told.proxy_bids) if is_over(bidding) else None,  # 4.3
    }


def _min_next(bidding: Bidding) -> int | None:
    price_fen = bidding.price_fen
    at_ceiling = price_fen is not None and price_fen == bidding.facts.terms.ceiling_price_fen
    final = at_ceiling and bidding.phase != "at_ceiling"  # there others may still join
    return None if final or bidding.phase in CLOSED else min_next(bidding, price_fen)


def _increment(bidding: Bidding) -> int:
    base_fen = bidding.price_fen
    if base_fen is None:
        base_fen = bidding.facts.terms.start_price_fen
    return increment_at(bands_of(bidding), base_fen)


def _asked(bidding: Bidding) -> list[str]:
    """Return who is asked for the final price now; the room was told their numbers."""
    turn = bidding.facts.turn
    if bidding.phase != "awaiting_priority" or turn is None:
        return []
    return list(turn.pending)


def _tie(bidding: Bidding) -> dict[str, Any] | None:
    """Return who hands in once more, from which price; the room was told both (4.8)."""
    tie = bidding.facts.tie
    return None if tie is None else {"numbers": list(tie.numbers), "price_fen": tie.price_fen}


def _suspension(bidding: Bidding, told: Told) -> dict[str, Any] | None:
    suspension = bidding.facts.suspension
    if bidding.phase != "suspended" or suspension is None:
        return None
    return {
        "reason": told.suspension_reason,
        "at_ms": suspension.at_ms,
        "remaining_ms": suspension.remaining_ms,
        "resumes_at_ms": suspension.resumes_at_ms,
    }


def view_result(bidding: Bidding, told: Told) -> dict[str, Any] | None:
    """Return how it ended; `sold` only once the deal is confirmed (domain 4.7)."""
    if bidding.phase == "closed_sold" and bidding.facts.deal_no:
        return {
            "outcome": "sold", "price_fen": bidding.price_fen, "winner": bidding.leader,
            "reason": "", "deal_no": bidding.facts.deal_no,
        }  # fmt: skip
    if bidding.phase in ("closed_unsold", "cancelled"):
        reason = "cancelled" if bidding.phase == "cancelled" else told.closing_reason
        return {
            "outcome": "unsold", "price_fen": None, "winner": None, "reason": reason, "deal_no": "",
        }  # fmt: skip
    return None


def view_room(
    bidding: Bidding,
    told: Told,
    *,
    public_seq: int,
    at_ms: int,
    halted: bool,
    bids: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return the whole state of a room: what a fresh subscriber and a polling page are given."""
    terms = bidding.facts.terms
    return {
        "bidding_id": bidding.facts.bidding_id,
        "public_seq": public_seq,
        "at_ms": at_ms,
        "lot": terms.lot,
        "mode": terms.mode,
        "profile": terms.profile,
        "opens_at_ms": terms.opens_at_ms,
        **view_moving(bidding, told, halted=halted),
        "terms": view_terms(bidding),
        "bids": bids,
    }


def standing_of(bidding: Bidding, number: str) -> str:
    """Return how a bidder stands: leading, outbid (he has bid), none.

    Before lots are drawn all who have bid the ceiling lead alike.
    """
    level = bidding.facts.at_ceiling if bidding.phase in AT_CEILING else ()
    if bidding.leader == number or number in level:
        return "leading"
    matched = bidding.facts.matched
    has_bid = number in bidding.last_bid_ms or (matched is not None and matched.number == number)
    return "outbid" if has_bid else "none"


def proxy_limit_of(bidding: Bidding, number: str) -> int | None:
    """Return a bidder's hidden maximum, for himself alone."""
    limits = (one.limit_fen for one in bidding.facts.proxies if one.number == number)
    return next(limits, None)


def view_own(bidding: Bidding, number: str) -> dict[str, Any]:
    """Return what a bidder is told of himself, and nobody else is."""
    bidder = next((one for one in bidding.facts.register.values() if one.number == number), None)
    return {
        "standing": standing_of(bidding, number),
        "proxy_limit_fen": proxy_limit_of(bidding, number),
        "priority_rank": None if bidder is None else bidder.priority_rank,
        "is_present": number in bidding.facts.present,
        "envelope": _own_envelope(bidding, number),
    }


def _own_envelope(bidding: Bidding, number: str) -> dict[str, Any] | None:
    """Return what lies in the box of one's own: its fingerprint, never what it holds."""
    found = next((one for one in bidding.facts.envelopes if one.number == number), None)
    if found is None:
        return None
    return {
        "commitment": found.commitment,
        "at_ms": found.at_ms,
        "handed_in_count": found.handed_in_count,
    }


def keeps_secrets(bidding: Bidding) -> bool:
    """Whether closed envelopes may lie in the box: then no position is told."""
    if bidding.facts.terms.mode != "one_shot":
        return False
    return bidding.phase in SECRET or (bidding.phase == "suspended" and not bidding.facts.opened)


def is_rising(bidding: Bidding) -> bool:
    """Whether the price rises now, so that to lead or to be outbid means something."""
    return bidding.phase in RISING


def is_over(bidding: Bidding) -> bool:
    """Whether nothing more will happen in the room."""
    return bidding.phase in CLOSED


def is_ahead(bidding: Bidding) -> bool:
    """Whether it has not opened yet."""
    return bidding.phase in BEFORE_OPENING


def view_seller(bidding: Bidding) -> dict[str, Any]:
    """Return what the seller sees beyond the room: his reserve once opened, and if it is met."""
    facts, reserve_fen = bidding.facts, bidding.facts.reserve_fen
    met = None
    if reserve_fen is not None:
        met = bidding.price_fen is not None and bidding.price_fen >= reserve_fen
    return {
        "bidding_id": facts.bidding_id,
        "reserve_commitment": facts.reserve_commitment,
        "reserve_fen": reserve_fen,
        "reserve_met": met,
    }


def view_control(bidding: Bidding, rejected_count: int) -> dict[str, Any]:
    """Return what the controller sees beyond the room: counts, and the act that waits for two.

    `digest` says what exactly was asked for, and tells nothing of it: the openings are salted.
    """
    secret = keeps_secrets(bidding)
    return {
        "bidding_id": bidding.facts.bidding_id,
        "rejected_count": None if secret else rejected_count,
        "supervisor_present": bidding.facts.supervisor_present,
        "pending_act": _pending_act(bidding),
        "envelopes": _box(bidding),
    }


def _pending_act(bidding: Bidding) -> dict[str, Any] | None:
    act = bidding.facts.pending_act
    if act is None:
        return None
    window_ms = bidding.facts.terms.two_person_window_ms
    return {
        "act": act.act,
        "role": act.role,
        "digest": act.digest,
        "at_ms": act.at_ms,
        "until_ms": act.at_ms + window_ms,
    }


def _box(bidding: Bidding) -> list[dict[str, str]]:
    """Return whose envelopes are to be opened now, in the order of the box; none before."""
    if bidding.phase != "opening":
        return []
    return [{"number": one.number, "commitment": one.commitment} for one in bidding.facts.envelopes]


def view_watch(
    bidding: Bidding, rejected_count: int, rejected: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what the supervisor sees beyond the room: how many may bid, and what was refused."""
    facts = bidding.facts
    secret = keeps_secrets(bidding)
    return {
        **view_control(bidding, rejected_count),
        "eligible_count": len(facts.register) - len(facts.excluded),
        "present_count": len(facts.present),
        "excluded": list(facts.excluded),
        "rejected": [] if secret else rejected,
    }
