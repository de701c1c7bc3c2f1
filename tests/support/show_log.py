"""Sessions on a log in memory: the real host decides, with a tick every second between records."""

import json
from dataclasses import dataclass, field
from typing import Any

from infra.codec import Command, Tick, encode_command, encode_tick
from infra.topics import ROADSHOW as TOPICS
from processors.host import CommandRecord, PartitionHost
from roadshow.dispatch import ROADSHOW, Root
from trading.outcome import By

LOG_ID = "a-log"


def show_host() -> PartitionHost:
    """A fresh host of the one partition."""
    return PartitionHost(ROADSHOW, LOG_ID, TOPICS.commands, 0, 1)


@dataclass
class ShowLog:
    """A command log and the decisions on it."""

    at_ms: int
    host: PartitionHost = field(default_factory=show_host)
    commands: list[CommandRecord] = field(default_factory=list[CommandRecord])
    decisions: list[bytes] = field(default_factory=list[bytes])
    answers: dict[int, bytes] = field(default_factory=dict[int, bytes])

    def tick_until(self, at_ms: int) -> None:
        """A tick every second, the last one at `at_ms`."""
        while self.at_ms < at_ms:
            self.at_ms = min(self.at_ms + 1_000, at_ms)
            self._append(None, encode_tick(Tick(_id(len(self.commands)), "clock", self.heard_ms)))

    @property
    def heard_ms(self) -> int:
        """What a chronograph has heard of last."""
        return self.host.standing.clock.decided_at_ms

    def ask(self, by: By, body: Any, root: str = "s1") -> dict[str, Any]:
        """A command now; return the decision."""
        command = Command(_id(len(self.commands)), body.type, by.actor, by.role, root, root, body)
        self._append(root.encode(), encode_command(command))
        return self.last()

    def last(self) -> dict[str, Any]:
        """The newest decision."""
        decision: dict[str, Any] = json.loads(self.decisions[-1])
        return decision

    def root(self, root: str = "s1") -> Root:
        """The aggregate as it stands."""
        state = self.host.standing.holdings.get(root).state
        assert isinstance(state, Root)
        return state

    def _append(self, key: bytes | None, value: bytes) -> None:
        record = CommandRecord(len(self.commands), self.at_ms, key, value)
        self.commands.append(record)
        batch = self.host.decide([record])
        self.host.appended(len(self.decisions))
        for written in batch.values:
            self.decisions.append(written)
            self.answers[record.offset] = written


def _id(number: int) -> str:
    return f"{number:022d}"
