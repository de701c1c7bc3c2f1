"""The client's end of `Connection`, without a socket: says commands, keeps what it is given."""

from __future__ import annotations

import errno
import json
from typing import Any

from gateway.push.connection import Connection
from gateway.push.hub import Hub
from gateway.push.limits import Limits
from gateway.push.people import People
from gateway.push.turn import Turn
from tests.support.push import FakeAccess, FakeRooms


class FakeReader:
    """A subscriber: parses frames as a client would; paused where the test says so."""

    def __init__(self) -> None:
        self.paused = False
        self.frames: list[bytes] = []
        self.kept: dict[tuple[str, str], bytes] = {}

    @property
    def descriptor(self) -> Any:
        """What `write` takes."""
        return None if self.paused else self

    def write_rest(self, frame: bytes, sent: int) -> None:
        assert not self.paused, "one who is paused is given nothing by `write_rest`"
        self.frames.append(frame[sent:])

    def write_more(self, frame: bytes) -> None:
        self.frames.append(frame)

    def keep(self, channel: str, key: str, message: bytes) -> None:
        self.kept[channel, key] = message

    def forget(self, channel: str) -> None:
        self.kept = {name: each for name, each in self.kept.items() if name[0] != channel}

    def take(self) -> list[Any]:
        """The messages given since this was last asked."""
        frames, self.frames = self.frames, []
        return messages_of(b"".join(frames))


def write(descriptor: FakeReader | None, frame: bytes) -> int:
    """The hub's `write`: all goes, where all has gone before."""
    if descriptor is None:
        raise OSError(errno.EBADF, "no descriptor")
    descriptor.frames.append(frame)
    return len(frame)


class Spoken:
    """A connection, and the clock by which it lives."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.rooms = FakeRooms()
        self.access = FakeAccess()
        self.limits = limits or Limits()
        self.people = People(self.limits)
        self.hub = Hub(self.rooms, write=write)
        self.now_ms = 1_000_000
        self.reader = FakeReader()
        self.connection = self.another(self.reader)

    def another(self, reader: FakeReader, client_id: str = "c-1") -> Connection:
        """One more connection of the same hub."""
        return Connection(
            client_id, self.hub, self.access, self.people, reader, self.limits, self.now_ms
        )

    def say(self, *commands: dict[str, Any]) -> Turn:
        """Send commands in one frame."""
        frame = "\n".join(json.dumps(command) for command in commands)
        return self.connection.receive_frame(frame.encode(), self.now_ms)

    def ask(self, *commands: dict[str, Any]) -> list[Any]:
        """Send commands; return the replies, where it stays open."""
        turn = self.say(*commands)
        assert turn.close is None
        return [json.loads(reply) for reply in turn.replies]

    def connect(self, token: str = "ann") -> Any:  # noqa: S107  # who it is, in these tests
        return self.ask({"id": 1, "connect": {"token": token}})[0]

    def subscribe(self, channel: str, **wish: Any) -> Any:
        return self.ask({"id": 2, "subscribe": {"channel": channel, **wish}})[0]

    def publish(self, channel: str, value: Any) -> None:
        self.hub.publish(self.rooms.add(channel, value), self.now_ms)

    def later(self, ms: int) -> None:
        """Let time pass; what was due is flushed."""
        self.now_ms += ms
        if self.hub.flush_at_ms is not None and self.now_ms >= self.hub.flush_at_ms:
            self.hub.flush(self.now_ms)


def payloads_of(stream: bytes) -> list[bytes]:
    """The payloads of whole unmasked text frames."""
    found = []
    while stream:
        assert stream[0] == 0x81, "one whole text frame"
        size, start = stream[1], 2
        if size == 126:
            size, start = int.from_bytes(stream[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(stream[2:10]), 10
        found.append(stream[start : start + size])
        stream = stream[start + size :]
    return found


def messages_of(stream: bytes) -> list[Any]:
    """The messages of such frames."""
    return [json.loads(line) for each in payloads_of(stream) for line in each.split(b"\n")]


def publications_of(messages: list[Any], channel: str) -> list[Any]:
    """The publications of one channel among pushed messages."""
    pushes = [each["push"] for each in messages if "push" in each]
    return [push["pub"] for push in pushes if push["channel"] == channel and "pub" in push]
