"""The rules of the family `roadshow.*`, and what its parts are told of each other.

Rule 1: a session is one aggregate: the session itself, its questions, its scores, its interests.
Parts meet in `Stage`, made here, and never import each other. A card of the showcase is an
aggregate of its own.
Rule 2: what happens on stage is followed by the parts in the same decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from roadshow.interest import commands as interest_commands
from roadshow.interest import decide as interest
from roadshow.interest import events as interest_events
from roadshow.interest.evolve import evolve as evolve_interests
from roadshow.interest.rejections import Code as InterestCode
from roadshow.interest.state import Interests
from roadshow.parts import Events, Part
from roadshow.question import commands as question_commands
from roadshow.question import decide as question
from roadshow.question import events as question_events
from roadshow.question.evolve import evolve as evolve_questions
from roadshow.question.rejections import Code as QuestionCode
from roadshow.question.state import Questions
from roadshow.scoring import commands as scoring_commands
from roadshow.scoring import decide as scoring
from roadshow.scoring import events as scoring_events
from roadshow.scoring.evolve import evolve as evolve_scores
from roadshow.scoring.rejections import Code as ScoringCode
from roadshow.scoring.state import Scores
from roadshow.session import commands as session_commands
from roadshow.session import events as session_events
from roadshow.session import older as session_older
from roadshow.session import timers as session_timers
from roadshow.session.decide import BOOK, Book
from roadshow.session.decide import decide as decide_session
from roadshow.session.evolve import evolve as evolve_session
from roadshow.session.rejections import Code as SessionCode
from roadshow.session.state import Session, active_item, is_open, on_deck_item, running_ends_at_ms
from roadshow.showcase import commands as showcase_commands
from roadshow.showcase import events as showcase_events
from roadshow.showcase import timers as showcase_timers
from roadshow.showcase.decide import decide as decide_card
from roadshow.showcase.evolve import evolve as evolve_card
from roadshow.showcase.rejections import Code as ShowcaseCode
from roadshow.showcase.state import Card
from roadshow.stage import Moment, MomentKind, Stage, StageItem, Tally
from trading.outcome import By, Messages, Outcome, Rejection, Rules

WRONG_KIND: Final = "WRONG_KIND"  # a card's command to a session, or the other way round


@dataclass(frozen=True, slots=True)
class Show:
    """A session with all its parts."""

    session: Session
    questions: Questions
    scores: Scores
    interests: Interests


@dataclass(frozen=True, slots=True)
class Root:
    """One aggregate of the family: a session with its parts, or a card. Exactly one is there."""

    show: Show | None = None
    card: Card | None = None


_ALL: Final = (
    Part(
        name="questions",
        commands=question_commands.COMMANDS,
        events=question_events.EVENTS,
        public=question_events.PUBLIC,
        codes=QuestionCode,
        decide=question.decide,
        evolve=evolve_questions,
        due_ms=question.due_ms,
        fire=question.fire,
        follow=question.follow,
    ),
    Part(
        name="scores",
        commands=scoring_commands.COMMANDS,
        events=scoring_events.EVENTS,
        public=scoring_events.PUBLIC,
        codes=ScoringCode,
        decide=scoring.decide,
        evolve=evolve_scores,
        due_ms=scoring.due_ms,
        fire=scoring.fire,
        follow=scoring.follow,
    ),
    Part(
        name="interests",
        commands=interest_commands.COMMANDS,
        events=interest_events.EVENTS,
        public=interest_events.PUBLIC,
        codes=InterestCode,
        decide=interest.decide,
        evolve=evolve_interests,
        due_ms=interest.due_ms,
        fire=interest.fire,
        follow=interest.follow,
    ),
)
PARTS: Final = tuple[Part[Any], ...](_ALL)
_PART_OF: Final[Mapping[type, Part[Any]]] = {
    message: part for part in PARTS for message in (*part.commands, *part.events)
}
_OF_A_CARD: Final = frozenset((*showcase_commands.COMMANDS, *showcase_events.EVENTS))
_MOMENTS: Final[Mapping[type, MomentKind]] = {
    session_events.PitchStarted: "pitch_started",
    session_events.ItemCompleted: "item_finished",
    session_events.ItemSkipped: "item_finished",
    session_events.ItemWithdrawn: "item_finished",
    session_events.SessionEnded: "session_ended",
}


def stage_of(session: Session) -> Stage:
    """What the parts are told of the session."""
    active, next_item = active_item(session), on_deck_item(session)
    return Stage(
        session.session_id,
        session.phase,
        session.plan,
        {
            item.item_id: StageItem(
                item.item_id,
                item.phase,
                item.facts.presenter,
                item.facts.broker,
                item.facts.holder_org,
                item.facts.parties,
                item.recused,
                item.pitched_at_ms,
                item.finished_at_ms,
            )
            for item in session.items.values()
        },
        session.codes,
        {account: expert.specialty for account, expert in session.experts.items()},
        None if active is None else active.item_id,
        None if next_item is None else next_item.item_id,
        session.ended_at_ms,
    )


def _decide_show(show: Show | None, command: object, by: By, at_ms: int, book: Book) -> Outcome:
    part = _PART_OF.get(type(command))
    if show is None or part is None:
        session = None if show is None else show.session
        outcome = decide_session(session, command, by, at_ms, _tally(show), book)
        if show is None:
            return outcome
        return Outcome(_followed(show, outcome.events, at_ms), outcome.rejection)
    return part.decide(getattr(show, part.name), command, by, at_ms, stage_of(show.session))


def _tally(show: Show | None) -> Tally:
    if show is None:
        return Tally()
    return Tally(len(show.interests.interests), len(show.questions.questions))


def _followed(show: Show, events: Events, at_ms: int) -> Events:
    """The session's events, and what the parts do about them; the stage is the one after them."""
    moments = [_moment(event) for event in events if type(event) in _MOMENTS]
    if not moments:
        return events
    session = show.session
    for event in events:
        session = evolve_session(session, session.session_id, event)
    stage = stage_of(session)
    told = list(events)
    for part in PARTS:
        state = getattr(show, part.name)
        for moment in moments:
            followed = part.follow(state, moment, at_ms, stage)
            told += followed
            for event in followed:
                state = part.evolve(state, event)
    return tuple(told)


