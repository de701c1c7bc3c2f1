"""Showcase cards for tests."""

from typing import Any

from roadshow.showcase import commands as cmd
from roadshow.showcase import timers
from roadshow.showcase.decide import decide
from roadshow.showcase.evolve import evolve
from roadshow.showcase.state import Card
from tests.support.people import BROKER, DESK, LIVE_AT_MS, REVIEWER
from trading.outcome import By, Outcome

CARD_ID = "c1"
CONTENT = cmd.CardContent(
    title="Deep-sea winch control",
    problem="Winches swing in heavy sea.",
    principle="The drum is led by the waves that come.",
    field="marine",
    holder="o-university",
    trl=6,
    ip=("ZL 2023 1 0000001",),
    offer=("sell", "license"),
    price_idea_fen=200_000_000,
    broker="a-broker",
)
NOMINATION = cmd.NominateCard(
    content=CONTENT, consent_reference="consent-1", achievement_reference="achievement-1"
)
SCREENING = cmd.ScreenCard(
    not_secret=True,
    not_prohibited=True,
    right_convertible=True,
    no_duplicate=True,
    evidence="file-1",
)
EVALUATION = cmd.RecordEvaluation(
    experts_count=3,
    agency="",
    trl=7,
    innovation_level=7,
    values=(80, 90, 70, 60, 50),
    report="report-1",
)
CLASSIFICATION = cmd.ClassifyCard(
    industry="intelligent_equipment", achievement_class="industry_urgent", stage="pilot_scale"
)


class CardPlay:
    """A card that goes from command to command."""

    def __init__(self) -> None:
        """There is none yet."""
        self.card: Card | None = None
        self.events: list[Any] = []

    @property
    def now(self) -> Card:
        """The card as it stands."""
        assert self.card is not None
        return self.card

    def happens(self, *events: object) -> tuple[Any, ...]:
        """Fold events."""
        for event in events:
            self.card = evolve(self.card, CARD_ID, event)
            self.events.append(event)
        return events

    def ask(self, by: By, command: object, at_ms: int = LIVE_AT_MS) -> Outcome:
        """Decide a command, and fold what it leads to."""
        outcome = decide(self.card, command, by, at_ms)
        self.happens(*outcome.events)
        return outcome

    def code(self, by: By, command: object, at_ms: int = LIVE_AT_MS) -> str:
        """The code it is refused with, or "ok"."""
        rejection = self.ask(by, command, at_ms).rejection
        return "ok" if rejection is None else str(rejection.code)

    def field(self, by: By, command: object) -> str:
        """The field that is not in order, or the code."""
        rejection = self.ask(by, command).rejection
        assert rejection is not None
        return str(rejection.params.get("field", rejection.code))

    def tick(self, at_ms: int) -> tuple[Any, ...]:
        """Fire everything that is due, one timer after the other."""
        fired: list[Any] = []
        while (due_ms := timers.due_ms(self.now)) is not None and due_ms <= at_ms:
            fired += self.happens(*timers.fire(self.now, at_ms))
        return tuple(fired)


def published() -> CardPlay:
    """A card that all may see."""
    card = CardPlay()
    steps = (
        (BROKER, NOMINATION),
        (DESK, SCREENING),
        (DESK, EVALUATION),
        (REVIEWER, cmd.PublishCard()),
    )
    for by, command in steps:
        assert card.code(by, command) == "ok"
    return card
