"""What older versions of the rules answered, so that their logs re-decide byte for byte.

Rule 1: a version that has been released stays here as what it did otherwise; the rest is shared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from roadshow.plan import AgendaItem, LiveOffer
from roadshow.session import agenda, guards
from roadshow.session import commands as cmd
from roadshow.session.decide import RULES, Book, Rule
from roadshow.session.guards import bad_field
from roadshow.session.state import Session
from trading.bounds import ABOVE_CAP, BELOW_FLOOR, LIVE_BIDDING
from trading.outcome import By, Outcome, Rejection

# Until version 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _LiveOffer(LiveOffer):
    """What was left out was a minute."""

    resume_notice_ms: int = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _AgendaItem(AgendaItem):
    offer: _LiveOffer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAgendaItem(cmd.AddAgendaItem):
    """An item as its command was read."""

    item: _AgendaItem


def as_read_now(command: object) -> object:
    """The same command in the words of now: all that was left out is said."""
    if not isinstance(command, AddAgendaItem):
        return command
    offer = command.item.offer
    said = None if offer is None else LiveOffer(**_fields(offer, LiveOffer))
    about: dict[str, Any] = {**_fields(command.item, AgendaItem), "offer": said}
    return cmd.AddAgendaItem(item=AgendaItem(**about))


def _fields(value: object, kind: type) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(kind)}


_LIVE_BIDDING: Final = tuple(one for one in LIVE_BIDDING if one.field != "resume_notice_ms")


def _plan_session(command: cmd.PlanSession, at_ms: int) -> Outcome:
    """A term out of its bounds was told by its field alone."""
    outcome = agenda.plan_session(command, at_ms)
    return Outcome(outcome.events, _by_field(outcome.rejection))


def _item_fits(
    session: Session, command: cmd.AddAgendaItem, _by: By, _at_ms: int
) -> Rejection | None:
    """So was one of an offer; the notice before a bidding goes on had no floor."""
    return _by_field(agenda.item_within(session, command.item, _LIVE_BIDDING))


def _by_field(rejection: Rejection | None) -> Rejection | None:
    if rejection is None or rejection.code not in (BELOW_FLOOR, ABOVE_CAP):
        return rejection
    return bad_field(str(rejection.params["field"]))


def _says_something(_session: Session, command: Any, _by: By, _at_ms: int) -> Rejection | None:
    """A role was a reason."""
    return guards.says_something(command.reason)


_OLDER_GUARDS: Final[Mapping[guards.Guard, guards.Guard]] = {
    agenda.item_fits: _item_fits,
    guards.has_reason: _says_something,
}


def _as_before_3(rule: Rule) -> Rule:
    return replace(rule, guards=tuple(_OLDER_GUARDS.get(guard, guard) for guard in rule.guards))


BOOK_2: Final = Book(
    {command: _as_before_3(rule) for command, rule in RULES.items()}, _plan_session
)
