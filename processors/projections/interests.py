"""Interests of a session, from the hall to the deal (table interests)."""

from collections.abc import Iterator

from processors.projections.changes import Change, Context, Update, Upsert, Value
from roadshow.interest import events as ev


def project(event: object, context: Context) -> Iterator[Change]:
    """Say what an event of a session's interests changes."""
    match event:
        case ev.InterestRegistered():
            yield _registered(event, context)
        case ev.InterestAcknowledged(interest_id=interest_id):
            yield _moved(context, interest_id, {"phase": "acknowledged"})
        case ev.InterestContacted(interest_id=interest_id, next_action_at_ms=next_at_ms):
            contacted: dict[str, Value] = {"phase": "contacted", "next_action_at_ms": next_at_ms}
            yield _moved(context, interest_id, contacted)
        case ev.InterestMatching(interest_id=interest_id):
            yield _moved(context, interest_id, {"phase": "matching"})
        case ev.InterestConverted(interest_id=interest_id, into=into, reference_id=reference):
            converted: dict[str, Value] = {
                "phase": "converted", "converted_into": into, "reference_id": reference,
            }  # fmt: skip
            yield _moved(context, interest_id, converted)
        case ev.InterestDeclined(interest_id=interest_id, reason=reason):
            yield _moved(context, interest_id, {"phase": "declined", "reason": reason})
        case ev.InterestStale(interest_id=interest_id):
            yield _moved(context, interest_id, {"phase": "stale"})
        case ev.InterestClosed(interest_id=interest_id, reason=reason):
            yield _moved(context, interest_id, {"phase": "closed", "reason": reason})
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


def _moved(context: Context, interest_id: str, values: dict[str, Value]) -> Change:
    seen: dict[str, Value] = {"at_ms": context.at_ms}
    return Update("interests", _key(context, interest_id), {**values, **seen})
