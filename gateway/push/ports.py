"""What the push gateway needs of the gateway's other parts, as protocols.

Tests give fakes (tests/support/push.py), `wiring.py` the real ones.

Rule 1: everything about rooms is answered at once, without a wait: position, state and what has
been published agree (push.md §2).
Rule 2: rights are asked at each command, never remembered from connecting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from gateway.authorize import Subject
from gateway.push.close_codes import Error


class Fault(StrEnum):
    """Why somebody is not let in, or not any longer."""

    EXPIRED = "expired"  # another token will do
    FORGED = "forged"
    REVOKED = "revoked"  # his sign-in is over
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who connects, and for how long."""

    subject: Subject
    lives_ms: int


class Access(Protocol):
    """Who may what (identity, gateway.visibility)."""

    def authenticate(self, token: str) -> Admitted | Fault:
        """Read a token; no database."""
        ...

    def standing(self, subject: Subject) -> Fault | None:
        """Whether one who was let in has lost it since: revoked, banned."""
        ...

    def roles(self, subject: Subject) -> frozenset[str]:
        """The roles that he holds now."""
        ...

    def may_subscribe(self, subject: Subject, channel: str) -> bool:
        """Whether he may follow it; no for what is no channel at all."""
        ...

    def may_count(self, subject: Subject, channel: str) -> bool:
        """Whether he may see how many are there."""
        ...

    def may_list(self, subject: Subject, channel: str) -> bool:
        """Whether he may see who is there."""
        ...

    def note(self, subject: Subject, method: str, channel: str, answer: int, address: str) -> bool:
        """Write down what is read by an office; False: it cannot be, and must not be shown."""
        ...

    def attendee(self, subject: Subject, channel: str) -> str:
        """The code under which the staff of a room sees him; "" where he has none."""
        ...

    def counts_as(self, subject: Subject, channel: str) -> str:
        """As what he counts among a room's people (visibility.counts_as)."""
        ...


class Rooms(Protocol):
    """What the log says now (gateway.feed)."""

    @property
    def epoch(self) -> str:
        """First 8 hex digits of SHA-256(log id): another log, another epoch."""
        ...

    def position(self, channel: str) -> int:
        """The offset of the newest publication; 0: none yet."""
        ...

    def complete_since(self, channel: str) -> int:
        """The offset after which every publication has been given to the hub."""
        ...

    def recoverable(self, channel: str) -> bool:
        """Whether its publications have offsets."""
        ...

    def state(self, channel: str) -> Mapping[str, Any] | None:
        """The whole of it, for one who comes fresh."""
        ...

    def latest(self, channel: str) -> Mapping[str, Mapping[str, Any]]:
        """The newest conflated values, by key."""
        ...

    def elsewhere(self, channel: str, gateway_id: str) -> int:
        """How many people the other gateways have in a room, as far as they said so lately."""
        ...

    def log_time_ms(self) -> int:
        """The broker's time as well as we know it."""
        ...


class Refused(Exception):
    """A call was answered with an error."""

    def __init__(self, error: Error) -> None:
        """`error` is what the client is told."""
        super().__init__(error.message)
        self.error = error


class Calls(Protocol):
    """The one path of commands, and questions (gateway.command_path)."""

    async def rpc(self, subject: Subject, method: str, data: Any) -> Mapping[str, Any]:
        """Carry it out; raises `Refused`. Calls are begun in the order of asking."""
        ...
