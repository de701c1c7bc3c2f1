"""What may be asked of the questions of a session (domain 7.3). Who asks stands in the envelope."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestion:
    """Ask about an item; private: to the holder alone, never shown."""

    type: ClassVar[str] = "ask_question"
    item_id: str
    text: str
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueQuestion:
    """Let it be seen and voted for."""

    type: ClassVar[str] = "queue_question"
    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeQuestion:
    """The same was asked before: its voices go there."""

    type: ClassVar[str] = "merge_question"
    question_id: str
    into_question_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HideQuestion:
    """Do not show it."""

    type: ClassVar[str] = "hide_question"
    question_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpvoteQuestion:
    """The actor wants it answered too."""

    type: ClassVar[str] = "upvote_question"
    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutQuestionOnAir:
    """It is answered now."""

    type: ClassVar[str] = "put_question_on_air"
    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion:
    """It has been answered; text: "" where it was answered by voice."""

    type: ClassVar[str] = "answer_question"
    question_id: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferQuestion:
    """It is answered after the session, in writing."""

    type: ClassVar[str] = "defer_question"
    question_id: str
    reason: str


COMMANDS = (
    AskQuestion, QueueQuestion, MergeQuestion, HideQuestion, UpvoteQuestion, PutQuestionOnAir,
    AnswerQuestion, DeferQuestion,
)  # fmt: skip
