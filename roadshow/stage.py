"""What a part of a session is told of the others: a small value made by the dispatcher.

Rule 1: parts (question, interest, scoring) meet here and in events, never by importing each other.
Rule 2: a stage shows how things stand when the command is judged; nothing in it is ever changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from roadshow.plan import Plan

ItemPhase: TypeAlias = Literal[
    "queued",
    "on_deck",
    "pitching",
    "qa",
    "commenting",
    "interest_call",
    "bidding_requested",
    "bidding",
    "done",
    "skipped",
    "withdrawn",
    "deferred",
]

SessionPhase: TypeAlias = Literal[
    "planned",
    "published",
    "registration_open",
    "rehearsed",
    "live",
    "paused",
    "wrapping_up",
    "ended",
    "reported",
    "cancelled",
    "postponed",
]

ACTIVE: Final[tuple[ItemPhase, ...]] = (
    "pitching",
    "qa",
    "commenting",
    "interest_call",
    "bidding_requested",
    "bidding",
)
FINISHED: Final[tuple[ItemPhase, ...]] = ("done", "skipped", "withdrawn")
ON_STAGE: Final[tuple[SessionPhase, ...]] = ("live", "paused", "wrapping_up")

MomentKind: TypeAlias = Literal["pitch_started", "item_finished", "session_ended"]


@dataclass(frozen=True, slots=True)
class Moment:
    """What has just happened on stage that a part may have to follow. item_id: "" for the session.

    `item_finished`: done, skipped or withdrawn; deferred is not finished.
    """

    kind: MomentKind
    item_id: str = ""


@dataclass(frozen=True, slots=True)
class StageItem:
    """An agenda item as the parts see it.

    recused: experts who may not score it (SD-4). pitched_at_ms: when its (last) pitch started.
    finished_at_ms: when it was done, skipped or withdrawn.
    """

    item_id: str
    phase: ItemPhase
    presenter: str
    broker: str
    holder_org: str
    parties: tuple[str, ...]
    recused: tuple[str, ...]
    pitched_at_ms: int | None
    finished_at_ms: int | None

    @property
    def is_active(self) -> bool:
        """Whether it is the item on stage (RS-1: at most one is)."""
        return self.phase in ACTIVE


@dataclass(frozen=True, slots=True)
class Stage:
    """The session as its parts see it.

    items: in the order of the agenda. attendees: account → code, of those who have checked in.
    experts: account → specialty.
    """

    session_id: str
    phase: SessionPhase
    plan: Plan
    items: Mapping[str, StageItem]
    attendees: Mapping[str, str]
    experts: Mapping[str, str]
    active_item_id: str | None = None
    on_deck_item_id: str | None = None
    ended_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What the session is told of its parts."""

    interests_count: int = 0
    questions_count: int = 0
