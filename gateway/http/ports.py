"""What the HTTP side needs of others, as protocols; tests give fakes, `wiring.py` the real ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import APIRouter, Request

from gateway.authorize import Subject
from gateway.channels import Channel


class Feed(Protocol):
    """What the log says now (gateway.feed)."""

    def state(self, channel: str) -> Mapping[str, Any] | None:
        """The snapshot of a channel; None where there is nothing to see."""
        ...

    def may_see(self, subject: Subject, channel: Channel) -> bool:
        """Whether he may follow it (gateway.visibility)."""
        ...

    def log_time_ms(self) -> int:
        """Our clock, corrected by the ticks of the log."""
        ...

    def health(self) -> Mapping[str, Any]:
        """How far it has read, and how it is: `ready`, and figures by family."""
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


SubjectOf = Callable[[Request], Subject]


@dataclass(frozen=True, slots=True)
class Parts:
    """All that an application is made of."""

    push_url: str
    feed: Feed
    commands: Commands
    subject_of: SubjectOf
    accounts: APIRouter | None = None
