"""What has happened to questions. `PUBLIC` names the events that screens count by (push.md §1).

Rule 1: nobody but staff sees a question before it is queued, and a private one nobody but the
holder: asking and a private answer are not public. Votes are shown conflated.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """Asked, and waiting for the moderator (a private one: for the holder). asker: an account."""

    type: ClassVar[str] = "question_asked"
    question_id: str
    item_id: str
    asker: str
    text: str
    private: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class QuestionQueued:
    """All see it."""

    type: ClassVar[str] = "question_queued"
    question_id: str


@dataclass(frozen=True, slots=True)
class QuestionMerged:
    """Its voices count for the other."""

    type: ClassVar[str] = "question_merged"
    question_id: str
    into_question_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuestionHidden:
    """Nobody sees it; who asked is told why."""

    type: ClassVar[str] = "question_hidden"
    question_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuestionUpvoted:
    """One more voice; voter: an account."""

    type: ClassVar[str] = "question_upvoted"
    question_id: str
    voter: str


@dataclass(frozen=True, slots=True)
class QuestionOnAir:
    """It is being answered."""

    type: ClassVar[str] = "question_on_air"
    question_id: str


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """Answered before all; text: "" where it was by voice."""

    type: ClassVar[str] = "question_answered"
    question_id: str
    text: str


@dataclass(frozen=True, slots=True)
class PrivateQuestionAnswered:
    """Answered to who asked, and to nobody else."""

    type: ClassVar[str] = "private_question_answered"
    question_id: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionDeferred:
    """To be answered after the session."""

    type: ClassVar[str] = "question_deferred"
    question_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class FollowUpTaskCreated:
    """The session ended and this was not answered: somebody owes it. assignee: an account or ""."""

    type: ClassVar[str] = "follow_up_task_created"
    task_id: str
    kind: str
    item_id: str
    question_id: str
    assignee: str


EVENTS = (
    QuestionAsked, QuestionQueued, QuestionMerged, QuestionHidden, QuestionUpvoted, QuestionOnAir,
    QuestionAnswered, PrivateQuestionAnswered, QuestionDeferred, FollowUpTaskCreated,
)  # fmt: skip

_HIDDEN = frozenset((QuestionAsked, QuestionUpvoted, PrivateQuestionAnswered, FollowUpTaskCreated))
PUBLIC = frozenset(EVENTS) - _HIDDEN
