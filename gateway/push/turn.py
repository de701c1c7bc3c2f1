"""What a connection is in, what it tells its shell to do, and what it lets wait."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from gateway.authorize import Subject
from gateway.push.close_codes import CloseCode
from gateway.push.hub import Wish


class State(Enum):
    """How far a client has come."""

    NEW = "new"
    REFUSED = "refused"  # connect was answered with an error; the client goes
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Call:
    """An RPC for the shell to carry out."""

    command_id: int
    subject: Subject
    method: str
    data: Any


@dataclass(slots=True)
class Turn:
    """What follows from one frame."""

    replies: list[bytes] = field(default_factory=list[bytes])
    calls: list[Call] = field(default_factory=list[Call])
    close: CloseCode | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A subscribe that waits for us to reach its position."""

    command_id: int
    wish: Wish
    until_ms: int
    end: Callable[[], None]
