"""What an event makes of an account.

Rule 1: `TRANSITIONS` is the whole machine: (phase, event) → phase. A missing key is an error of
ours, not of the world.
Rule 2: the first event of an account begins it, active and holding nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from trading.membership import events as ev
from trading.membership.state import Membership, Number, Phase, Relation

TRANSITIONS: Final[Mapping[tuple[Phase, type], tuple[Phase, ...]]] = {
    ("active", ev.RoleGranted): ("active",),
    ("active", ev.RoleRevoked): ("active",),
    ("banned", ev.RoleRevoked): ("banned",),
    ("active", ev.RelationDeclared): ("active",),
    ("active", ev.RelationEnded): ("active",),
    ("banned", ev.RelationEnded): ("banned",),
    ("active", ev.NumberAssigned): ("active",),
    ("active", ev.NumberWithdrawn): ("active",),
    ("banned", ev.NumberWithdrawn): ("banned",),
    ("active", ev.ConflictFound): ("active",),
    ("active", ev.SessionsRevoked): ("active",),
    ("banned", ev.SessionsRevoked): ("banned",),
    ("active", ev.AccountBanned): ("banned",),
    ("banned", ev.BanLifted): ("active",),
}


def evolve(membership: Membership | None, aggregate_id: str, event: object) -> Membership:
    """Return the account as it is once the event has happened."""
    now = Membership(aggregate_id) if membership is None else membership
    kind = type(event)
    phases = TRANSITIONS.get((now.phase, kind))
    assert phases is not None, f"{kind.__name__} cannot happen while {now.phase}"
    return replace(_HANDLERS[kind](now, event), phase=phases[0])


def _granted(now: Membership, event: ev.RoleGranted) -> Membership:
    return replace(now, roles=(*now.roles, event.role))


def _revoked(now: Membership, event: ev.RoleRevoked) -> Membership:
    return replace(now, roles=tuple(role for role in now.roles if role != event.role))


def _declared(now: Membership, event: ev.RelationDeclared) -> Membership:
    return replace(now, relations=(*now.relations, Relation(event.kind, event.party)))


def _ended(now: Membership, event: ev.RelationEnded) -> Membership:
    over = Relation(event.kind, event.party)
    return replace(now, relations=tuple(each for each in now.relations if each != over))


def _assigned(now: Membership, event: ev.NumberAssigned) -> Membership:
    number = Number(event.bidding_id, event.number, event.org_id, event.parties)
    return replace(now, numbers=(*now.numbers, number))


def _withdrawn(now: Membership, event: ev.NumberWithdrawn) -> Membership:
    left = tuple(each for each in now.numbers if each.bidding_id != event.bidding_id)
    return replace(now, numbers=left)


def _sessions(now: Membership, event: ev.SessionsRevoked) -> Membership:
    return replace(now, revoked_before_ms=event.before_ms)


def _as_it_was(now: Membership, _event: object) -> Membership:
    return now


_HANDLERS: Final[Mapping[type, Callable[[Membership, Any], Membership]]] = {
    ev.RoleGranted: _granted,
    ev.RoleRevoked: _revoked,
    ev.RelationDeclared: _declared,
    ev.RelationEnded: _ended,
    ev.NumberAssigned: _assigned,
    ev.NumberWithdrawn: _withdrawn,
    ev.ConflictFound: _as_it_was,
    ev.SessionsRevoked: _sessions,
    ev.AccountBanned: _as_it_was,
    ev.BanLifted: _as_it_was,
}
