"""What a command leads to, and what the host of the log asks of a family of rules.

Rule 1: a refusal is an answer, not an exception; it may stand beside events (a bid that finds a
stall suspends the bidding and is refused).
Rule 2: `at_ms` is the time at which the record entered the log (EX-6). No rule reads a clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from trading.values import hot_value


@hot_value
class By:
    """Who asks: in `bidding.*` a bidder's actor is the number he bears there (I-4)."""

    actor: str
    role: str


@hot_value
class Rejection:
    """The one reason (I-8) why a command changed nothing, with the figures to do better."""

    code: str
    params: Mapping[str, int | str] = field(default_factory=dict[str, int | str])


@hot_value
class Outcome:
    """What a command leads to."""

    events: tuple[object, ...] = ()
    rejection: Rejection | None = None


@dataclass(frozen=True, slots=True)
class Messages:
    """The message types of one family, by the name they bear on the log.

    Every class has a `type: ClassVar[str]`; `public` holds the events that screens count by.
    """

    commands: Mapping[str, type]
    events: Mapping[str, type]
    public: frozenset[type]
    codes: tuple[str, ...]


State = TypeVar("State")


class Rules(Protocol[State]):
    """What the host of the log asks of one family of topics (docs/log-protocol.md, rules 6 to 10).

    Every method is a pure function of its arguments.

    older: by version, what older versions answered (rule 9). They read other commands and give
    other answers; what an event makes of a state is the same in all.
    """

    version: int
    older: "Mapping[int, Rules[Any]]"
    messages: Messages
    state: type  # the class of the aggregates' state

    def decide(self, state: State | None, command: object, by: By, at_ms: int) -> Outcome:
        """Answer a command of `messages.commands`. `state` is None where the aggregate is new."""
        ...

    def evolve(self, state: State | None, aggregate_id: str, event: object) -> State:
        """Return the aggregate as it is once the event has happened."""
        ...

    def is_open(self, state: State) -> bool:
        """Whether people may act in it now: such an aggregate must be heard of every second."""
        ...

    def due_ms(self, state: State) -> int | None:
        """When its earliest timer is due."""
        ...

    def phase_change(self, state: State, at_ms: int) -> tuple[object, ...]:
        """A phase change that any record after its time carries out (rule 6), if one is due."""
        ...

    def fire(self, state: State, at_ms: int) -> tuple[object, ...]:
        """What the earliest due timer does; called on a tick while `due_ms <= at_ms`."""
        ...

    def threshold_ms(self, state: State) -> int:
        """The silence beyond which it is suspended (rule 7)."""
        ...

    def period_ends_at_ms(self, state: State) -> int | None:
        """The end of the period people act in now, where a timer ends it."""
        ...

    def suspend(
        self, state: State, reason: str, at_ms: int, remaining_ms: int
    ) -> tuple[object, ...]:
        """Suspend for a fault of the platform (4.6)."""
        ...

    def judged(self, state: State) -> Mapping[str, int | str]:
        """The state a refusal was judged on, as little as explains it."""
        ...
