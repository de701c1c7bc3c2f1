"""A family of rules as small as can be: counters that open, close, fail and talk too much."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from trading.outcome import By, Messages, Outcome, Rejection, Rules


@dataclass(frozen=True, slots=True)
class Add:
    type: ClassVar[str] = "add"
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Open:
    """Open at `at_ms`, by a tick, until `until_ms`."""

    type: ClassVar[str] = "open"
    at_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Enter:
    """Open at once, until `until_ms`."""

    type: ClassVar[str] = "enter"
    until_ms: int


@dataclass(frozen=True, slots=True)
class Fail:
    type: ClassVar[str] = "fail"


@dataclass(frozen=True, slots=True)
class Talk:
    type: ClassVar[str] = "talk"
    times: int


@dataclass(frozen=True, slots=True)
class Added:
    type: ClassVar[str] = "added"
    amount: int


@dataclass(frozen=True, slots=True)
class Planned:
    type: ClassVar[str] = "planned"
    at_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Opened:
    type: ClassVar[str] = "opened"


@dataclass(frozen=True, slots=True)
class Closed:
    type: ClassVar[str] = "closed"
    reason: str


@dataclass(frozen=True, slots=True)
class Talked:
    type: ClassVar[str] = "talked"
    text: str


@dataclass(frozen=True, slots=True)
class Toy:
    total: int = 0
    at_ms: int | None = None
    until_ms: int | None = None
    open: bool = False


COMMANDS = (Add, Open, Enter, Fail, Talk)
EVENTS = (Added, Planned, Opened, Closed, Talked)
THRESHOLD_MS = 10_000


class ToyRules:
    version = 1
    older: Mapping[int, Rules[Any]] = {}
    state: type = Toy
    messages = Messages(
        commands={command.type: command for command in COMMANDS},
        events={event.type: event for event in EVENTS},
        public=frozenset((Added, Opened, Closed)),
        codes=("TOO_MUCH",),
    )

    def decide(self, state: Toy | None, command: object, by: By, at_ms: int) -> Outcome:
        match command:
            case Add(amount) if amount > 100:
                return Outcome(rejection=Rejection("TOO_MUCH", {"amount_max": 100}))
            case Add(amount):
                return Outcome((Added(amount),))
            case Open(opens_at_ms, until_ms):
                return Outcome((Planned(opens_at_ms, until_ms),))
            case Enter(until_ms):
                return Outcome((Planned(at_ms, until_ms), Opened()))
            case Talk(times):
                return Outcome(tuple(Talked("x" * 1_000) for _ in range(times)))
        raise RuntimeError("a fault of the rules")

    def evolve(self, state: Toy | None, aggregate_id: str, event: object) -> Toy:
        toy = state or Toy()
        match event:
            case Added(amount):
                return Toy(toy.total + amount, toy.at_ms, toy.until_ms, toy.open)
            case Planned(at_ms, until_ms):
                return Toy(toy.total, at_ms, until_ms)
            case Opened():
                return Toy(toy.total, None, toy.until_ms, open=True)
            case Closed():
                return Toy(toy.total)
        return toy

    def is_open(self, state: Toy) -> bool:
        return state.open

    def due_ms(self, state: Toy) -> int | None:
        return state.until_ms if state.open else state.at_ms

    def phase_change(self, state: Toy, at_ms: int) -> tuple[object, ...]:
        return ()

    def fire(self, state: Toy, at_ms: int) -> tuple[object, ...]:
        return (Closed("over"),) if state.open else (Opened(),)

    def threshold_ms(self, state: Toy) -> int:
        return THRESHOLD_MS

    def period_ends_at_ms(self, state: Toy) -> int | None:
        return state.until_ms

    def suspend(self, state: Toy, reason: str, at_ms: int, remaining_ms: int) -> tuple[object, ...]:
        return (Closed(f"{reason}:{remaining_ms}"),)

    def judged(self, state: Toy) -> Mapping[str, int | str]:
        return {"total": state.total}
