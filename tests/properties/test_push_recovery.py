"""P9: whoever is cut off at any moment ends with the server's log, or is told that he does not."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.feed.publication import Publication
from gateway.push.connection import Connection
from gateway.push.hub import Hub
from gateway.push.limits import Limits
from gateway.push.people import People
from tests.support.push import FakeAccess, FakeRooms
from tests.support.push_client import FakeReader, messages_of, write

ROOM = "bidding:b1"


class Follower:
    """A client: keeps what a page would keep, and its position as the public SDKs do."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.newest: int | None = None
        self.position: tuple[int, str] | None = None
        self.told_not_recovered = 0
        self.waits = False

    def take(self, message: Any) -> None:
        answer = message.get("subscribe")
        if message.get("error"):
            self.waits = False
        elif answer is not None:
            self.waits = False
            if not answer.get("recovered"):
                self.told_not_recovered += self.position is not None
                self.values = list((answer["data"]["state"] or {"values": []})["values"])
            else:
                assert answer["data"]["state"] is None
            self.position = (answer["offset"], answer["epoch"])
            for publication in answer.get("publications", ()):
                self.publication(publication)
        elif "push" in message:
            self.publication(message["push"]["pub"])

    def publication(self, publication: Any) -> None:
        if "offset" not in publication:
            self.newest = publication["data"]["value"]
            return
        assert self.position is not None
        assert publication["offset"] == self.position[0] + 1, "a silent gap, or a step back"
        self.position = (publication["offset"], self.position[1])
        self.values.append(publication["data"]["value"])


class Recovery(RuleBasedStateMachine):
    """One hub, restarts of it, and a client that is cut at random."""

    def __init__(self) -> None:
        super().__init__()
        self.rooms = FakeRooms()
        self.access = FakeAccess()
        self.log: list[int] = []  # of which the gateway may know only a beginning
        self.follower = Follower()
        self.now_ms = 1_000
        self.command_id = 1
        self.connection: Connection | None = None
        self.reader = FakeReader()
        self.start()

    def start(self) -> None:
        self.hub = Hub(self.rooms, write=write)
        self.rooms.forgotten[ROOM] = self.rooms.position(ROOM)

    @rule(count=st.integers(1, 5))
    def publish(self, count: int) -> None:
        for _ in range(count):
            self.read_on()

    def read_on(self) -> None:
        """The feed takes the next record of the log; a new one where it had reached the end."""
        at = self.rooms.position(ROOM)
        if at == len(self.log):
            self.log.append(at)
        self.hub.publish(self.rooms.add(ROOM, self.log[at]), self.now_ms)

    @rule(value=st.integers())
    def conflate(self, value: int) -> None:
        data = {"key": "clock", "value": value}
        self.hub.publish(Publication(ROOM, data, key="clock"), self.now_ms)

    @rule(ms=st.integers(1, 25))
    def time_passes(self, ms: int) -> None:
        self.now_ms += ms
        if self.hub.flush_at_ms is not None and self.now_ms >= self.hub.flush_at_ms:
            self.hub.flush(self.now_ms)
        self.deliver()

    @rule()
    @precondition(lambda self: self.connection is None)
    def connect(self) -> None:
        self.reader = FakeReader()
        self.connection = Connection(
            "c", self.hub, self.access, People(Limits()), self.reader,
            Limits(commands_burst=10**6), self.now_ms,
        )  # fmt: skip
        wish: dict[str, Any] = {"channel": ROOM}
        if self.follower.position is not None:
            offset, epoch = self.follower.position
            wish |= {"recover": True, "offset": offset, "epoch": epoch}
        self.follower.waits = True
        lines = [{"id": 1, "connect": {"token": "ann"}}, {"id": 2, "subscribe": wish}]
        frame = "\n".join(map(json.dumps, lines)).encode()
        for reply in self.connection.receive_frame(frame, self.now_ms).replies:
            self.follower.take(json.loads(reply))
        self.deliver()

    @rule(deliver=st.booleans())
    @precondition(lambda self: self.connection is not None)
    def cut(self, deliver: bool) -> None:
        """With or without what was written last."""
        assert self.connection is not None
        if deliver:
            self.deliver()
        self.connection.closed()
        self.connection = None

    @rule(behind=st.integers(0, 4))
    def restart(self, behind: int) -> None:
        """The gateway is killed; what takes its place may not have read all of the log yet."""
        if self.connection is not None:
            self.cut(deliver=False)
        self.rooms.values[ROOM] = self.log[: max(0, len(self.log) - behind)]
        self.start()

    @rule(paused=st.booleans())
    @precondition(lambda self: self.connection is not None)
    def reads_or_not(self, paused: bool) -> None:
        self.reader.paused = paused

    def deliver(self) -> None:
        if self.connection is not None:
            for message in messages_of(b"".join(self.reader.frames)):
                self.follower.take(message)
        self.reader.frames = []

    @invariant()
    def what_the_client_has_is_the_beginning_of_the_log(self) -> None:
        assert self.follower.values == self.log[: len(self.follower.values)]

    def teardown(self) -> None:
        while self.rooms.position(ROOM) < len(self.log):
            self.read_on()
        if self.connection is None:
            self.connect()
        for _ in range(3):
            self.time_passes(20)
        assert self.connection is not None
        self.connection.due(self.now_ms)
        self.deliver()
        assert not self.follower.waits
        assert self.follower.values == self.log


TestRecovery = Recovery.TestCase
TestRecovery.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
