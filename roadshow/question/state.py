"""The questions of a session, and what is on air."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

Phase: TypeAlias = Literal[
    "asked",
    "queued",
    "merged",
    "hidden",
    "on_air",
    "answered",
    "deferred_offline",
]

SHOWN: Final[tuple[Phase, ...]] = ("queued", "on_air", "answered", "deferred_offline")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. voters: accounts, in the order of voting, without who asked.

    reason: why it was merged, hidden or deferred. shown: whether all have seen it at some time.
    """

    question_id: str
    item_id: str
    asker: str
    text: str
    at_ms: int
    private: bool = False
    phase: Phase = "asked"
    voters: tuple[str, ...] = ()
    into_question_id: str = ""
    reason: str = ""
    answer: str = ""
    task_id: str = ""
    shown: bool = False

    @property
    def upvotes(self) -> int:
        """How many want it answered beside who asked."""
        return len(self.voters)


@dataclass(frozen=True, slots=True)
class Questions:
    """All questions by id, in the order of asking. last_asked_ms: by account."""

    questions: Mapping[str, Question] = field(default_factory=dict[str, Question])
    on_air_id: str | None = None
    last_asked_ms: Mapping[str, int] = field(default_factory=dict[str, int])
