"""What is asked about questions, who may ask it, and what it leads to (7.3).

Rule 1: `RULES` is the whole list: roles, guards in order, effect. The first guard that objects
answers.
Rule 2: the moderator of an item is its broker, or the stage controller; the presenter answers.
Rule 3: what the session's end leaves unanswered becomes somebody's task; nothing gets lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from roadshow.parts import Events
from roadshow.question import commands as cmd
from roadshow.question import events as ev
from roadshow.question.rejections import Code
from roadshow.question.state import Phase, Question, Questions
from roadshow.stage import Moment, SessionPhase, Stage
from trading.outcome import By, Outcome, Rejection

Guard = Callable[[Questions, Any, By, int, Stage], Rejection | None]
Effect = Callable[[Questions, Any, By, int, Stage], Events]

QUESTIONS_MAX: Final = 5_000
OWED_MAX: Final = 600  # so that one record can always end the session, a task for each
ANSWER_CHARS_MAX: Final = 1_000
REASON_CHARS_MAX: Final = 200
SESSION_ENDED: Final = "session_ended"
UNANSWERED_QUESTION: Final = "unanswered_question"
OWED: Final[tuple[Phase, ...]] = ("asked", "queued", "on_air", "deferred_offline")

INVESTORS: Final = ("investor", "bidder", "priority_holder", "finance_partner", "demand_owner")
GUESTS: Final = (
    *INVESTORS, "seller", "seller_approver", "completer", "broker", "expert", "presenter",
    "taskforce_lead", "taskforce_office", "taskforce_agency", "taskforce_soe",
)  # fmt: skip
MODERATORS: Final = ("stage_controller", "broker")
STAGE: Final = ("host", "stage_controller", "broker")
ANSWERERS: Final = ("presenter", *STAGE)
OVER: Final[tuple[SessionPhase, ...]] = ("ended", "reported")
RUNS: Final[tuple[SessionPhase, ...]] = ("live", "paused", "wrapping_up")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: who may ask, what objects, what happens."""

    roles: tuple[str, ...]
    guards: tuple[Guard, ...]
    effect: Effect


def decide(questions: Questions, command: object, by: By, at_ms: int, stage: Stage) -> Outcome:
    """Say what a command leads to, without changing anything."""
    rule = RULES[type(command)]
    if by.role not in rule.roles:
        return Outcome(rejection=Rejection(Code.NOT_PERMITTED))
    for guard in rule.guards:
        objection = guard(questions, command, by, at_ms, stage)
        if objection is not None:
            return Outcome(rejection=objection)
    return Outcome(rule.effect(questions, command, by, at_ms, stage))


def due_ms(_questions: Questions) -> int | None:
    """Questions have no timers."""
    return None


def fire(_questions: Questions, _at_ms: int, _stage: Stage) -> Events:
    """Nothing: there are no timers."""
    return ()


def follow(questions: Questions, moment: Moment, _at_ms: int, stage: Stage) -> Events:
    """At the end of the session what all have seen is deferred, and what is owed is a task."""
    if moment.kind != "session_ended":
        return ()
    told: list[object] = []
    for question in questions.questions.values():
        if question.phase in ("queued", "on_air"):
            told.append(ev.QuestionDeferred(question.question_id, SESSION_ENDED))
        if question.phase in OWED:
            told.append(_task(question, stage))
    return tuple(told)


def _task(question: Question, stage: Stage) -> ev.FollowUpTaskCreated:
    """For the item's broker; where there is none, or it was asked privately, for the presenter."""
    item = stage.items[question.item_id]
    return ev.FollowUpTaskCreated(
        f"T-{question.question_id}",
        UNANSWERED_QUESTION,
        question.item_id,
        question.question_id,
        item.presenter if question.private or not item.broker else item.broker,
    )


# Guards


def _question(questions: Questions, command: Any) -> Question:
    return questions.questions[command.question_id]


def _while_session(*phases: SessionPhase) -> Guard:
    def guard(
        _questions: Questions, _command: object, _by: By, _at_ms: int, stage: Stage
    ) -> Rejection | None:
        if stage.phase in phases:
            return None
        return Rejection(Code.WRONG_PHASE, {"phase": stage.phase})

    return guard


