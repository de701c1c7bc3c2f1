"""Questions of a session (table questions)."""

from collections.abc import Iterator

from processors.projections.changes import Change, Context, Plus, Update, Upsert, Value
from roadshow.question import events as ev


def project(event: object, context: Context) -> Iterator[Change]:
    """Say what an event of a session's questions changes."""
    match event:
        case ev.QuestionAsked():
            yield _asked(event, context)
        case ev.QuestionQueued(question_id=question_id):
            yield _moved(context, question_id, {"phase": "queued"})
        case ev.QuestionMerged(question_id=question_id, into_question_id=into, reason=reason):
            yield _moved(
                context, question_id, {"phase": "merged", "reason": reason, "merged_into": into}
            )
        case ev.QuestionHidden(question_id=question_id, reason=reason):
            yield _moved(context, question_id, {"phase": "hidden", "reason": reason})
        case ev.QuestionUpvoted(question_id=question_id):
            yield _moved(context, question_id, {"upvotes": Plus(1)})
        case ev.QuestionOnAir(question_id=question_id):
            yield _moved(context, question_id, {"phase": "on_air"})
        case ev.QuestionAnswered() | ev.PrivateQuestionAnswered():
            answered: dict[str, Value] = {"phase": "answered", "answer": event.text}
            yield _moved(context, event.question_id, answered)
        case ev.QuestionDeferred(question_id=question_id, reason=reason):
            yield _moved(context, question_id, {"phase": "deferred", "reason": reason})
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


def _moved(context: Context, question_id: str, values: dict[str, Value]) -> Change:
    key: dict[str, Value] = {"session_id": context.aggregate, "question_id": question_id}
    seen: dict[str, Value] = {"at_ms": context.at_ms}
    return Update("questions", key, {**values, **seen})
