"""Questions of a session (table questions)."""

from collections.abc import Iterator
from typing import Any, Final

from processors.projections.changes import Change, Context, Plus, Update, Upsert, Value
from processors.projections.phases import Phases
from roadshow.question import events as ev
from roadshow.question.evolve import TRANSITIONS

PHASES: Final = Phases(TRANSITIONS)


def project(event: object, context: Context) -> Iterator[Change]:
    """Say what an event of a session's questions changes."""
    match event:
        case ev.QuestionAsked():
            yield _asked(event, context)
        case ev.QuestionMerged(into_question_id=into, reason=reason):
            yield _moved(context, event, reason=reason, merged_into=into)
        case ev.QuestionHidden(reason=reason) | ev.QuestionDeferred(reason=reason):
            yield _moved(context, event, reason=reason)
        case ev.QuestionUpvoted():
            yield _moved(context, event, upvotes=Plus(1))
        case ev.QuestionAnswered(text=text) | ev.PrivateQuestionAnswered(text=text):
            yield _moved(context, event, answer=text)
        case ev.QuestionQueued() | ev.QuestionOnAir():
            yield _moved(context, event)
        case _:
            return


def _asked(event: ev.QuestionAsked, context: Context) -> Change:
    values: dict[str, Value] = {
        "item_id": event.item_id,
        "account_id": event.asker,
        "text": event.text,
        "is_private": int(event.private),
        "phase": "asked",
        "asked_at_ms": event.at_ms,
        "at_ms": context.at_ms,
    }
    key: dict[str, Value] = {"session_id": context.aggregate, "question_id": event.question_id}
    return Upsert("questions", key, values)


def _moved(context: Context, event: Any, **values: Value) -> Change:
    key: dict[str, Value] = {"session_id": context.aggregate, "question_id": event.question_id}
    moved: dict[str, Value] = {"at_ms": context.at_ms}
    return Update("questions", key, {**PHASES.after(event), **values, **moved})
