"""Every aggregate, and every part of one, as the generated pages tell of it.

A new one gets a row here; a test compares the rows with what the families' rules list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any, Final

from roadshow.interest import commands as interest_commands
from roadshow.interest import events as interest_events
from roadshow.interest.evolve import TRANSITIONS as INTEREST
from roadshow.interest.rejections import Code as InterestCode
from roadshow.question import commands as question_commands
from roadshow.question import events as question_events
from roadshow.question.evolve import TRANSITIONS as QUESTION
from roadshow.question.rejections import Code as QuestionCode
from roadshow.scoring import commands as scoring_commands
from roadshow.scoring import events as scoring_events
from roadshow.scoring.evolve import TRANSITIONS as SCORING
from roadshow.scoring.rejections import Code as ScoringCode
from roadshow.session import commands as session_commands
from roadshow.session import events as session_events
from roadshow.session.evolve import ITEM_TRANSITIONS
from roadshow.session.evolve import TRANSITIONS as SESSION
from roadshow.session.rejections import Code as SessionCode
from roadshow.showcase import commands as showcase_commands
from roadshow.showcase import events as showcase_events
from roadshow.showcase.evolve import TRANSITIONS as SHOWCASE
from roadshow.showcase.rejections import Code as ShowcaseCode
from trading.bidding import commands as bidding_commands
from trading.bidding import events as bidding_events
from trading.bidding.evolve import TRANSITIONS as BIDDING
from trading.bidding.rejections import Code as BiddingCode
from trading.membership import commands as membership_commands
from trading.membership import events as membership_events
from trading.membership.evolve import TRANSITIONS as MEMBERSHIP
from trading.membership.rejections import Code as MembershipCode

Transitions = Mapping[tuple[Any, type], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Machine:
    """One table of transitions; `begins` is the event that leads to the first phase."""

    title: str
    first: str
    transitions: Transitions
    begins: type | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What is on the log about one thing; `name` with its article, as in a sentence."""

    name: str
    commands: tuple[type, ...]
    events: tuple[type, ...]
    public: frozenset[type]
    codes: type[StrEnum]
    machines: tuple[Machine, ...]


def _of(
    name: str, commands: ModuleType, events: ModuleType, codes: type[StrEnum], *machines: Machine
) -> Aggregate:
    return Aggregate(name, commands.COMMANDS, events.EVENTS, events.PUBLIC, codes, machines)


FAMILIES: Final[Mapping[str, tuple[Aggregate, ...]]] = {
    "bidding": (
        _of(
            "a bidding",
            bidding_commands,
            bidding_events,
            BiddingCode,
            Machine("Bidding (SM-06)", "scheduled", BIDDING, bidding_events.BiddingScheduled),
        ),
    ),
    "roadshow": (
        _of(
            "a session",
            session_commands,
            session_events,
            SessionCode,
            Machine("Session (SM-13)", "planned", SESSION, session_events.SessionPlanned),
            Machine(
                "Agenda item (SM-13a)",
                "queued",
                ITEM_TRANSITIONS,
                session_events.AgendaItemAdded,
            ),
        ),
        _of(
            "questions",
            question_commands,
            question_events,
            QuestionCode,
            Machine("Question (SM-13c)", "asked", QUESTION, question_events.QuestionAsked),
        ),
        _of(
            "interests",
            interest_commands,
            interest_events,
            InterestCode,
            Machine(
                "Interest (SM-13b)", "registered", INTEREST, interest_events.InterestRegistered
            ),
        ),
        _of(
            "scores",
            scoring_commands,
            scoring_events,
            ScoringCode,
            Machine("Scores of an item (7.4)", "open", SCORING),
        ),
        _of(
            "a showcase card",
            showcase_commands,
            showcase_events,
            ShowcaseCode,
            Machine(
                "Showcase card (SM-15)", "nominated", SHOWCASE, showcase_events.ShowcaseNominated
            ),
        ),
    ),
    "trading": (
        _of(
            "an account",
            membership_commands,
            membership_events,
            MembershipCode,
            Machine("Account (2.1, 2.2)", "active", MEMBERSHIP),
        ),
    ),
}
AGGREGATES: Final = tuple(one for aggregates in FAMILIES.values() for one in aggregates)
