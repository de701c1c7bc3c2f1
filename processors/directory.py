"""Who belongs to which session and item: what notices are addressed by, and bids delayed by.

Rule 1: it is folded from `roadshow.decisions` alone, from the beginning, and holds no truth.
Rule 2: nothing that was folded is unlearned while its session is kept, so that it does not matter
how far ahead of a decision it is. Of sessions that are over only the newest are kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from processors.reacting import Happening, messages_of
from roadshow.interest.events import InterestRegistered
from roadshow.plan import AgendaItem, Plan
from roadshow.question.events import QuestionAsked
from roadshow.session.events import (
    AgendaItemAdded,
    ItemBiddingRequested,
    SessionCancelled,
    SessionEnded,
    SessionPlanned,
    SessionReported,
    SessionWentLive,
)
from trading.outcome import Messages

DIRECTORY_EVENTS: Final[Messages] = messages_of(
    SessionPlanned, AgendaItemAdded, ItemBiddingRequested, SessionWentLive, SessionEnded,
    SessionReported, SessionCancelled, QuestionAsked, InterestRegistered,
)  # fmt: skip
OVER_MAX: Final = 500


@dataclass(slots=True)
class Listed:
    """One session. interests: id → (item, account); questions: id → item; delays_ms: by bidding."""

    session_id: str
    plan: Plan
    items: dict[str, AgendaItem] = field(default_factory=dict[str, AgendaItem])
    questions: dict[str, str] = field(default_factory=dict[str, str])
    interests: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    delays_ms: dict[str, int] = field(default_factory=dict[str, int])
    is_live: bool = False


class Directory:
    """All sessions that somebody may have to be told of."""

    def __init__(self) -> None:
        """Nothing has been folded."""
        self._sessions: dict[str, Listed] = {}
        self._over: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def session(self, session_id: str) -> Listed | None:
        """Return a session; None where it is unknown, or long over."""
        return self._sessions.get(session_id)

    def item(self, session_id: str, item_id: str) -> AgendaItem | None:
        """Return an agenda item of a session."""
        listed = self._sessions.get(session_id)
        return None if listed is None else listed.items.get(item_id)

    def knows_bidding(self, session_id: str, bidding_id: str) -> bool:
        """Whether the stage is known to have asked for this bidding."""
        listed = self._sessions.get(session_id)
        return listed is not None and bidding_id in listed.delays_ms

    def fold(self, happening: Happening) -> None:
        """Take one event of `roadshow.*`; again is as once."""
        session_id, event = happening.aggregate, happening.event
        if isinstance(event, SessionPlanned):
            self._sessions.setdefault(session_id, Listed(session_id, event.plan))
            return
        listed, change = self._sessions.get(session_id), _CHANGES.get(type(event))
        if listed is not None and change is not None:
            change(listed, event)
        if isinstance(event, SessionReported | SessionCancelled):
            self._forget_oldest(session_id)

    def _forget_oldest(self, session_id: str) -> None:
        self._over[session_id] = None
        while len(self._over) > OVER_MAX:
            oldest = next(iter(self._over))
            del self._over[oldest]
            self._sessions.pop(oldest, None)


def _add_item(listed: Listed, event: AgendaItemAdded) -> None:
    listed.items[event.item.item_id] = event.item


def _requested(listed: Listed, event: ItemBiddingRequested) -> None:
    listed.delays_ms[event.bidding_id] = event.offer.public_delay_ms


def _went_live(listed: Listed, _event: object) -> None:
    listed.is_live = True


def _ended(listed: Listed, _event: object) -> None:
    listed.is_live = False


def _asked(listed: Listed, event: QuestionAsked) -> None:
    listed.questions[event.question_id] = event.item_id


def _interested(listed: Listed, event: InterestRegistered) -> None:
    listed.interests[event.interest_id] = (event.item_id, event.account_id)


_CHANGES: Final[Mapping[type, Callable[[Listed, Any], None]]] = {
    AgendaItemAdded: _add_item,
    ItemBiddingRequested: _requested,
    SessionWentLive: _went_live,
    SessionEnded: _ended,
    QuestionAsked: _asked,
    InterestRegistered: _interested,
}
