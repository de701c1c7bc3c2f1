"""What an event makes of a bidding.

Rule 1: `TRANSITIONS` is the whole of SM-06: (phase, event) → the phases it may lead to. A missing
key is an error of ours, not of the world. Where a row has two, the event says which.
Rule 2: folding the events gives the whole state; nothing else goes into it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from trading.bidding import draw_events as draw
from trading.bidding import events as ev
from trading.bidding.state import (
    BEFORE_OPENING,
    BIDDABLE,
    ENVELOPES,
    OPEN,
    RISING,
    Bidding,
    CeilingDraw,
    Envelope,
    Facts,
    PendingAct,
    Phase,
    ProxyLimit,
    Suspension,
    TieBreak,
    Turn,
    awaits_draw,
)
from trading.values import BiddingId

_CLOSED: Final[tuple[Phase, ...]] = ("closed_sold", "closed_unsold")


def _stay(event: type, *phases: Phase) -> dict[tuple[Phase, type], tuple[Phase, ...]]:
    return {(phase, event): (phase,) for phase in phases}


TRANSITIONS: Final[Mapping[tuple[Phase, type], tuple[Phase, ...]]] = {
    **_stay(ev.BidderAdmitted, *BEFORE_OPENING),
    **_stay(ev.BidderExcluded, *BEFORE_OPENING, *OPEN, "awaiting_draw", "suspended"),
    **_stay(ev.ReserveSealed, *BEFORE_OPENING),
    **_stay(ev.NoReserveDeclared, "scheduled"),
    **_stay(draw.CeilingDrawAnnounced, "scheduled"),
    **_stay(ev.BidderPresent, "lobby", "limited_bidding", "at_ceiling"),
    **_stay(ev.BidAccepted, *RISING),
    **_stay(draw.CutToCeiling, *BIDDABLE),
    **_stay(ev.PriorityMatched, *RISING),
    **_stay(ev.ProxyLimitSet, *RISING),
    **_stay(ev.ProxyLimitsRest, "limited_bidding"),
    **_stay(ev.IncrementChanged, "limited_bidding"),
    **_stay(ev.SealedBidReceived, *ENVELOPES),
    **_stay(ev.ActConfirmed, "opening", "suspended"),
    **_stay(ev.EnvelopesOpened, "opening"),
    **_stay(ev.PriorityExercised, "awaiting_priority"),
    **_stay(ev.PriorityWaived, "awaiting_priority"),
    **_stay(ev.LotsDrawn, "awaiting_priority"),
    **_stay(draw.DrawHeld, "awaiting_priority", "awaiting_draw"),
    **_stay(draw.CeilingJoined, "at_ceiling"),
    **_stay(ev.BiddingResumed, "suspended"),
    **_stay(ev.SuspensionReviewDue, "suspended"),
    **_stay(ev.DealConfirmed, "closed_sold"),
    ("scheduled", ev.LobbyOpened): ("lobby",),
    ("lobby", ev.FreeBiddingOpened): ("free_bidding",),
    ("lobby", ev.CollectingOpened): ("collecting",),
    ("lobby", ev.BiddingEnded): ("ended",),
    ("free_bidding", ev.LimitedBiddingStarted): ("limited_bidding",),
    ("limited_bidding", ev.BiddingEnded): ("ended",),
    **{(phase, draw.CeilingReached): ("at_ceiling",) for phase in RISING},
    ("at_ceiling", ev.BiddingEnded): ("ended",),
    ("at_ceiling", draw.DrawAwaited): ("awaiting_draw",),
    ("awaiting_draw", ev.BiddingEnded): ("ended",),
    ("collecting", ev.CollectingEnded): ("opening",),
    ("tie_break", ev.CollectingEnded): ("opening",),
    ("opening", ev.TieBreakOpened): ("tie_break",),
    ("opening", ev.BiddingEnded): ("ended",),
    ("ended", ev.ReserveAwaited): ("awaiting_reserve",),
    ("ended", ev.PriorityAsked): ("awaiting_priority",),
    ("ended", ev.BiddingClosed): _CLOSED,
    ("awaiting_reserve", ev.ReserveRevealed): ("ended",),
    ("awaiting_reserve", ev.ReserveLapsed): ("ended",),
    ("awaiting_priority", ev.PriorityAsked): ("awaiting_priority",),
    ("awaiting_priority", ev.BiddingClosed): _CLOSED,
    **{(phase, ev.BiddingSuspended): ("suspended",) for phase in OPEN},
    ("suspended", ev.BiddingReopened): OPEN,
    ("suspended", ev.BiddingTerminated): ("ended",),
    **{(phase, ev.BiddingCancelled): ("cancelled",) for phase in BEFORE_OPENING},
}


def evolve(bidding: Bidding | None, aggregate_id: str, event: object) -> Bidding:
    """Return the bidding as it is once the event has happened."""
    if bidding is None:
        assert isinstance(event, ev.BiddingScheduled), "a bidding begins with its schedule"
        return _scheduled(BiddingId(aggregate_id), event)
    kind = type(event)
    phases = TRANSITIONS.get((bidding.phase, kind))
    assert phases is not None, f"{kind.__name__} cannot happen while {bidding.phase}"
    return _HANDLERS[kind](bidding, phases[0], event)


def _scheduled(bidding_id: BiddingId, event: ev.BiddingScheduled) -> Bidding:
    register = {bidder.number: bidder for bidder in event.eligible}
    terms = event.terms
    has_entry_rule = terms.presence_required or terms.free_bid_required
    return Bidding(Facts(bidding_id, terms, register, has_entry_rule=has_entry_rule))


def _bid_accepted(bidding: Bidding, phase: Phase, event: ev.BidAccepted) -> Bidding:
    price_fen, ends_at_ms = bidding.price_fen, bidding.ends_at_ms
    assert price_fen is None or event.amount_fen > price_fen, "accepted prices rise"  # I-1
    assert ends_at_ms is not None, "bids are accepted in a period that ends"
    assert event.at_ms < ends_at_ms <= event.ends_at_ms, "the end never comes nearer"  # I-2, I-6
    return Bidding(
        bidding.facts,
        phase,
        event.ends_at_ms,
        event.bidder,
        event.amount_fen,
        bidding.extensions_count + (event.ends_at_ms > ends_at_ms),
        {**bidding.last_bid_ms, event.bidder: event.at_ms},
    )


def _priority_matched(bidding: Bidding, phase: Phase, event: ev.PriorityMatched) -> Bidding:
    assert event.amount_fen == bidding.price_fen, "a match is at the current price"  # I-1
    assert bidding.ends_at_ms is not None, "matches are made in a period that ends"
    assert event.ends_at_ms >= bidding.ends_at_ms, "the end never comes nearer"  # I-2
    return Bidding(
        replace(bidding.facts, matched=ProxyLimit(event.bidder, event.amount_fen)),
        phase,
        event.ends_at_ms,
        event.bidder,
        event.amount_fen,
        bidding.extensions_count + (event.ends_at_ms > bidding.ends_at_ms),
        bidding.last_bid_ms,
    )


def _enter(bidding: Bidding, phase: Phase, ends_at_ms: int | None, **facts: object) -> Bidding:
    """Into `phase` until `ends_at_ms`, with these facts changed."""
    changed: Facts = replace(bidding.facts, **cast("dict[str, Any]", facts))
    return replace(bidding, phase=phase, ends_at_ms=ends_at_ms, facts=changed)


def _stays(bidding: Bidding, **facts: object) -> Bidding:
    return _enter(bidding, bidding.phase, bidding.ends_at_ms, **facts)


def _nothing_more(bidding: Bidding, phase: Phase, _event: object) -> Bidding:
    return _enter(bidding, phase, None)


def _until_event_says(
    bidding: Bidding,
    phase: Phase,
    event: ev.CollectingOpened | ev.ReserveAwaited,
) -> Bidding:
    return _enter(bidding, phase, event.ends_at_ms)


def _free_opened(bidding: Bidding, phase: Phase, event: ev.FreeBiddingOpened) -> Bidding:
    return _enter(bidding, phase, event.free_ends_at_ms)


def _limited_started(bidding: Bidding, phase: Phase, event: ev.LimitedBiddingStarted) -> Bidding:
    terms = bidding.facts.terms
    return _enter(
        bidding,
        phase,
        event.ends_at_ms,
        free_bidders=tuple(bidding.last_bid_ms),
        confirm_until_ms=event.ends_at_ms - terms.extension_ms + terms.free_bid_confirm_ms,
    )


def _bidder_admitted(bidding: Bidding, _phase: Phase, event: ev.BidderAdmitted) -> Bidding:
    register = {**bidding.facts.register, event.bidder.number: event.bidder}
    return _stays(bidding, register=register)


def _bidder_excluded(bidding: Bidding, _phase: Phase, event: ev.BidderExcluded) -> Bidding:
    facts = bidding.facts
    left = tuple(proxy for proxy in facts.proxies if proxy.number != event.number)
    return _stays(bidding, excluded=(*facts.excluded, event.number), proxies=left)


def _bidder_present(bidding: Bidding, phase: Phase, event: ev.BidderPresent) -> Bidding:
    facts = bidding.facts
    if event.role == "supervisor":
        return _stays(bidding, supervisor_present=True)
    if phase == "lobby":
        return _stays(bidding, present=(*facts.present, event.actor))
    return _stays(bidding, confirmed=(*facts.confirmed, event.actor))


def _reserve_sealed(bidding: Bidding, _phase: Phase, event: ev.ReserveSealed) -> Bidding:
    return _stays(bidding, reserve_commitment=event.commitment)


def _no_reserve(bidding: Bidding, phase: Phase, _event: object) -> Bidding:
    return _enter(bidding, phase, None, reserve_settled=True)


def _reserve_revealed(bidding: Bidding, phase: Phase, event: ev.ReserveRevealed) -> Bidding:
    return _enter(bidding, phase, None, reserve_settled=True, reserve_fen=event.amount_fen)


def _proxy_limit_set(bidding: Bidding, _phase: Phase, event: ev.ProxyLimitSet) -> Bidding:
    others = (proxy for proxy in bidding.facts.proxies if proxy.number != event.bidder)
    return _stays(bidding, proxies=(*others, ProxyLimit(event.bidder, event.limit_fen)))


def _limits_rest(bidding: Bidding, _phase: Phase, _event: object) -> Bidding:
    return _stays(bidding, limits_rest=True)


def _increment_changed(bidding: Bidding, _phase: Phase, event: ev.IncrementChanged) -> Bidding:
    return _stays(bidding, raised=event.raised)


def _sealed_bid(bidding: Bidding, _phase: Phase, event: ev.SealedBidReceived) -> Bidding:
    box = bidding.facts.envelopes
    others = tuple(envelope for envelope in box if envelope.number != event.bidder)
    before = sum(envelope.handed_in_count for envelope in box if envelope.number == event.bidder)
    new = Envelope(event.bidder, event.commitment, event.at_ms, before + 1)
    return _stays(bidding, envelopes=(*others, new))


def _act_confirmed(bidding: Bidding, _phase: Phase, event: ev.ActConfirmed) -> Bidding:
    act = PendingAct(event.act, event.actor, event.role, event.digest, event.at_ms)
    return _stays(bidding, pending_act=act)


def _envelopes_opened(bidding: Bidding, _phase: Phase, event: ev.EnvelopesOpened) -> Bidding:
    new = tuple(bid for bid in event.bids if not bid.void_code)
    again = {bid.number for bid in new}
    kept = tuple(bid for bid in bidding.facts.opened if bid.number not in again)
    return _stays(bidding, opened=(*kept, *new), envelopes=(), pending_act=None)


def _tie_break_opened(bidding: Bidding, phase: Phase, event: ev.TieBreakOpened) -> Bidding:
    tie = TieBreak(event.numbers, event.tie_price_fen)
    return _enter(bidding, phase, event.ends_at_ms, tie=tie)


def _bidding_ended(bidding: Bidding, phase: Phase, event: ev.BiddingEnded) -> Bidding:
    ended = _enter(bidding, phase, None, ended_at_ms=event.at_ms)
    return replace(ended, leader=event.leader, price_fen=event.price_fen)


def _priority_asked(bidding: Bidding, phase: Phase, event: ev.PriorityAsked) -> Bidding:
    return _enter(bidding, phase, event.ends_at_ms, turn=Turn(event.rank, event.numbers))


def _answered(bidding: Bidding, turn: Turn) -> Bidding:
    answered = _stays(bidding, turn=turn)
    return replace(answered, ends_at_ms=None) if awaits_draw(answered) else answered


def _priority_exercised(bidding: Bidding, _phase: Phase, event: ev.PriorityExercised) -> Bidding:
    turn = bidding.facts.turn
    assert turn is not None, "only who was asked exercises"
    exercised = (*turn.exercised, event.bidder)
    return _answered(bidding, replace(turn, exercised=exercised))


def _priority_waived(bidding: Bidding, _phase: Phase, event: ev.PriorityWaived) -> Bidding:
    turn = bidding.facts.turn
    assert turn is not None, "only who was asked waives"
    # Who gives way to his equals (4.5: they agree) takes his yes back.
    exercised = tuple(number for number in turn.exercised if number != event.bidder)
    waived = (*turn.waived, event.bidder)
    return _answered(bidding, replace(turn, exercised=exercised, waived=waived))


def _lots_drawn(bidding: Bidding, _phase: Phase, event: ev.LotsDrawn | draw.DrawHeld) -> Bidding:
    turn = bidding.facts.turn
    if turn is None:
        return replace(bidding, leader=event.winner)
    return _stays(bidding, turn=replace(turn, exercised=(event.winner,)))


def _draw_announced(bidding: Bidding, _phase: Phase, event: draw.CeilingDrawAnnounced) -> Bidding:
    return _stays(bidding, ceiling_draw=CeilingDraw(event.window_ms, event.source))


def _ceiling_reached(bidding: Bidding, phase: Phase, event: draw.CeilingReached) -> Bidding:
    assert bidding.leader is not None, "somebody has bid the ceiling"
    assert (bidding.ends_at_ms or 0) <= event.ends_at_ms, "the end never comes nearer"  # I-2
    return _enter(bidding, phase, event.ends_at_ms, at_ceiling=(bidding.leader,))


def _ceiling_joined(bidding: Bidding, _phase: Phase, event: draw.CeilingJoined) -> Bidding:
    assert event.amount_fen == bidding.price_fen, "all at the ceiling are level"  # I-1
    return _stays(bidding, at_ceiling=(*bidding.facts.at_ceiling, event.bidder))


def _draw_awaited(bidding: Bidding, phase: Phase, event: draw.DrawAwaited) -> Bidding:
    return _enter(bidding, phase, None, ended_at_ms=event.at_ms)


def _suspended(bidding: Bidding, phase: Phase, event: ev.BiddingSuspended) -> Bidding:
    suspension = Suspension(bidding.phase, event.remaining_ms, event.at_ms)
    return _enter(bidding, phase, None, suspension=suspension, pending_act=None)


def _resumed(bidding: Bidding, _phase: Phase, event: ev.BiddingResumed) -> Bidding:
    suspension = bidding.facts.suspension
    assert suspension is not None, "only what is suspended resumes"
    resumed = replace(suspension, resumes_at_ms=event.resumes_at_ms, ends_at_ms=event.ends_at_ms)
    return _stays(bidding, suspension=resumed, pending_act=None)


def _reopened(bidding: Bidding, _phase: Phase, event: ev.BiddingReopened) -> Bidding:
    facts = bidding.facts
    suspension = facts.suspension
    assert suspension is not None, "only what is suspended reopens"
    # The time to confirm (EX-5), where it ran at the suspension, begins anew.
    confirm_until_ms = facts.confirm_until_ms
    if suspension.phase == "limited_bidding" and suspension.at_ms < confirm_until_ms:
        runs_ms = suspension.ends_at_ms - (suspension.resumes_at_ms or 0)
        confirm_until_ms = event.ends_at_ms - runs_ms + facts.terms.free_bid_confirm_ms
    return _enter(
        bidding,
        suspension.phase,
        None if suspension.phase == "opening" else event.ends_at_ms,
        suspension=None,
        confirm_until_ms=confirm_until_ms,
    )


def _terminated(bidding: Bidding, phase: Phase, _event: object) -> Bidding:
    return _enter(bidding, phase, None, suspension=None, pending_act=None)


def _review_due(bidding: Bidding, _phase: Phase, _event: object) -> Bidding:
    suspension = bidding.facts.suspension
    assert suspension is not None, "only a suspension is reviewed"
    return _stays(bidding, suspension=replace(suspension, reviewed=True))


def _closed(bidding: Bidding, _phase: Phase, event: ev.BiddingClosed) -> Bidding:
    return _enter(bidding, "closed_sold" if event.sold else "closed_unsold", None, turn=None)


def _deal_confirmed(bidding: Bidding, _phase: Phase, event: ev.DealConfirmed) -> Bidding:
    assert not bidding.facts.deal_no, "one deal"  # I-3
    confirmed = _stays(bidding, deal_no=event.deal_no)
    return replace(confirmed, leader=event.winner, price_fen=event.price_fen)


_HANDLERS: Final[Mapping[type, Callable[[Bidding, Phase, Any], Bidding]]] = {
    ev.BidAccepted: _bid_accepted,
    ev.BidderAdmitted: _bidder_admitted,
    ev.BidderExcluded: _bidder_excluded,
    ev.BidderPresent: _bidder_present,
    ev.ReserveSealed: _reserve_sealed,
    ev.NoReserveDeclared: _no_reserve,
    ev.ReserveRevealed: _reserve_revealed,
    ev.ReserveLapsed: _no_reserve,
    ev.LobbyOpened: _nothing_more,
    ev.FreeBiddingOpened: _free_opened,
    ev.CollectingOpened: _until_event_says,
    ev.LimitedBiddingStarted: _limited_started,
    ev.PriorityMatched: _priority_matched,
    ev.ProxyLimitSet: _proxy_limit_set,
    ev.ProxyLimitsRest: _limits_rest,
    ev.IncrementChanged: _increment_changed,
    ev.SealedBidReceived: _sealed_bid,
    ev.CollectingEnded: _nothing_more,
    ev.ActConfirmed: _act_confirmed,
    ev.EnvelopesOpened: _envelopes_opened,
    ev.TieBreakOpened: _tie_break_opened,
    ev.BiddingEnded: _bidding_ended,
    ev.ReserveAwaited: _until_event_says,
    ev.PriorityAsked: _priority_asked,
    ev.PriorityExercised: _priority_exercised,
    ev.PriorityWaived: _priority_waived,
    ev.LotsDrawn: _lots_drawn,
    draw.DrawHeld: _lots_drawn,
    draw.CeilingDrawAnnounced: _draw_announced,
    draw.CeilingReached: _ceiling_reached,
    draw.CeilingJoined: _ceiling_joined,
    draw.DrawAwaited: _draw_awaited,
    draw.CutToCeiling: lambda bidding, _phase, _event: bidding,
    ev.BiddingSuspended: _suspended,
    ev.BiddingResumed: _resumed,
    ev.BiddingReopened: _reopened,
    ev.SuspensionReviewDue: _review_due,
    ev.BiddingTerminated: _terminated,
    ev.BiddingCancelled: _nothing_more,
    ev.BiddingClosed: _closed,
    ev.DealConfirmed: _deal_confirmed,
}
