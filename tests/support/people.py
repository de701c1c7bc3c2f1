"""Stages and people for tests: defaults for all, so that what a test sets is what matters."""

from dataclasses import replace
from typing import Any

from roadshow.interest.state import Interests
from roadshow.plan import Plan
from roadshow.question.state import Questions
from roadshow.scoring.state import Scores
from roadshow.stage import Stage, StageItem
from trading.calendar import DAY_MS
from trading.outcome import By, Outcome

LIVE_AT_MS = 1_790_000_000_000
HOUR_MS = 3_600_000
SESSION_ID = "s1"

DESK = By("a-desk", "desk_officer")
REVIEWER = By("a-review", "desk_reviewer")
HOST = By("a-host", "host")
ADMIN = By("a-admin", "admin")
OPERATOR = By("operator", "operator")
SYSTEM = By("system", "system")
BROKER = By("a-broker", "broker")
HOLDER = By("a-seller", "seller")
EXPERTS = tuple(f"a-expert{number}" for number in range(1, 8))


def investor(number: int = 1) -> By:
    """One of the investors in the hall."""
    return By(f"a-investor{number}", "investor")


def expert(number: int = 1) -> By:
    """One of the experts invited."""
    return By(EXPERTS[number - 1], "expert")


def plan(**changes: object) -> Plan:
    """A scored session; its working days are the days after it began."""
    defaults: dict[str, Any] = {
        "title": "Marine results",
        "field": "marine",
        "starts_at_ms": LIVE_AT_MS,
        "place": "Qingdao",
        "hosts": (HOST.actor,),
        "working_days_ms": tuple(LIVE_AT_MS + day * DAY_MS for day in range(1, 10)),
        "scored": True,
    }
    return Plan(**{**defaults, **changes})


def item(item_id: str = "i1", **changes: object) -> StageItem:
    """An item whose pitch has started."""
    defaults: dict[str, Any] = {
        "item_id": item_id,
        "phase": "pitching",
        "presenter": "a-presenter",
        "broker": BROKER.actor,
        "holder_org": "o-holder",
        "parties": (HOLDER.actor,),
        "recused": (),
        "pitched_at_ms": LIVE_AT_MS,
        "finished_at_ms": None,
    }
    return StageItem(**{**defaults, **changes})


def stage(*items: StageItem, **changes: object) -> Stage:
    """A live session with three investors checked in and seven experts invited."""
    told = items or (item("i1"), item("i2"), item("i3", phase="queued", pitched_at_ms=None))
    defaults: dict[str, Any] = {
        "session_id": SESSION_ID,
        "phase": "live",
        "plan": plan(),
        "items": {one.item_id: one for one in told},
        "attendees": {investor(number).actor: f"A{number}" for number in range(1, 5)},
        "experts": dict.fromkeys(EXPERTS, "industry"),
    }
    return Stage(**{**defaults, **changes})


class PartPlay:
    """One part of a session that goes from command to command: no host, no session."""

    def __init__(
        self, part: Any, evolve: Any, state: Interests | Questions | Scores, on: Stage
    ) -> None:
        """`part` is the package's `decide` module, `evolve` its function."""
        self._part = part
        self._evolve = evolve
        self.state: Any = state
        self.stage = on
        self.at_ms = LIVE_AT_MS + HOUR_MS
        self.events: list[Any] = []

    def happens(self, *events: object) -> tuple[Any, ...]:
        """Fold events."""
        for event in events:
            self.state = self._evolve(self.state, event)
            self.events.append(event)
        return events

    def ask(self, by: By, command: object, at_ms: int | None = None) -> Outcome:
        """Decide a command, and fold what it leads to."""
        self.at_ms = self.at_ms if at_ms is None else at_ms
        outcome: Outcome = self._part.decide(self.state, command, by, self.at_ms, self.stage)
        self.happens(*outcome.events)
        return outcome

    def code(self, by: By, command: object, at_ms: int | None = None) -> str:
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
        self.at_ms = at_ms
        fired: list[Any] = []
        while (due_ms := self._part.due_ms(self.state)) is not None and due_ms <= at_ms:
            fired += self.happens(*self._part.fire(self.state, at_ms, self.stage))
        return tuple(fired)

    def moment(self, moment: object, at_ms: int | None = None) -> tuple[Any, ...]:
        """Let the part follow what happened on stage."""
        self.at_ms = self.at_ms if at_ms is None else at_ms
        return self.happens(*self._part.follow(self.state, moment, self.at_ms, self.stage))

    def stands(self, **changes: Any) -> None:
        """Change the stage."""
        self.stage = replace(self.stage, **changes)