def _moment(event: Any) -> Moment:
    kind = _MOMENTS[type(event)]
    return Moment(kind, "" if kind == "session_ended" else event.item_id)


def _evolve_show(show: Show | None, session_id: str, event: object) -> Show:
    if show is None:
        planned = evolve_session(None, session_id, event)
        return Show(planned, Questions(), Scores(), Interests())
    part = _PART_OF.get(type(event))
    if part is None:
        return replace(show, session=evolve_session(show.session, session_id, event))
    after = part.evolve(getattr(show, part.name), event)
    changed: dict[str, Any] = {part.name: after}
    return replace(show, **changed)


def _dues(show: Show) -> list[tuple[int, int]]:
    """(due, rank) of every part that has a timer; the session itself comes first."""
    dues = [session_timers.due_ms(show.session)]
    dues += [part.due_ms(getattr(show, part.name)) for part in PARTS]
    return [(due_ms, rank) for rank, due_ms in enumerate(dues) if due_ms is not None]


def _fire_show(show: Show, at_ms: int) -> Events:
    _, rank = min(_dues(show))
    if rank == 0:
        return session_timers.fire(show.session, at_ms)
    part = PARTS[rank - 1]
    return part.fire(getattr(show, part.name), at_ms, stage_of(show.session))


def _named(*messages: Any) -> Mapping[str, type]:
    """Every message by the name it bears on the log."""
    return {message.type: message for message in messages}


def _codes() -> tuple[str, ...]:
    """Every code once: parts share some."""
    enums: list[type[StrEnum]] = [SessionCode, *(part.codes for part in PARTS), ShowcaseCode]
    return (*dict.fromkeys(code.value for codes in enums for code in codes), WRONG_KIND)


