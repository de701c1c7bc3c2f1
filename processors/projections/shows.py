"""Sessions, their agenda and who takes part (tables sessions, agenda_items, attendees)."""

from collections.abc import Iterator
from typing import Any, Final

from processors.projections.changes import (
    Change,
    Context,
    Insert,
    Plus,
    Update,
    Upsert,
    Value,
    as_json,
)
from processors.projections.phases import Phases
from roadshow.plan import AgendaItem, Plan
from roadshow.scoring import events as scored
from roadshow.session import events as ev
from roadshow.session.evolve import ITEM_TRANSITIONS, TRANSITIONS

PHASES: Final = Phases(TRANSITIONS)
ITEM_PHASES: Final = Phases(ITEM_TRANSITIONS)
_ON_STAGE: Final = (
    ev.ItemOnDeck, ev.PitchStarted, ev.QaStarted, ev.CommentsStarted, ev.InterestCallOpened,
    ev.ItemBiddingOpened,
)  # fmt: skip
_LEAVES_STAGE: Final = (ev.ItemCompleted, ev.ItemSkipped, ev.ItemDeferred, ev.ItemWithdrawn)


def project(event: object, context: Context) -> Iterator[Change]:
    """Say what an event of a session changes."""
    if PHASES.after(event):
        yield _session(context, {**PHASES.after(event), **_told(event, context)})
    elif isinstance(event, (*_ON_STAGE, *_LEAVES_STAGE)):
        yield from _item_moved(event, context)
    else:
        yield from _other(event, context)


def halted(context: Context) -> Iterator[Change]:
    """Say what a fault in the rules of a session changes."""
    yield _session(context, {"halted": 1})


def _other(event: object, context: Context) -> Iterator[Change]:
    match event:
        case ev.SessionPlanned(plan=plan):
            yield _planned(plan, context)
        case ev.AgendaItemAdded(item=item):
            yield _item_added(item, context)
        case ev.AgendaReordered() | ev.AgendaShifted():
            yield from _agenda(event, context)
        case ev.AttendeeRegistered() | ev.AttendeeCheckedIn():
            yield from _attendee(event, context)
        case scored.ScoresRevealed(item_id=item_id, score_hundredths=score):
            yield _item(context, item_id, {"score_hundredths": score, "is_revealed": 1})
            yield _session(context, {})
        case _:
            yield from _bidding(event, context)


def _agenda(event: ev.AgendaReordered | ev.AgendaShifted, context: Context) -> Iterator[Change]:
    if isinstance(event, ev.AgendaReordered):
        for position, item_id in enumerate(event.order):
            yield _item(context, item_id, {"position": position})
    else:
        for shift in event.shifts:
            yield _item(context, shift.item_id, {"planned_at_ms": shift.starts_at_ms})
    yield _session(context, {})


def _bidding(event: object, context: Context) -> Iterator[Change]:
    """What the bidding for an item changes on the agenda."""
    match event:
        case ev.ItemBiddingRequested(item_id=item_id, bidding_id=bidding_id):
            asked: dict[str, Value] = {"bidding_id": bidding_id, "bidding_refusal": ""}
            yield _item(context, item_id, {**ITEM_PHASES.after(event), **asked})
        case ev.ItemBiddingReturned(item_id=item_id, reason=reason):
            back: dict[str, Value] = {"bidding_refusal": reason}
            yield _item(context, item_id, {**ITEM_PHASES.after(event), **back})
        case ev.SingleBidderFound(item_id=item_id):
            yield _item(context, item_id, {"result": as_json({"outcome": "single_bidder"})})
        case ev.ItemBiddingClosed(item_id=item_id):
            yield _item(context, item_id, {"result": _result(event), **ITEM_PHASES.after(event)})
        case _:
            pass
    yield _session(context, {})


def _result(event: ev.ItemBiddingClosed) -> str:
    names = ("outcome", "price_fen", "winner", "reason", "deal_no")
    return as_json({name: getattr(event, name) for name in names})


