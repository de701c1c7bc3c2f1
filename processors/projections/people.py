"""Accounts, their roles and their numbers (tables people, person_roles, numbers); never a name."""

from collections.abc import Iterator

from processors.projections.changes import Change, Context, Delete, Update, Upsert, Value
from trading.membership import events as ev


def project(event: object, context: Context) -> Iterator[Change]:
    """Say what an event of an account changes."""
    yield _person(context, {})
    match event:
        case ev.RoleGranted(role=role, reason=reason, by=by):
            given: dict[str, Value] = {
                "granted_by": by, "reason": reason, "at_ms": context.at_ms,
            }  # fmt: skip
            yield Upsert("person_roles", _role_key(context, role), given)
        case ev.RoleRevoked(role=role):
            yield Delete("person_roles", _role_key(context, role))
        case ev.NumberAssigned():
            assigned: dict[str, Value] = {
                "number": event.number, "org_id": event.org_id, "at_ms": context.at_ms,
                "withdrawn_at_ms": None,
            }  # fmt: skip
            yield Upsert("numbers", _number_key(context, event.bidding_id), assigned)
        case ev.NumberWithdrawn(bidding_id=bidding_id):
            withdrawn: dict[str, Value] = {"withdrawn_at_ms": context.at_ms}
            yield Update("numbers", _number_key(context, bidding_id), withdrawn)
        case ev.SessionsRevoked(before_ms=before_ms):
            yield _person(context, {"revoked_before_ms": before_ms})
        case ev.AccountBanned():
            yield _person(context, {"is_banned": 1})
        case ev.BanLifted():
            yield _person(context, {"is_banned": 0})
        case _:
            return


def _person(context: Context, values: dict[str, Value]) -> Change:
    seen: dict[str, Value] = {"at_ms": context.at_ms}
    return Upsert("people", {"account_id": context.aggregate}, {**values, **seen})


def _role_key(context: Context, role: str) -> dict[str, Value]:
    return {"account_id": context.aggregate, "role": role}


def _number_key(context: Context, bidding_id: str) -> dict[str, Value]:
    return {"account_id": context.aggregate, "bidding_id": bidding_id}
