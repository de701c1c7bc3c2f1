"""A push gateway on fakes: rooms that a test writes, tokens that say what they are."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from gateway.authorize import PUBLIC, Subject
from gateway.feed.publication import Publication
from gateway.push.close_codes import METHOD_NOT_FOUND, Error
from gateway.push.gateway import Gateway
from gateway.push.limits import Limits
from gateway.push.ports import Admitted, Fault, Refused
from gateway.push.server import PATH, listening_socket, serve_push

ORIGIN: Final = "http://127.0.0.1:9380"
EPOCH: Final = "0f1e2d3c"
LIVES_MS: Final = 300_000
NOW_MS: Final = 1_700_000_000_000


class FakeRooms:
    """Rooms whose state is the list of all values that were published."""

    def __init__(self) -> None:
        self.epoch = EPOCH
        self.values: dict[str, list[Any]] = {}
        self.forgotten: dict[str, int] = {}
        self.states_built = 0
        self.now_ms = NOW_MS

    def position(self, channel: str) -> int:
        return len(self.values.get(channel, ()))

    def complete_since(self, channel: str) -> int:
        return self.forgotten.get(channel, 0)

    def recoverable(self, channel: str) -> bool:
        return channel != "market"

    def state(self, channel: str) -> Mapping[str, Any] | None:
        self.states_built += 1
        values = self.values.get(channel)
        return None if values is None else {"values": list(values)}

    def latest(self, channel: str) -> Mapping[str, Mapping[str, Any]]:
        return {}

    def log_time_ms(self) -> int:
        return self.now_ms

    def elsewhere(self, _channel: str, _gateway_id: str) -> int:
        return 0

    def add(self, channel: str, value: Any) -> Publication:
        """Fold one more value; returns what is to be published."""
        values = self.values.setdefault(channel, [])
        values.append(value)
        return Publication(channel, {"value": value}, offset=len(values))


class FakeAccess:
    """A token is an account's name, or `expired`, `forged`, `banned`, or "" for the public."""

    def __init__(self) -> None:
        self.lives_ms = LIVES_MS
        self.faults: dict[str, Fault] = {}
        self.forbidden: set[tuple[str | None, str]] = set()
        self.roles_of: dict[str | None, frozenset[str]] = {}
        self.noted: list[tuple[str | None, str, int]] = []
        self.can_note = True

    def authenticate(self, token: str) -> Admitted | Fault:
        if token in ("expired", "forged", "banned"):
            return Fault(token)
        name = token.partition("/")[0]
        if not name:
            return Admitted(PUBLIC, self.lives_ms)
        who = Subject(name, None, frozenset({"investor"}), name, "s-1", NOW_MS)
        return self.faults.get(name) or Admitted(who, self.lives_ms)

    def standing(self, subject: Subject) -> Fault | None:
        return self.faults.get(subject.account_id or "")

    def roles(self, subject: Subject) -> frozenset[str]:
        return self.roles_of.get(subject.account_id, subject.roles)

    def may_subscribe(self, subject: Subject, channel: str) -> bool:
        if channel.startswith("user:"):
            return channel == f"user:{subject.account_id}"
        return (subject.account_id, channel) not in self.forbidden and ":" in channel + ":"

    def may_count(self, subject: Subject, channel: str) -> bool:
        return channel.startswith("roadshow:")

    def may_list(self, subject: Subject, channel: str) -> bool:
        return channel.startswith("roadshow:") and "host" in self.roles(subject)

    def note(self, subject: Subject, method: str, channel: str, answer: int, address: str) -> bool:
        self.noted.append((subject.account_id, f"{method} {channel}", answer))
        return self.can_note

    def attendee(self, subject: Subject, channel: str) -> str:
        return f"A-{subject.account_id}" if subject.account_id else ""

    def counts_as(self, subject: Subject, channel: str) -> str:
        if not channel.startswith("roadshow:"):
            return ""
        return "investor" if subject.account_id else "guest"


class FakeCalls:
    """Answers `echo`; `wait` until the test says so; `refuse` with an error."""

    def __init__(self) -> None:
        self.begun: list[tuple[str | None, str, Any]] = []
        self.go_on = asyncio.Event()
        self.refusal = Error(111, "too many requests", temporary=True, params={"per_second": 5})

    async def rpc(self, subject: Subject, method: str, data: Any) -> Mapping[str, Any]:
        self.begun.append((subject.account_id, method, data))
        if method == "echo":
            return {"said": data}
        if method == "wait":
            await self.go_on.wait()
            return {"waited": True}
        if method == "fail":
            raise RuntimeError("as the test wants it")
        raise Refused(self.refusal if method == "refuse" else METHOD_NOT_FOUND)


class PushHouse:
    """A gateway that listens, and the fakes behind it."""

    def __init__(
        self,
        limits: Limits | None = None,
        connections_max: int | None = None,
        proxies: frozenset[str] = frozenset(),
    ) -> None:
        self.rooms = FakeRooms()
        self.access = FakeAccess()
        self.calls = FakeCalls()
        self.gateway = Gateway(
            self.rooms, self.access, self.calls, limits=limits, connections_max=connections_max,
            proxies=proxies,
        )  # fmt: skip
        self.port = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}{PATH}"

    def say(self, channel: str, value: Any) -> None:
        """Publish one more value of a room."""
        self.gateway.publish(self.rooms.add(channel, value))

    def conflate(self, channel: str, key: str, value: Any) -> None:
        """Publish a conflated value."""
        self.gateway.publish(Publication(channel, {"key": key, "value": value}, key=key))


@asynccontextmanager
async def push_house(
    limits: Limits | None = None, *, port: int = 0, house: PushHouse | None = None
) -> AsyncIterator[PushHouse]:
    """Serve on fakes until the block ends."""
    house = house or PushHouse(limits)
    listening = listening_socket("127.0.0.1", port or house.port)
    house.port = listening.getsockname()[1]
    server = await serve_push(house.gateway, listening, [ORIGIN])
    running = asyncio.create_task(house.gateway.run())
    try:
        yield house
    finally:
        running.cancel()
        server.close(close_connections=False)
        await house.gateway.drain(seconds=0)
        server.close()
        await server.wait_closed()
        with contextlib.suppress(asyncio.CancelledError):
            await running
