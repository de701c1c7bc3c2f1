"""The guards that many commands share, in the order of `rejections.Code`."""

from collections.abc import Callable
from typing import Any, Final

from roadshow.session.rejections import Code
from roadshow.session.state import Item, Session
from roadshow.session.terms import is_text
from roadshow.stage import ItemPhase, SessionPhase
from trading.outcome import By, Rejection
from trading.roles import is_role_name

Guard = Callable[[Session, Any, By, int], Rejection | None]
"""(session, command, who asks, at_ms) → the objection, if there is one."""

ALREADY_DONE: Final = Rejection(Code.ALREADY_DONE)
NOT_ASSIGNED: Final = Rejection(Code.NOT_ASSIGNED)


def bad_field(field: str) -> Rejection:
    """This field cannot stand."""
    return Rejection(Code.BAD_FIELD, {"field": field})


def in_phase(*phases: SessionPhase) -> Guard:
    """For what can be asked of a session in these phases only; a pause is told as such."""

    def guard(session: Session, _command: object, _by: By, _at_ms: int) -> Rejection | None:
        if session.phase in phases:
            return None
        if session.phase == "paused" and "live" in phases:
            return Rejection(Code.SESSION_PAUSED)
        return Rejection(Code.WRONG_PHASE, {"phase": session.phase})

    return guard


def item_known(session: Session, command: Any, _by: By, _at_ms: int) -> Rejection | None:
    """The item is on the agenda."""
    return None if command.item_id in session.items else Rejection(Code.UNKNOWN_ITEM)


def is_assigned(session: Session, command: Any, by: By, _at_ms: int) -> Rejection | None:
    """A host is one of this session, a presenter is the one of this item."""
    if by.role == "host":
        return None if by.actor in session.plan.hosts else NOT_ASSIGNED
    if by.role == "presenter":
        presents = session.items[command.item_id].facts.presenter == by.actor
        return None if presents else NOT_ASSIGNED
    return None


def item_in(*phases: ItemPhase) -> Guard:
    """For what can be asked of an item in these phases only."""

    def guard(session: Session, command: Any, _by: By, _at_ms: int) -> Rejection | None:
        phase = session.items[command.item_id].phase
        return None if phase in phases else Rejection(Code.WRONG_ITEM_PHASE, {"phase": phase})

    return guard


def has_reason(_session: Session, command: Any, _by: By, _at_ms: int) -> Rejection | None:
    """All are told why, and a role tells them nothing."""
    return bad_field("reason") if is_role_name(command.reason) else says_something(command.reason)


def says_something(reason: str) -> Rejection | None:
    """Not empty, and not too long."""
    return None if is_text(reason) else bad_field("reason")


def item_of(session: Session, command: Any) -> Item:
    """The item that a command is about, once `item_known` has passed."""
    return session.items[command.item_id]
