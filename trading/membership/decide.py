"""What is asked about an account, who may ask it, and what it leads to.

Rule 1: `RULES` is the whole list: roles, guards in order, effect. The first guard that objects
answers; whoever passes all gets the effect.
Rule 2: nobody grants to himself. The machine's `operator` is no account: without him there would
be no first admin.
Rule 3: a role lost and a ban end the account's sessions in the same decision (push.md §5).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from trading.membership import commands as cmd
from trading.membership import events as ev
from trading.membership.duties import BIDDERS, RELATIONS, ROLES, conflict, separated_from
from trading.membership.rejections import Code
from trading.membership.state import Membership, Relation, number_in
from trading.outcome import By, Outcome, Rejection

Guard = Callable[[Membership, Any, By], Rejection | None]
Effect = Callable[[Membership, Any, By, int], tuple[object, ...]]

REASON_CHARS_MAX: Final = 300
ID_CHARS_MAX: Final = 64
PARTIES_MAX: Final = 200
RELATIONS_MAX: Final = 100
NUMBERS_MAX: Final = 1_000
OWNER: Final = "owner"  # in a row of `RULES`: the account itself, in whatever role
ACCOUNT_PREFIX: Final = "a-"

_ADMINS: Final = ("admin", "operator")
_DESK: Final = ("desk_officer",)
_ID_CHARS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-")
_NOBODY: Final = Membership("")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: who may ask, what objects, what happens."""

    roles: tuple[str, ...]
    guards: tuple[Guard, ...]
    effect: Effect


def decide(membership: Membership | None, command: object, by: By, at_ms: int) -> Outcome:
    """Say what a command leads to; an account of which nothing is known yet holds nothing."""
    now = _NOBODY if membership is None else membership
    rule = RULES[type(command)]
    if not _may_ask(now, rule.roles, by):
        return Outcome(rejection=Rejection(Code.NOT_PERMITTED))
    for guard in rule.guards:
        objection = guard(now, command, by)
        if objection is not None:
            return Outcome(rejection=objection)
    return Outcome(rule.effect(now, command, by, at_ms))


def _may_ask(now: Membership, roles: tuple[str, ...], by: By) -> bool:
    if by.role == "operator" and by.actor.startswith(ACCOUNT_PREFIX):
        return False  # an account that calls itself the machine's operator
    return by.role in roles or (OWNER in roles and by.actor == now.account_id)


def _bad(field: str) -> Rejection:
    return Rejection(Code.BAD_FIELD, {"field": field})


def _is_id(text: str) -> bool:
    return 0 < len(text) <= ID_CHARS_MAX and _ID_CHARS.issuperset(text)


# Guards


def _other_than_self(now: Membership, _command: object, by: By) -> Rejection | None:
    return Rejection(Code.OWN_ACCOUNT) if by.actor == now.account_id else None


def _has_reason(_now: Membership, command: Any, _by: By) -> Rejection | None:
    return None if 0 < len(command.reason.strip()) <= REASON_CHARS_MAX else _bad("reason")


def _is_role(_now: Membership, command: cmd.GrantRole, _by: By) -> Rejection | None:
    return None if command.role in ROLES else _bad("role")


def _not_banned(now: Membership, _command: object, _by: By) -> Rejection | None:
    return Rejection(Code.BANNED) if now.phase == "banned" else None


def _can_grant(now: Membership, command: cmd.GrantRole, _by: By) -> Rejection | None:
    if command.role in now.roles:
        return Rejection(Code.ALREADY_DONE)
    apart = separated_from(now.roles, command.role)
    return (
        None
        if apart is None
        else Rejection(Code.SEPARATION_OF_DUTIES, {"rule": "SD-7", "role": apart})
    )


def _holds_role(now: Membership, command: cmd.RevokeRole, _by: By) -> Rejection | None:
    return None if command.role in now.roles else Rejection(Code.NOT_HELD)


def _is_relation(_now: Membership, command: Any, _by: By) -> Rejection | None:
    if command.kind not in RELATIONS:
        return _bad("kind")
    return None if _is_id(command.party) else _bad("party")


def _can_declare(now: Membership, command: cmd.DeclareRelation, _by: By) -> Rejection | None:
    if Relation(command.kind, command.party) in now.relations:
        return Rejection(Code.ALREADY_DONE)
    if len(now.relations) >= RELATIONS_MAX:
        return Rejection(Code.TOO_MANY, {"count_max": RELATIONS_MAX})
    return None


def _is_declared(now: Membership, command: cmd.EndRelation, _by: By) -> Rejection | None:
    told = Relation(command.kind, command.party)
    return None if told in now.relations else Rejection(Code.NOT_HELD)


def _number_fits(_now: Membership, command: cmd.AssignNumber, _by: By) -> Rejection | None:
    for field, text in (("bidding_id", command.bidding_id), ("number", command.number)):
        if not _is_id(text):
            return _bad(field)
    if command.org_id and not _is_id(command.org_id):
        return _bad("org_id")
    named = command.parties
    ids = (*named.sellers, *named.experts, *named.appraisers, *named.staff)
    fits = named.sellers and len(ids) <= PARTIES_MAX and all(map(_is_id, ids))
    return None if fits else _bad("parties")