class RoadshowRules:
    """`trading.outcome.Rules` for `roadshow.*`."""

    version = 3
    book: Book = BOOK
    state: type = Root
    messages = Messages(
        commands=_named(
            *session_commands.COMMANDS,
            *(command for part in PARTS for command in part.commands),
            *showcase_commands.COMMANDS,
        ),
        events=_named(
            *session_events.EVENTS,
            *(event for part in PARTS for event in part.events),
            *showcase_events.EVENTS,
        ),
        public=session_events.PUBLIC.union(
            *(part.public for part in PARTS), showcase_events.PUBLIC
        ),
        codes=_codes(),
    )

    def __init__(self, versions: Mapping[int, Rules[Root]] | None = None) -> None:
        """`versions`: the older ones."""
        self.older: Mapping[int, Rules[Any]] = versions or {}

    def decide(self, state: Root | None, command: object, by: By, at_ms: int) -> Outcome:
        """Answer a command."""
        root = state or Root()
        is_card = type(command) in _OF_A_CARD
        if (root.show is not None) if is_card else (root.card is not None):
            return Outcome(rejection=Rejection(WRONG_KIND))
        if is_card:
            return decide_card(root.card, command, by, at_ms)
        return _decide_show(root.show, command, by, at_ms, self.book)

    def evolve(self, state: Root | None, aggregate_id: str, event: object) -> Root:
        """Return the aggregate as it is once the event has happened."""
        root = state or Root()
        if type(event) in _OF_A_CARD:
            return Root(card=evolve_card(root.card, aggregate_id, event))
        return Root(show=_evolve_show(root.show, aggregate_id, event))

    def is_open(self, state: Root) -> bool:
        """Whether it must be heard of every second: a session that is live."""
        return state.show is not None and is_open(state.show.session)

    def due_ms(self, state: Root) -> int | None:
        """When its earliest timer is due."""
        if state.show is not None:
            return min((due_ms for due_ms, _ in _dues(state.show)), default=None)
        return None if state.card is None else showcase_timers.due_ms(state.card)

    def phase_change(self, state: Root, at_ms: int) -> tuple[object, ...]:
        """What any record after its time carries out: registration opens."""
        if state.show is None:
            return ()
        return session_timers.phase_change(state.show.session, at_ms)

    def fire(self, state: Root, at_ms: int) -> tuple[object, ...]:
        """What the earliest due timer does."""
        if state.show is not None:
            return _fire_show(state.show, at_ms)
        assert state.card is not None, "an aggregate is a session or a card"
        return showcase_timers.fire(state.card, at_ms)

    def threshold_ms(self, state: Root) -> int:
        """The silence beyond which the stage is paused."""
        assert state.show is not None, "only a session is ever open"
        return state.show.session.plan.stall_threshold_ms

    def period_ends_at_ms(self, state: Root) -> int | None:
        """The end of the period on stage, where a timer ends it."""
        return None if state.show is None else running_ends_at_ms(state.show.session)

    def suspend(
        self, state: Root, reason: str, at_ms: int, remaining_ms: int
    ) -> tuple[object, ...]:
        """Pause the stage for a fault of the platform, where a period runs."""
        if state.show is None:
            return ()
        return session_timers.stalled(state.show.session, reason, at_ms, remaining_ms)

    def judged(self, state: Root) -> Mapping[str, int | str]:
        """The phase, and who is on stage."""
        if state.card is not None:
            return {"phase": state.card.phase}
        assert state.show is not None, "an aggregate is a session or a card"
        session = state.show.session
        item = active_item(session)
        if item is None:
            return {"phase": session.phase}
        return {"phase": session.phase, "item_id": item.item_id, "item_phase": item.phase}


class SecondRoadshowRules(RoadshowRules):
    """Version 2: a role was a reason, and a bidding on stage could go on without notice."""

    version = 2
    book = session_older.BOOK_2
    messages = replace(
        RoadshowRules.messages,
        commands={
            **RoadshowRules.messages.commands,
            session_older.AddAgendaItem.type: session_older.AddAgendaItem,
        },
    )

    def decide(self, state: Root | None, command: object, by: By, at_ms: int) -> Outcome:
        """Answer a command as it was read, and answered, then."""
        return super().decide(state, session_older.as_read_now(command), by, at_ms)


class FirstRoadshowRules(SecondRoadshowRules):
    """Version 1: a card was not classified."""

    version = 1
    messages = replace(
        SecondRoadshowRules.messages,
        commands={
            name: one
            for name, one in SecondRoadshowRules.messages.commands.items()
            if one is not showcase_commands.ClassifyCard
        },
    )


ROADSHOW: Final[Rules[Root]] = RoadshowRules({1: FirstRoadshowRules(), 2: SecondRoadshowRules()})