def _checked_in(
    _questions: Questions, _command: object, by: By, _at_ms: int, stage: Stage
) -> Rejection | None:
    return None if by.actor in stage.attendees else Rejection(Code.NOT_CHECKED_IN)


def _can_ask(
    questions: Questions, command: cmd.AskQuestion, by: By, at_ms: int, stage: Stage
) -> Rejection | None:
    """About the item on stage or on deck; one line of sense; not too fast."""
    item = stage.items.get(command.item_id)
    if item is None:
        return Rejection(Code.UNKNOWN_ITEM)
    if not item.is_active and item.phase != "on_deck":
        return Rejection(Code.WRONG_ITEM_PHASE, {"phase": item.phase})
    if command.private and by.role not in INVESTORS:
        return Rejection(Code.BAD_FIELD, {"field": "private"})
    if not is_text(command.text, stage.plan.question_chars_max):
        return Rejection(Code.BAD_FIELD, {"field": "text"})
    last_ms = questions.last_asked_ms.get(by.actor)
    earliest_ms = None if last_ms is None else last_ms + stage.plan.question_gap_ms
    if earliest_ms is not None and at_ms < earliest_ms:
        return Rejection(Code.QUESTION_TOO_SOON, {"earliest_ms": earliest_ms})
    if len(questions.questions) >= QUESTIONS_MAX:
        return Rejection(Code.TOO_MANY, {"count_max": QUESTIONS_MAX})
    if sum(one.phase in OWED for one in questions.questions.values()) >= OWED_MAX:
        return Rejection(Code.TOO_MANY, {"count_max": OWED_MAX})
    return None


def is_text(text: str, chars_max: int) -> bool:
    """Whether it says something, not too much, and no character of it commands a terminal."""
    fits = bool(text.strip()) and len(text) <= chars_max
    return fits and all(char.isprintable() or char == "\n" for char in text)


