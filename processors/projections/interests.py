"""Interests of a session, from the hall to the deal (table interests)."""

from collections.abc import Iterator
from typing import Any, Final

from processors.projections.changes import Change, Context, Update, Upsert, Value
from processors.projections.phases import Phases
from roadshow.interest import events as ev
from roadshow.interest.evolve import TRANSITIONS

PHASES: Final = Phases(TRANSITIONS)


def project(event: object, context: Context) -> Iterator[Change]:
    """Say what an event of a session's interests changes."""
    match event:
        case ev.InterestRegistered():
            yield _registered(event, context)
        case ev.InterestContacted(next_action_at_ms=next_at_ms):
            yield _moved(context, event, next_action_at_ms=next_at_ms)
        case ev.InterestConverted(into=into, reference_id=reference):
            yield _moved(context, event, converted_into=into, reference_id=reference)
        case ev.InterestDeclined(reason=reason) | ev.InterestClosed(reason=reason):
            yield _moved(context, event, reason=reason)
        case ev.InterestAcknowledged() | ev.InterestMatching() | ev.InterestStale():
            yield _moved(context, event)
        case _:
            return


def _registered(event: ev.InterestRegistered, context: Context) -> Change:
    values: dict[str, Value] = {
        "item_id": event.item_id,
        "account_id": event.account_id,
        "kind": event.kind,
        "amount_from_fen": event.amount_from_fen,
        "amount_to_fen": event.amount_to_fen,
        "wish": event.wish,
        "message": event.message,
        "contact": event.contact,
        "nda_wished": int(event.nda_wished),
        "phase": "registered",
        "registered_at_ms": event.at_ms,
        "at_ms": context.at_ms,
        **context.place,
    }
    return Upsert("interests", _key(context, event.interest_id), values)


def _key(context: Context, interest_id: str) -> dict[str, Value]:
    return {"session_id": context.aggregate, "interest_id": interest_id}


def _moved(context: Context, event: Any, **values: Value) -> Change:
    moved = {**PHASES.after(event), **values, "at_ms": context.at_ms}
    return Update("interests", _key(context, event.interest_id), moved)
