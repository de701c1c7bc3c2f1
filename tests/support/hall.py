"""A hall of biddings on a log in memory: the real host decides, the gateway's rooms follow.

Each second a tick; `ask` puts a person's command on the log at the time it is now.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from gateway.channels import parse
from gateway.feed.biddings import Biddings
from gateway.feed.folded import FoldedPartition, Step
from gateway.feed.publication import Publication
from infra.codec import Command, Tick, encode_command, encode_tick
from infra.topics import BIDDING as TOPICS
from processors.host import CommandRecord, PartitionHost
from trading.bidding.commands import Eligible, IncrementBand, ScheduleBidding, Terms
from trading.dispatch import BIDDING
from trading.values import BidderNumber, Fen

LOG_ID = "a-log"
START_MS = 1_800_000_000_000


def terms(**changes: object) -> Terms:
    """Opens after five seconds; a minute of free bidding, steps of 1 元."""
    defaults: dict[str, Any] = {
        "lot": "a lot", "mode": "live_timed", "profile": "test", "start_price_fen": Fen(10_000),
        "increments": (IncrementBand(from_fen=Fen(0), increment_fen=Fen(100)),),
        "opens_at_ms": START_MS + 5_000, "lobby_ms": 2_000, "free_ms": 60_000,
        "extension_ms": 20_000, "collect_ms": 60_000, "min_gap_ms": 0, "steps_max": 1_000_000,
        "two_person_window_ms": 600_000,
    }  # fmt: skip
    return Terms(**{**defaults, **changes})


def eligible(*numbers: str) -> tuple[Eligible, ...]:
    """Numbers; one that begins with P bears the first rank."""
    return tuple(
        Eligible(number=BidderNumber(one), priority_rank=1 if one[0] == "P" else None)
        for one in numbers
    )


class Hall:
    """One partition, what was told of it, and the state at each telling."""

    def __init__(self) -> None:
        self.host = PartitionHost(BIDDING, LOG_ID, TOPICS.commands, 0, 1)
        self.folded = FoldedPartition(TOPICS, BIDDING, LOG_ID, 0)
        self.biddings = Biddings(self._sink)
        self.told: dict[str, list[Publication]] = defaultdict(list)
        self.states: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self.values: list[bytes] = []
        self.steps: list[Step] = []
        self.now_ms = START_MS
        self._offset = 0
        self._ids = 0

    def _sink(self, publication: Publication) -> None:
        self.told[publication.channel].append(publication)
        channel = parse(publication.channel)
        assert channel is not None
        room = self.biddings.find(channel.id)
        assert room is not None
        if publication.offset is not None and channel.kind in ("bidding", "bidding.public"):
            face = room.inside if channel.kind == "bidding" else room.outside
            state = face.state()
            assert state is not None
            self.states[publication.channel][publication.offset] = state

    def ask(self, actor: str, role: str, body: Any, bidding_id: str = "B-1", **more: Any) -> Step:
        """Put a command on the log; returns its decision."""
        self._ids += 1
        command_id = more.pop("command_id", f"command-{self._ids:020d}")
        command = Command(command_id, body.type, actor, role, bidding_id, bidding_id, body, **more)
        step = self._append(bidding_id.encode(), encode_command(command))
        assert step is not None
        return step

    def schedule(self, *numbers: str, bidding_id: str = "B-1", **changes: object) -> Step:
        """Put a bidding on the calendar."""
        body = ScheduleBidding(terms=terms(**changes), eligible=eligible(*(numbers or ("A", "B"))))
        return self.ask("a-desk", "desk_officer", body, bidding_id)

    def run(self, seconds: int) -> None:
        """Let time pass, a tick a second."""
        for _ in range(seconds):
            self.now_ms += 1_000
            self._append(None, encode_tick(Tick(f"tick-{self._offset:020d}", "c", self.now_ms)))
            self.biddings.release(self.now_ms)

    def _append(self, key: bytes | None, value: bytes) -> Step | None:
        record = CommandRecord(self._offset, self.now_ms, key, value)
        self._offset += 1
        batch = self.host.decide([record])
        self.host.appended(self.host.read_offset + 1)
        step = None
        for one in batch.values:
            step = self.take(one)
        return step

    def take(self, value: bytes) -> Step | None:
        """Give the rooms a decision record."""
        self.values.append(value)
        step = self.folded.take(len(self.values) - 1, value)
        if step is not None:
            self.steps.append(step)
            self.biddings.take(step, self.now_ms)
        return step

    def state(self, bidding_id: str = "B-1", *, public: bool = False) -> dict[str, Any]:
        """The room's state now."""
        room = self.biddings.find(bidding_id)
        assert room is not None
        state = (room.outside if public else room.inside).state()
        assert state is not None
        return state

    def critical(self, channel: str) -> list[dict[str, Any]]:
        """What was told with an offset, in order."""
        return [one.data for one in self.told[channel] if one.offset is not None]


def fold(state: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """A state and a publication become the next state, as the page does it."""
    return {
        **state,
        **told["state"],
        "public_seq": told["public_seq"],
        "at_ms": told["at_ms"],
        "bids": [*told["bids"], *state["bids"]][:50],
    }
