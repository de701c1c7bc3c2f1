"""What the HTTP side needs of others, as protocols; tests give fakes, `wiring.py` the real ones."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import APIRouter, Request

from gateway.authorize import Subject
from gateway.channels import Channel
from gateway.queries.reader import Reader
from gateway.trail import Reading


class Feed(Protocol):
    """What the log says now (gateway.feed)."""

    def state(self, channel: Channel) -> Mapping[str, Any] | None:
        """The snapshot of a channel; None where there is nothing to see."""
        ...

    def market(self) -> Sequence[Mapping[str, Any]]:
        """What is live, as the public sees it."""
        ...

    def may_see(self, subject: Subject, channel: Channel) -> bool:
        """Whether he may follow it (gateway.visibility)."""
        ...

    def privilege(self, subject: Subject, channel: Channel) -> str | None:
        """The role by the right of which alone he reads it (gateway.visibility)."""
        ...

    def shown_phase(self, session_id: str) -> str | None:
        """The phase of a session as the public has it; None for one that it may not know of."""
        ...

    def tells_positions(self, partition: int, bidding_id: str) -> bool:
        """Whether a place on the log of biddings may be told of one (gateway.feed.positions)."""
        ...

    def log_time_ms(self) -> int:
        """Our clock, corrected by the ticks of the log."""
        ...

    async def pending_act(self, bidding_id: str) -> Mapping[str, Any] | None:
        """What the first of two people asked for (gateway.pending_act); None where nobody did."""
        ...

    def health(self) -> Mapping[str, Any]:
        """How it is: `ready`, `degraded`, and how far it has read by family; not for the public."""
        ...


class Commands(Protocol):
    """The one path of commands (gateway.command_path); both raise its `Refusal`."""

    async def submit(
        self, subject: Subject, method: str, body: dict[str, Any], wait_ms: int
    ) -> Mapping[str, Any]:
        """Append a command; returns the reply, with the outcome if it came in time."""
        ...

    async def status(self, subject: Subject, command_id: str, root: str) -> Mapping[str, Any]:
        """Say what became of a command of his own."""
        ...


class Marks(Protocol):
    """Which notices an account has read (infra.identity). Every call blocks."""

    def mark(self, account_id: str, notice_ids: Collection[str], now_ms: int) -> None:
        """Mark notices as read; the first time counts."""
        ...

    def read_of(self, account_id: str, notice_ids: Collection[str]) -> Mapping[str, int]:
        """Return which of these notices he has read, and when."""
        ...


class Reminders(Protocol):
    """Of what an account wants to be reminded (infra.identity). Every call blocks."""

    def add(self, account_id: str, root: str, now_ms: int) -> bool:
        """Note a wish; False where he has as many as one may."""
        ...

    def remove(self, account_id: str, root: str) -> None:
        """Forget a wish."""
        ...

    def of(self, account_id: str) -> list[str]:
        """Return of which sessions and biddings he wants to be reminded."""
        ...


class Names(Protocol):
    """What accounts are called (infra.identity). Every call blocks."""

    def names(self, account_ids: Collection[str]) -> Mapping[str, str]:
        """Return the names of some accounts."""
        ...


class Trail(Protocol):
    """The audit trail (gateway.trail_log)."""

    async def tell(self, reading: Reading) -> None:
        """Write it down; raises `NoTrail`."""
        ...


SubjectOf = Callable[[Request], Subject]
Guard = Callable[[Request], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Parts:
    """All that an application is made of."""

    push_url: str
    feed: Feed
    commands: Commands
    reader: Reader
    marks: Marks
    reminders: Reminders
    names: Names
    trail: Trail
    subject_of: SubjectOf
    guard: Guard
    accounts: APIRouter
    stream_origins: tuple[str, ...] = ()
    instance: str = ""