def _can_bear(now: Membership, command: cmd.AssignNumber, _by: By) -> Rejection | None:
    if number_in(now, command.bidding_id) is not None:
        return Rejection(Code.ALREADY_DONE)
    if len(now.numbers) >= NUMBERS_MAX:
        return Rejection(Code.TOO_MANY, {"count_max": NUMBERS_MAX})
    if not any(role in BIDDERS for role in now.roles):
        return Rejection(Code.NOT_INVESTOR)
    found = conflict(now, command.org_id, command.parties)
    if found is None:
        return None
    group, tie = found
    return Rejection(Code.CONFLICT_OF_INTEREST, {"group": group, "tie": tie})


def _bears_number(now: Membership, command: cmd.WithdrawNumber, _by: By) -> Rejection | None:
    bears = number_in(now, command.bidding_id) is not None
    return None if bears else Rejection(Code.NOT_HELD)


def _is_banned(now: Membership, _command: object, _by: By) -> Rejection | None:
    return None if now.phase == "banned" else Rejection(Code.NOT_BANNED)


def _is_active(now: Membership, _command: object, _by: By) -> Rejection | None:
    return Rejection(Code.ALREADY_DONE) if now.phase == "banned" else None


# Effects


def _conflicts(before: Membership, after: Membership) -> tuple[ev.ConflictFound, ...]:
    """What is forbidden only now, of the numbers the account bears (I-10)."""
    found: list[ev.ConflictFound] = []
    for number in after.numbers:
        if conflict(before, number.org_id, number.parties) is None:
            now = conflict(after, number.org_id, number.parties)
            if now is not None:
                found.append(ev.ConflictFound(number.bidding_id, number.number, *now))
    return tuple(found)


def _grant(now: Membership, command: cmd.GrantRole, by: By, _at_ms: int) -> tuple[object, ...]:
    granted = ev.RoleGranted(command.role, command.reason, by.actor, by.role)
    return (granted, *_conflicts(now, replace(now, roles=(*now.roles, command.role))))


def _revoke(_now: Membership, command: cmd.RevokeRole, by: By, at_ms: int) -> tuple[object, ...]:
    revoked = ev.RoleRevoked(command.role, command.reason, by.actor, by.role)
    return (revoked, ev.SessionsRevoked(at_ms, "role_revoked"))


def _declare(
    now: Membership, command: cmd.DeclareRelation, by: By, _at_ms: int
) -> tuple[object, ...]:
    relation = Relation(command.kind, command.party)
    declared = ev.RelationDeclared(command.kind, command.party, by.actor)
    return (declared, *_conflicts(now, replace(now, relations=(*now.relations, relation))))


def _end_relation(
    _now: Membership, command: cmd.EndRelation, by: By, _at_ms: int
) -> tuple[object, ...]:
    return (ev.RelationEnded(command.kind, command.party, command.reason, by.actor),)


def _assign(_now: Membership, command: cmd.AssignNumber, by: By, _at_ms: int) -> tuple[object, ...]:
    return (
        ev.NumberAssigned(
            command.bidding_id, command.number, command.org_id, command.parties, by.actor
        ),
    )


def _withdraw(
    now: Membership, command: cmd.WithdrawNumber, by: By, _at_ms: int
) -> tuple[object, ...]:
    borne = number_in(now, command.bidding_id)
    assert borne is not None, "the guard has seen it"
    return (ev.NumberWithdrawn(borne.bidding_id, borne.number, command.reason, by.actor),)


def _end_sessions(
    _now: Membership, command: cmd.RevokeSessions, _by: By, at_ms: int
) -> tuple[object, ...]:
    return (ev.SessionsRevoked(at_ms, command.reason),)


def _ban(_now: Membership, command: cmd.BanAccount, by: By, at_ms: int) -> tuple[object, ...]:
    return (ev.AccountBanned(command.reason, by.actor), ev.SessionsRevoked(at_ms, "banned"))


def _lift(_now: Membership, command: cmd.LiftBan, by: By, _at_ms: int) -> tuple[object, ...]:
    return (ev.BanLifted(command.reason, by.actor),)


RULES: Final[Mapping[type, Rule]] = {
    cmd.GrantRole: Rule(
        _ADMINS, (_other_than_self, _has_reason, _is_role, _not_banned, _can_grant), _grant
    ),
    cmd.RevokeRole: Rule(_ADMINS, (_has_reason, _holds_role), _revoke),
    cmd.DeclareRelation: Rule(
        (OWNER, *_DESK, *_ADMINS), (_is_relation, _not_banned, _can_declare), _declare
    ),
    cmd.EndRelation: Rule(
        ("desk_reviewer", "operator"),
        (_other_than_self, _has_reason, _is_relation, _is_declared),
        _end_relation,
    ),
    cmd.AssignNumber: Rule(
        _DESK, (_other_than_self, _number_fits, _not_banned, _can_bear), _assign
    ),
    cmd.WithdrawNumber: Rule(_DESK, (_other_than_self, _has_reason, _bears_number), _withdraw),
    cmd.RevokeSessions: Rule((OWNER, *_ADMINS), (_has_reason,), _end_sessions),
    cmd.BanAccount: Rule(_ADMINS, (_other_than_self, _has_reason, _is_active), _ban),
    cmd.LiftBan: Rule(_ADMINS, (_other_than_self, _has_reason, _is_banned), _lift),
}