def _known(
    questions: Questions, command: Any, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    known = command.question_id in questions.questions
    return None if known else Rejection(Code.UNKNOWN_QUESTION)


def _assigned(
    questions: Questions, command: Any, by: By, _at_ms: int, stage: Stage
) -> Rejection | None:
    """A broker or a presenter is the one of the item; a host is one of the session."""
    item = stage.items[_question(questions, command).item_id]
    allowed = {"broker": (item.broker,), "presenter": (item.presenter,), "host": stage.plan.hosts}
    mine = by.actor in allowed.get(by.role, (by.actor,))
    return None if mine else Rejection(Code.NOT_ASSIGNED)


def _public(
    questions: Questions, command: Any, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    """What was asked privately is nobody's but the holder's."""
    private = _question(questions, command).private
    return Rejection(Code.PRIVATE_QUESTION) if private else None


def _in_phase(*phases: Phase) -> Guard:
    def guard(
        questions: Questions, command: Any, _by: By, _at_ms: int, _stage: Stage
    ) -> Rejection | None:
        phase = _question(questions, command).phase
        return None if phase in phases else Rejection(Code.WRONG_QUESTION_PHASE, {"phase": phase})

    return guard


def _has_reason(
    _questions: Questions, command: Any, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    fits = is_text(command.reason, REASON_CHARS_MAX)
    return None if fits else Rejection(Code.BAD_FIELD, {"field": "reason"})


def _can_merge(
    questions: Questions, command: cmd.MergeQuestion, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    """Into another that all see, about the same item."""
    into = questions.questions.get(command.into_question_id)
    question = _question(questions, command)
    fits = (
        into is not None
        and into is not question
        and into.phase in ("queued", "on_air", "answered")
        and into.item_id == question.item_id
    )
    return None if fits else Rejection(Code.BAD_FIELD, {"field": "into_question_id"})


def _can_upvote(
    questions: Questions, command: cmd.UpvoteQuestion, by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    """Each person one voice, and none for his own."""
    question = _question(questions, command)
    if by.actor == question.asker:
        return Rejection(Code.OWN_QUESTION)
    return Rejection(Code.ALREADY_DONE) if by.actor in question.voters else None


def _air_free(
    questions: Questions, _command: object, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    on_air_id = questions.on_air_id
    return None if on_air_id is None else Rejection(Code.ON_AIR_TAKEN, {"question_id": on_air_id})


def _can_answer(
    questions: Questions, command: cmd.AnswerQuestion, by: By, _at_ms: int, stage: Stage
) -> Rejection | None:
    """On air, or in writing what is owed; what was asked privately, by the holder alone."""
    question = _question(questions, command)
    if question.private and by.role != "presenter":
        return Rejection(Code.PRIVATE_QUESTION)
    ripe = ["on_air", "deferred_offline"]
    if question.private or stage.phase in OVER:
        ripe.append("asked")
    if question.phase not in ripe:
        return Rejection(Code.WRONG_QUESTION_PHASE, {"phase": question.phase})
    by_voice = question.phase == "on_air" and not command.text
    if not by_voice and not is_text(command.text, ANSWER_CHARS_MAX):
        return Rejection(Code.BAD_FIELD, {"field": "text"})
    return None


# Effects


def _ask(
    questions: Questions, command: cmd.AskQuestion, by: By, at_ms: int, _stage: Stage
) -> Events:
    question_id = f"Q{len(questions.questions) + 1}"
    asked = ev.QuestionAsked(
        question_id, command.item_id, by.actor, command.text.strip(), command.private, at_ms
    )
    return (asked,)


def _queue(
    _questions: Questions, command: cmd.QueueQuestion, _by: By, _at_ms: int, _stage: Stage
) -> Events:
    return (ev.QuestionQueued(command.question_id),)


def _merge(
    _questions: Questions, command: cmd.MergeQuestion, _by: By, _at_ms: int, _stage: Stage
) -> Events:
    merged = ev.QuestionMerged(command.question_id, command.into_question_id, command.reason)
    return (merged,)


def _hide(
    _questions: Questions, command: cmd.HideQuestion, _by: By, _at_ms: int, _stage: Stage
) -> Events:
    return (ev.QuestionHidden(command.question_id, command.reason),)


def _upvote(
    _questions: Questions, command: cmd.UpvoteQuestion, by: By, _at_ms: int, _stage: Stage
) -> Events:
    return (ev.QuestionUpvoted(command.question_id, by.actor),)


def _put_on_air(
    _questions: Questions, command: cmd.PutQuestionOnAir, _by: By, _at_ms: int, _stage: Stage
) -> Events:
    return (ev.QuestionOnAir(command.question_id),)


def _answer(
    questions: Questions, command: cmd.AnswerQuestion, _by: By, _at_ms: int, _stage: Stage
) -> Events:
    if _question(questions, command).phase == "asked":  # nobody else has seen it
        return (ev.PrivateQuestionAnswered(command.question_id, command.text),)
    return (ev.QuestionAnswered(command.question_id, command.text),)


def _defer(
    _questions: Questions, command: cmd.DeferQuestion, _by: By, _at_ms: int, _stage: Stage
) -> Events:
    return (ev.QuestionDeferred(command.question_id, command.reason),)


_runs: Final = _while_session(*RUNS)
_of_mine: Final = (_known, _assigned)

RULES: Final[Mapping[type, Rule]] = {
    cmd.AskQuestion: Rule(GUESTS, (_while_session("live", "paused"), _checked_in, _can_ask), _ask),
    cmd.QueueQuestion: Rule(MODERATORS, (_runs, *_of_mine, _public, _in_phase("asked")), _queue),
    cmd.MergeQuestion: Rule(
        MODERATORS,
        (_runs, *_of_mine, _public, _in_phase("asked", "queued"), _can_merge, _has_reason),
        _merge,
    ),
    cmd.HideQuestion: Rule(
        MODERATORS, (_runs, *_of_mine, _public, _in_phase("asked", "queued"), _has_reason), _hide
    ),
    cmd.UpvoteQuestion: Rule(
        GUESTS, (_runs, _checked_in, _known, _public, _in_phase("queued"), _can_upvote), _upvote
    ),
    cmd.PutQuestionOnAir: Rule(
        STAGE,
        (_while_session("live"), *_of_mine, _public, _in_phase("queued"), _air_free),
        _put_on_air,
    ),
    cmd.AnswerQuestion: Rule(
        ANSWERERS, (_while_session(*RUNS, *OVER), *_of_mine, _can_answer), _answer
    ),
    cmd.DeferQuestion: Rule(
        ANSWERERS, (_runs, *_of_mine, _in_phase("on_air"), _has_reason), _defer
    ),
}
