"""What a consumer group is made of: its states, its members, what they ask and are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from infra.broker.errors import Error

Protocols = tuple[tuple[str, bytes], ...]


class State(Enum):
    """What a group is doing; the values are Kafka's words for it."""

    EMPTY = "Empty"
    PREPARING = "PreparingRebalance"
    COMPLETING = "CompletingRebalance"
    STABLE = "Stable"


@dataclass(frozen=True, slots=True)
class Joining:
    """A JoinGroup request."""

    member_id: str
    instance_id: str | None
    client_id: str
    client_host: str
    session_timeout_ms: int
    rebalance_timeout_ms: int
    protocol_type: str
    protocols: Protocols
    id_required: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """The answer to a join; only the leader is told the members (id, instance id, metadata)."""

    error: Error
    member_id: str
    generation: int = -1
    protocol: str = ""
    leader: str = ""
    members: tuple[tuple[str, str | None, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Synced:
    """The answer to a sync."""

    error: Error
    assignment: bytes = b""


@dataclass(slots=True, eq=False)
class Ticket:
    """A call that may have to wait for the other members."""

    answer: Joined | Synced | None = None


@dataclass(slots=True)
class Member:
    """One member; `deadline_ms` is when it is given up unless it is heard of."""

    member_id: str
    joining: Joining
    deadline_ms: int
    assignment: bytes = b""
    join: Ticket | None = None
    sync: Ticket | None = None

    @property
    def static(self) -> bool:
        """Whether it keeps its place under a name of its own while it is away."""
        return self.joining.instance_id is not None

    @property
    def waiting(self) -> bool:
        """Whether it waits for an answer: it need not give a sign of life meanwhile."""
        return self.join is not None or self.sync is not None


def common(offers: Sequence[Protocols]) -> set[str]:
    """The protocols that all members know."""
    return set.intersection(*({name for name, _ in offer} for offer in offers))


def vote(offers: Sequence[Protocols]) -> str:
    """The protocol all know that most members like best; the first member's order decides a tie."""
    known = common(offers)
    votes = [next(name for name, _ in offer if name in known) for offer in offers]
    order = [name for name, _ in offers[0] if name in known]
    return max(order, key=lambda name: (votes.count(name), -order.index(name)))
