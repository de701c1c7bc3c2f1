"""What is asked about interests, who may ask it, and what it leads to (SM-13b).

Rule 1: `RULES` is the whole list: roles, guards in order, effect. The first guard that objects
answers.
Rule 2: one running interest per person, item and kind. It binds nobody (L-26), and the event says
by which text.
Rule 3: who leads the two sides together is the item's broker, or the desk.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from roadshow.interest import commands as cmd
from roadshow.interest import events as ev
from roadshow.interest import guards
from roadshow.interest.evolve import due_of
from roadshow.interest.guards import DESK, HOLDERS, Guard
from roadshow.interest.rejections import Code
from roadshow.interest.state import RUNNING, Interest, Interests, key_of
from roadshow.parts import Events
from roadshow.plan import working_days_after
from roadshow.stage import Moment, Stage
from trading.outcome import By, Outcome, Rejection

Effect = Callable[[Interests, Any, By, int, Stage], Events]

INTERESTED: Final = ("investor", "demand_owner", "finance_partner")
NO_PROGRESS: Final = "no_progress"
ACKNOWLEDGE: Final = "acknowledge"
FIRST_CONTACT: Final = "first_contact"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: who may ask, what objects, what happens."""

    roles: tuple[str, ...]
    guards: tuple[Guard, ...]
    effect: Effect


def decide(interests: Interests, command: object, by: By, at_ms: int, stage: Stage) -> Outcome:
    """Say what a command leads to, without changing anything."""
    rule = RULES[type(command)]
    if by.role not in rule.roles:
        return Outcome(rejection=Rejection(Code.NOT_PERMITTED))
    for guard in rule.guards:
        objection = guard(interests, command, by, at_ms, stage)
        if objection is not None:
            return Outcome(rejection=objection)
    return Outcome(rule.effect(interests, command, by, at_ms, stage))


def due_ms(interests: Interests) -> int | None:
    """When the earliest timer of any interest is due."""
    return interests.due_ms


def fire(interests: Interests, at_ms: int, _stage: Stage) -> Events:
    """What the interest that is due first does: it is late, stale, or closed."""
    first = next(one for one in interests.interests.values() if due_of(one) == interests.due_ms)
    return (_timed(first, at_ms),)


def follow(_interests: Interests, _moment: Moment, _at_ms: int, _stage: Stage) -> Events:
    """Nothing: interests live on when the stage is dark."""
    return ()


def _timed(interest: Interest, at_ms: int) -> object:
    if interest.phase == "stale":
        return ev.InterestClosed(interest.interest_id, NO_PROGRESS, "system")
    late_ms = interest.overdue_at_ms
    if late_ms is not None and late_ms <= at_ms:
        step = ACKNOWLEDGE if interest.phase == "registered" else FIRST_CONTACT
        return ev.InterestOverdue(interest.interest_id, step)
    return ev.InterestStale(interest.interest_id)


# Effects


def _set_terms(
    _interests: Interests, command: cmd.SetInterestTerms, _by: By, _at_ms: int, _stage: Stage
) -> Events:
    return (ev.InterestTermsSet(command.terms),)


def _register(
    interests: Interests, command: cmd.RegisterInterest, by: By, at_ms: int, stage: Stage
) -> Events:
    terms = interests.terms
    return (
        ev.InterestRegistered(
            _new_id(interests, command, by, stage),
            command.item_id,
            by.actor,
            command.kind,
            command.amount_from_fen,
            command.amount_to_fen,
            command.wish,
            command.message,
            command.contact,
            command.nda_wished,
            ev.NOTICE,
            at_ms,
            working_days_after(stage.plan, at_ms, terms.acknowledge_wd),
            at_ms + terms.stale_ms,
            at_ms + terms.close_ms,
        ),
    )


