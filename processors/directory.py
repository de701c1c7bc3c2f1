"""Who belongs to which session and item: what notices are addressed by.

Rule 1: it is folded from `roadshow.decisions` alone, from the beginning, and holds no truth.
Rule 2: a session leaves it once it is reported or cancelled and its interests are over: it is
bounded by what goes on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from processors.reacting import Happening, messages_of
from roadshow.interest.events import (
    InterestClosed,
    InterestConverted,
    InterestDeclined,
    InterestRegistered,
)
from roadshow.plan import AgendaItem, Plan
from roadshow.question.events import QuestionAsked
from roadshow.session.events import (
    AgendaItemAdded,
    SessionCancelled,
    SessionEnded,
    SessionPlanned,
    SessionReported,
    SessionWentLive,
)
from trading.outcome import Messages

DIRECTORY_EVENTS: Final[Messages] = messages_of(
    SessionPlanned, AgendaItemAdded, SessionWentLive, SessionEnded, SessionReported,
    SessionCancelled, QuestionAsked, InterestRegistered, InterestConverted, InterestDeclined,
    InterestClosed,
)  # fmt: skip


@dataclass(slots=True)
class Listed:
    """One session. interests: id → (item, account); questions: id → item."""

    session_id: str
    plan: Plan
    items: dict[str, AgendaItem] = field(default_factory=dict[str, AgendaItem])
    questions: dict[str, str] = field(default_factory=dict[str, str])
    interests: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    is_live: bool = False
    is_over: bool = False


class Directory:
    """All sessions that somebody may have to be told of."""

    def __init__(self) -> None:
        """Nothing has been folded."""
        self._sessions: dict[str, Listed] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def session(self, session_id: str) -> Listed | None:
        """Return a session; None where it is unknown, or over."""
        return self._sessions.get(session_id)

    def item(self, session_id: str, item_id: str) -> AgendaItem | None:
        """Return an agenda item of a session."""
        listed = self._sessions.get(session_id)
        return None if listed is None else listed.items.get(item_id)

    def fold(self, happening: Happening) -> None:
        """Take one event of `roadshow.*`."""
        event = happening.event
        if isinstance(event, SessionPlanned):
            listed = Listed(happening.aggregate, event.plan)
            self._sessions[happening.aggregate] = listed
            return
        listed_before = self._sessions.get(happening.aggregate)
        change = _CHANGES.get(type(event))
        if listed_before is None or change is None:
            return
        change(listed_before, event)
        if listed_before.is_over and not listed_before.interests:
            del self._sessions[happening.aggregate]


def _add_item(listed: Listed, event: AgendaItemAdded) -> None:
    listed.items[event.item.item_id] = event.item


def _went_live(listed: Listed, _event: object) -> None:
    listed.is_live = True


def _ended(listed: Listed, _event: object) -> None:
    listed.is_live = False


def _over(listed: Listed, _event: object) -> None:
    listed.is_live, listed.is_over = False, True
    listed.questions.clear()


def _asked(listed: Listed, event: QuestionAsked) -> None:
    listed.questions[event.question_id] = event.item_id


def _interested(listed: Listed, event: InterestRegistered) -> None:
    listed.interests[event.interest_id] = (event.item_id, event.account_id)


def _interest_over(
    listed: Listed, event: InterestConverted | InterestDeclined | InterestClosed
) -> None:
    listed.interests.pop(event.interest_id, None)


_CHANGES: Final[Mapping[type, Callable[[Listed, Any], None]]] = {
    AgendaItemAdded: _add_item,
    SessionWentLive: _went_live,
    SessionEnded: _ended,
    SessionReported: _over,
    SessionCancelled: _over,
    QuestionAsked: _asked,
    InterestRegistered: _interested,
    InterestConverted: _interest_over,
    InterestDeclined: _interest_over,
    InterestClosed: _interest_over,
}
