"""What an event makes of the questions of a session.

Rule 1: `TRANSITIONS` is the whole of SM-13c: (phase, event) → phases. A missing key is an error of
ours, not of the world.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from roadshow.question import events as ev
from roadshow.question.state import Phase, Question, Questions

TRANSITIONS: Final[Mapping[tuple[Phase, type], tuple[Phase, ...]]] = {
    ("asked", ev.QuestionQueued): ("queued",),
    ("asked", ev.QuestionMerged): ("merged",),
    ("queued", ev.QuestionMerged): ("merged",),
    ("asked", ev.QuestionHidden): ("hidden",),
    ("queued", ev.QuestionHidden): ("hidden",),
    ("queued", ev.QuestionUpvoted): ("queued",),
    ("queued", ev.QuestionOnAir): ("on_air",),
    ("on_air", ev.QuestionAnswered): ("answered",),
    ("deferred_offline", ev.QuestionAnswered): ("answered",),
    ("asked", ev.PrivateQuestionAnswered): ("answered",),
    ("on_air", ev.QuestionDeferred): ("deferred_offline",),
    ("queued", ev.QuestionDeferred): ("deferred_offline",),
    ("asked", ev.FollowUpTaskCreated): ("asked",),
    ("deferred_offline", ev.FollowUpTaskCreated): ("deferred_offline",),
}


def evolve(questions: Questions, event: object) -> Questions:
    """Return the questions as they are once the event has happened."""
    if isinstance(event, ev.QuestionAsked):
        return _asked(questions, event)
    return _moved(questions, type(event), event)


def _asked(questions: Questions, event: ev.QuestionAsked) -> Questions:
    question_id = event.question_id
    assert question_id not in questions.questions, "a question is asked once"
    new = Question(question_id, event.item_id, event.asker, event.text, event.at_ms, event.private)
    return replace(
        questions,
        questions={**questions.questions, question_id: new},
        last_asked_ms={**questions.last_asked_ms, event.asker: event.at_ms},
    )


def _moved(questions: Questions, kind: type, event: Any) -> Questions:
    question = questions.questions[event.question_id]
    phases = TRANSITIONS.get((question.phase, kind))
    assert phases is not None, f"{kind.__name__} cannot happen to a question {question.phase}"
    after = _HANDLERS[kind](replace(question, phase=phases[0]), event)
    changed = {**questions.questions, question.question_id: after}
    if isinstance(event, ev.QuestionMerged):
        into = changed[event.into_question_id]
        changed[into.question_id] = replace(into, voters=_voices(into, question))
    on_air_id = questions.on_air_id
    if after.phase == "on_air":
        assert on_air_id is None, "one on air at a time"
        on_air_id = question.question_id
    elif question.question_id == on_air_id:
        on_air_id = None
    return replace(questions, questions=changed, on_air_id=on_air_id)


def _voices(into: Question, merged: Question) -> tuple[str, ...]:
    """Each person one voice, and none for his own question."""
    new = (
        account
        for account in (merged.asker, *merged.voters)
        if account != into.asker and account not in into.voters
    )
    return (*into.voters, *new)


def _queued(question: Question, _event: ev.QuestionQueued) -> Question:
    return replace(question, shown=True)


def _stays(question: Question, _event: object) -> Question:
    return question


def _merged(question: Question, event: ev.QuestionMerged) -> Question:
    return replace(question, into_question_id=event.into_question_id, reason=event.reason)


def _with_reason(question: Question, event: ev.QuestionHidden | ev.QuestionDeferred) -> Question:
    return replace(question, reason=event.reason)


def _upvoted(question: Question, event: ev.QuestionUpvoted) -> Question:
    return replace(question, voters=(*question.voters, event.voter))


def _answered(
    question: Question, event: ev.QuestionAnswered | ev.PrivateQuestionAnswered
) -> Question:
    return replace(question, answer=event.text)


def _task_created(question: Question, event: ev.FollowUpTaskCreated) -> Question:
    return replace(question, task_id=event.task_id)


_HANDLERS: Final[Mapping[type, Callable[[Question, Any], Question]]] = {
    ev.QuestionQueued: _queued,
    ev.QuestionMerged: _merged,
    ev.QuestionHidden: _with_reason,
    ev.QuestionUpvoted: _upvoted,
    ev.QuestionOnAir: _stays,
    ev.QuestionAnswered: _answered,
    ev.PrivateQuestionAnswered: _answered,
    ev.QuestionDeferred: _with_reason,
    ev.FollowUpTaskCreated: _task_created,
}
