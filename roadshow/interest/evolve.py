"""What an event makes of the interests of a session.

Rule 1: `TRANSITIONS` is the whole of SM-13b, for one interest: (phase, event) → phase. A missing
key is an error of ours, not of the world.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from roadshow.interest import events as ev
from roadshow.interest.commands import InterestTerms
from roadshow.interest.state import KINDS, RUNNING, Interest, Interests, Phase, key_of

TRANSITIONS: Final[Mapping[tuple[Phase, type], tuple[Phase, ...]]] = {
    ("registered", ev.InterestAcknowledged): ("acknowledged",),
    ("registered", ev.InterestOverdue): ("registered",),
    ("acknowledged", ev.InterestOverdue): ("acknowledged",),
    ("acknowledged", ev.InterestContacted): ("contacted",),
    ("contacted", ev.InterestContacted): ("contacted",),
    ("matching", ev.InterestContacted): ("matching",),
    ("stale", ev.InterestContacted): ("contacted",),
    ("contacted", ev.InterestMatching): ("matching",),
    ("matching", ev.InterestConverted): ("converted",),
    **{(phase, ev.InterestDeclined): ("declined",) for phase in RUNNING},
    **{(phase, ev.InterestStale): ("stale",) for phase in RUNNING if phase != "stale"},
    **{(phase, ev.InterestClosed): ("closed",) for phase in RUNNING},
}


def due_of(interest: Interest) -> int | None:
    """When the earliest timer of one interest is due."""
    if interest.phase not in RUNNING:
        return None
    if interest.phase == "stale":
        return interest.close_at_ms
    late_ms = interest.overdue_at_ms
    return interest.stale_at_ms if late_ms is None else min(late_ms, interest.stale_at_ms)


def evolve(interests: Interests, event: object) -> Interests:
    """Return the interests as they are once the event has happened."""
    if isinstance(event, ev.InterestTermsSet):
        return replace(interests, terms=event.terms)
    if isinstance(event, ev.InterestRegistered):
        return _registered(interests, event)
    return _moved(interests, event)


def _registered(interests: Interests, event: ev.InterestRegistered) -> Interests:
    item_id, account_id = event.item_id, event.account_id
    newest, people = interests.newest, interests.people
    if not any(key_of(item_id, kind, account_id) in newest for kind in KINDS):
        people = {**people, item_id: people.get(item_id, 0) + 1}
    interest = Interest(
        event.interest_id,
        item_id,
        account_id,
        event.kind,
        event.nda_wished,
        "registered",
        event.acknowledge_by_ms,
        event.stale_at_ms,
        event.close_at_ms,
    )
    return _with(
        interests.terms,
        {**interests.interests, event.interest_id: interest},
        {**newest, key_of(item_id, event.kind, account_id): event.interest_id},
        people,
    )


def _moved(interests: Interests, event: Any) -> Interests:
    before = interests.interests[event.interest_id]
    kind = cast("type[object]", type(event))
    phases = TRANSITIONS.get((before.phase, kind))
    assert phases is not None, f"{kind.__name__} cannot happen while {before.phase}"
    after = replace(_HANDLERS[kind](before, event), phase=phases[0])
    changed = {**interests.interests, after.interest_id: after}
    return _with(interests.terms, changed, interests.newest, interests.people)


def _with(
    terms: InterestTerms,
    interests: Mapping[str, Interest],
    newest: Mapping[str, str],
    people: Mapping[str, int],
) -> Interests:
    dues = [due for due in map(due_of, interests.values()) if due is not None]
    return Interests(terms, interests, newest, people, min(dues, default=None))


def _acknowledged(interest: Interest, event: ev.InterestAcknowledged) -> Interest:
    return _entered(interest, event.contact_by_ms, event.stale_at_ms, event.close_at_ms)


def _in_touch(interest: Interest, event: ev.InterestContacted | ev.InterestMatching) -> Interest:
    return _entered(interest, None, event.stale_at_ms, event.close_at_ms)


def _entered(
    interest: Interest, overdue_at_ms: int | None, stale_at_ms: int, close_at_ms: int
) -> Interest:
    return replace(
        interest, overdue_at_ms=overdue_at_ms, stale_at_ms=stale_at_ms, close_at_ms=close_at_ms
    )


def _overdue(interest: Interest, _event: object) -> Interest:
    return replace(interest, overdue_at_ms=None)


def _as_it_was(interest: Interest, _event: object) -> Interest:
    return interest


_HANDLERS: Final[Mapping[type, Callable[[Interest, Any], Interest]]] = {
    ev.InterestAcknowledged: _acknowledged,
    ev.InterestContacted: _in_touch,
    ev.InterestMatching: _in_touch,
    ev.InterestConverted: _as_it_was,
    ev.InterestDeclined: _as_it_was,
    ev.InterestOverdue: _overdue,
    ev.InterestStale: _as_it_was,
    ev.InterestClosed: _as_it_was,
}