def _planned(plan: Plan, context: Context) -> Change:
    row: dict[str, Value] = {
        "session_id": context.aggregate,
        "title": plan.title,
        "field": plan.field,
        "place": plan.place,
        "stream_url": plan.stream_url,
        "access": plan.access,
        "profile": plan.profile,
        "phase": "planned",
        "starts_at_ms": plan.starts_at_ms,
        "capacity": plan.capacity,
        "is_recorded": int(plan.recorded),
        "sponsors": as_json(plan.sponsors),
        "hosts": as_json(plan.hosts),
        "at_ms": context.at_ms,
        "public_seq": context.public_seq,
    }
    return Insert("sessions", row)


def _item_added(item: AgendaItem, context: Context) -> Change:
    values: dict[str, Value] = {
        "position": context.seq,  # behind all that are there; an order that is set is from 0 on
        "card_id": item.card_id,
        "title": item.title,
        "summary": item.summary,
        "presenter": item.presenter_text,
        "org": item.org_text,
        "holder_org": item.holder_org,
        "trl": item.trl,
        "ip": item.ip_text,
        "offer_kind": item.offer_kind,
        "phase": "queued",
        "start_price_fen": None if item.offer is None else item.offer.start_price_fen,
        "at_ms": context.at_ms,
    }
    return Upsert("agenda_items", _item_key(context, item.item_id), values)


def _item_moved(event: Any, context: Context) -> Iterator[Change]:
    moved = ITEM_PHASES.after(event)
    if hasattr(event, "reason"):
        moved["reason"] = event.reason
    yield _item(context, event.item_id, moved)
    if isinstance(event, _LEAVES_STAGE):
        on_stage = {"session_id": context.aggregate, "active_item_id": event.item_id}
        yield Update("sessions", on_stage, {"active_item_id": ""})
    elif not isinstance(event, ev.ItemOnDeck):
        yield _session(context, {"active_item_id": event.item_id})
    yield _session(context, {})


def _attendee(
    event: ev.AttendeeRegistered | ev.AttendeeCheckedIn, context: Context
) -> Iterator[Change]:
    key: dict[str, Value] = {"session_id": context.aggregate, "account_id": event.account}
    if isinstance(event, ev.AttendeeCheckedIn):
        yield Upsert("attendees", key, {"code": event.code, "checked_in_at_ms": context.at_ms})
        return
    yield Upsert("attendees", key, {"registered_at_ms": context.at_ms})
    yield _session(context, {"attendees_count": Plus(1)})


def _told(event: object, context: Context) -> dict[str, Value]:
    """What else an event of the whole session tells."""
    match event:
        case ev.SessionPublished():
            return {"published_at_ms": context.at_ms, "reason": ""}
        case ev.SessionPostponed(starts_at_ms=starts_at_ms, reason=reason):
            return {"starts_at_ms": starts_at_ms, "reason": reason}
        case ev.SessionCancelled(reason=reason):
            return {"reason": reason, "ended_at_ms": context.at_ms}
        case ev.SessionPaused() | ev.SessionResumed():
            return {"reason": event.reason if isinstance(event, ev.SessionPaused) else ""}
        case ev.SessionWentLive():
            return {"live_at_ms": context.at_ms}
        case ev.SessionEnded():
            return {"ended_at_ms": context.at_ms, "active_item_id": ""}
        case ev.SessionReported():
            return {
                "interests_count": event.interests_count,
                "questions_count": event.questions_count,
                "deals_count": event.deals_count,
                "replay_url": event.replay_url,
            }
        case _:
            return {}


def _item_key(context: Context, item_id: str) -> dict[str, Value]:
    return {"session_id": context.aggregate, "item_id": item_id}


def _item(context: Context, item_id: str, values: dict[str, Value]) -> Change:
    seen: dict[str, Value] = {"at_ms": context.at_ms}
    return Update("agenda_items", _item_key(context, item_id), {**values, **seen})


def _session(context: Context, values: dict[str, Value]) -> Change:
    seen: dict[str, Value] = {"at_ms": context.at_ms, "public_seq": context.public_seq}
    return Update("sessions", {"session_id": context.aggregate}, {**values, **seen})