def _new_id(interests: Interests, command: cmd.RegisterInterest, by: By, stage: Stage) -> str:
    """An id that tells nothing: a running number would tell how many there are."""
    before = interests.newest.get(key_of(command.item_id, command.kind, by.actor), "")
    named = [stage.session_id, command.item_id, command.kind, by.actor, before]
    plain = json.dumps(named, separators=(",", ":")).encode()
    return f"i-{hashlib.sha256(plain).hexdigest()[:16]}"


def _acknowledge(
    interests: Interests, command: cmd.AcknowledgeInterest, by: By, at_ms: int, stage: Stage
) -> Events:
    terms = interests.terms
    contact_by_ms = working_days_after(stage.plan, at_ms, terms.first_contact_wd)
    return (
        ev.InterestAcknowledged(
            command.interest_id,
            by.actor,
            contact_by_ms,
            at_ms + terms.stale_ms,
            at_ms + terms.close_ms,
        ),
    )


def _log_contact(
    interests: Interests, command: cmd.LogContact, by: By, at_ms: int, _stage: Stage
) -> Events:
    """Silence counts from the entry, or from when somebody said he would act."""
    terms = interests.terms
    from_ms = max(at_ms, command.next_action_at_ms or 0)
    return (
        ev.InterestContacted(
            command.interest_id,
            by.actor,
            command.note,
            command.next_action_at_ms,
            from_ms + terms.stale_ms,
            from_ms + terms.close_ms,
        ),
    )


def _match(
    interests: Interests, command: cmd.StartMatching, by: By, at_ms: int, _stage: Stage
) -> Events:
    terms = interests.terms
    return (
        ev.InterestMatching(
            command.interest_id,
            by.actor,
            command.nda_signed,
            at_ms + terms.stale_ms,
            at_ms + terms.close_ms,
        ),
    )


def _convert(
    _interests: Interests, command: cmd.ConvertInterest, by: By, _at_ms: int, _stage: Stage
) -> Events:
    return (
        ev.InterestConverted(command.interest_id, by.actor, command.into, command.reference_id),
    )


def _decline(
    _interests: Interests, command: cmd.DeclineInterest, by: By, _at_ms: int, _stage: Stage
) -> Events:
    return (ev.InterestDeclined(command.interest_id, by.actor, by.role, command.reason),)


def _close(
    _interests: Interests, command: cmd.CloseInterest, by: By, _at_ms: int, _stage: Stage
) -> Events:
    return (ev.InterestClosed(command.interest_id, command.reason, by.actor),)


RULES: Final[Mapping[type, Rule]] = {
    cmd.SetInterestTerms: Rule(DESK, (guards.can_set_terms,), _set_terms),
    cmd.RegisterInterest: Rule(
        INTERESTED,
        (
            guards.item_known,
            guards.interest_fits,
            guards.checked_in,
            guards.in_time,
            guards.not_yet,
        ),
        _register,
    ),
    cmd.AcknowledgeInterest: Rule(
        (*DESK, "system"), (guards.interest_known, guards.in_phase("registered")), _acknowledge
    ),
    cmd.LogContact: Rule(
        ("broker", *HOLDERS, *DESK),
        (
            guards.interest_known,
            guards.is_theirs,
            guards.note_fits,
            guards.in_phase("acknowledged", "contacted", "matching", "stale"),
        ),
        _log_contact,
    ),
    cmd.StartMatching: Rule(
        ("broker", *DESK),
        (guards.interest_known, guards.is_theirs, guards.in_phase("contacted"), guards.nda_signed),
        _match,
    ),
    cmd.ConvertInterest: Rule(
        ("broker", *DESK),
        (guards.interest_known, guards.is_theirs, guards.link_fits, guards.in_phase("matching")),
        _convert,
    ),
    cmd.DeclineInterest: Rule(
        (*INTERESTED, *HOLDERS),
        (guards.interest_known, guards.is_theirs, guards.has_reason, guards.in_phase(*RUNNING)),
        _decline,
    ),
    cmd.CloseInterest: Rule(
        (*DESK, "system"),
        (guards.interest_known, guards.has_reason, guards.in_phase(*RUNNING)),
        _close,
    ),
}
