"""What holds the sockets of a process together: the hub, the people, calls, and the time.

Rule 1: `publish` may be called by the feed at any moment; it never waits.
Rule 2: every quarter of a second a quarter of the sockets is looked at (pings, expiry), and every
one that does not read; once a second everybody's rights.
"""

import asyncio
import contextlib
import logging
import random
import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from gateway.feed.publication import Publication
from gateway.push import close_codes as codes
from gateway.push.admission import Admission
from gateway.push.channel import Subscriber
from gateway.push.close_codes import CloseCode
from gateway.push.connection import Connection
from gateway.push.frames import frame_of
from gateway.push.hub import Hub
from gateway.push.limits import Limits
from gateway.push.people import People, close_for
from gateway.push.ports import Access, Calls, Refused, Rooms
from gateway.push.turn import Call
from infra.clock import monotonic_ms, thread_cpu_ms

LOOKS_PER_SECOND: Final = 4
DRAIN_SECONDS: Final = 2.0
_log: Final = logging.getLogger("gateway.push")


class Socket(Protocol):
    """A socket as the gateway sees it (server.PushSocket)."""

    session: Connection | None
    outlet: Any

    def look(self, now_ms: int) -> None:
        """See what is due."""
        ...

    def is_stalled(self, now_ms: int) -> bool:
        """Whether it does not read."""
        ...

    def end(self, why: CloseCode) -> None:
        """Close."""
        ...

    def evict(self) -> None:
        """Close one who does not read."""
        ...


@dataclass(slots=True)
class Happened:
    """What has happened, for the metrics."""

    connected: int = 0
    evicted: int = 0
    calls: int = 0
    calls_refused: int = 0
    closed: Counter[int] = field(default_factory=Counter[int])


class Gateway:
    """See the module's rules."""

    def __init__(
        self,
        rooms: Rooms,
        access: Access,
        calls: Calls,
        *,
        limits: Limits | None = None,
        connections_max: int | None = None,
        proxies: frozenset[str] = frozenset(),
    ) -> None:
        """Everything else is made here. `proxies`: whose word about others' addresses counts."""
        self.proxies = proxies
        self.limits = limits or Limits()
        self.hub = Hub(rooms, gateway_id=secrets.token_hex(8))
        self.access = access
        self.people = People(self.limits, connections_max)
        self.admission = Admission(self.limits, connections_max or self.limits.connections_max)
        self.sockets: set[Socket] = set()
        self.paused: set[Socket] = set()
        self.open_count = 0
        self.counts = Happened()
        self.is_draining = False
        self._calls = calls
        self._tasks: set[asyncio.Task[None]] = set()
        self._flush: asyncio.TimerHandle | None = None
        self._flush_at_ms = 0

    def connection(
        self, client_id: str, subscriber: Subscriber, now_ms: int, address: str = ""
    ) -> Connection:
        """Make the session of a new socket."""
        return Connection(
            client_id, self.hub, self.access, self.people, subscriber, self.limits, now_ms, address
        )

    def is_healthy(self) -> bool:
        """Whether it takes new connections."""
        return not self.is_draining and self.open_count < self.limits.connections_max

    def closed(self, why: CloseCode) -> None:
        """Count a closing of ours."""
        self.counts.closed[why.code] += 1

    # what goes out

    def publish(self, publication: Publication) -> None:
        """Take a publication of the feed: the sink that it is given."""
        self.hub.publish(publication, monotonic_ms())
        self._arm()

    def _arm(self) -> None:
        at_ms = self.hub.flush_at_ms
        if at_ms is None or (self._flush is not None and self._flush_at_ms <= at_ms):
            return
        if self._flush is not None:
            self._flush.cancel()
        delay = max(0, at_ms - monotonic_ms()) / 1_000
        self._flush = asyncio.get_running_loop().call_later(delay, self._flush_now)
        self._flush_at_ms = at_ms

    def _flush_now(self) -> None:
        self._flush = None
        before_ms = thread_cpu_ms()
        self.hub.flush(monotonic_ms())
        self.hub.sent(monotonic_ms(), thread_cpu_ms() - before_ms)
        self._arm()

    # calls

    def call(self, session: Connection, outlet: Subscriber, call: Call) -> None:
        """Begin a call; its reply goes to the outlet."""
        task = asyncio.get_running_loop().create_task(self._answer(session, outlet, call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, session: Connection, outlet: Subscriber, call: Call) -> None:
        self.counts.calls += 1
        try:
            answer: Any = await self._calls.rpc(call.subject, call.method, call.data)
        except Refused as refused:
            self.counts.calls_refused += 1
            answer = refused.error
        except Exception:  # noqa: BLE001  # told below; others go on
            _log.exception("a call failed: %s", call.method[:64])
            answer = codes.INTERNAL
        reply = session.answer_call(call, answer)
        if reply is not None:
            outlet.write_more(reply)

    # time

    async def run(self) -> None:
        """Look after the sockets until cancelled."""
        look = 0
        while True:
            await asyncio.sleep(1 / LOOKS_PER_SECOND)
            look += 1
            try:
                self.look(look, monotonic_ms())
            except Exception:  # noqa: BLE001  # one bad socket must not end it
                _log.exception("the look after the sockets failed")

    def look(self, look: int, now_ms: int) -> None:
        """See what is due at the `look`-th quarter of a second."""
        for socket in [each for each in self.paused if each.is_stalled(now_ms)]:
            socket.evict()
        turn = look % LOOKS_PER_SECOND
        for socket in [
            each for each in self.sockets if hash(each) // 16 % LOOKS_PER_SECOND == turn
        ]:
            socket.look(now_ms)
        if turn == 0:
            self.look_at_people()

    def look_at_people(self, _account_id: str = "") -> None:
        """Close or cut down those whose rights have changed; the feed may call this."""
        gone, changed = self.people.look(self.access)
        if not gone and not changed:
            return
        by_session = {each.session: each for each in self.sockets}
        for bearer, fault in gone:
            if isinstance(bearer, Connection) and bearer in by_session:
                by_session[bearer].end(close_for(fault))
        for bearer in changed:
            if isinstance(bearer, Connection) and bearer in by_session:
                pushes = bearer.take_away()
                if pushes:
                    by_session[bearer].outlet.write_more(frame_of(pushes))

    # the end

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Send everybody away (3001), spread over some time: they come back spread, too."""
        self.is_draining = True
        if self._tasks:  # commands on their way to the log are waited for
            await asyncio.wait(tuple(self._tasks), timeout=seconds)
        sockets = list(self.sockets)
        random.shuffle(sockets)
        for index, socket in enumerate(sockets):
            socket.end(codes.SHUTDOWN)
            if index % 50 == 49:  # noqa: PLR2004  # a handful at a time
                await asyncio.sleep(seconds * 50 / len(sockets))
        for task in tuple(self._tasks):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks, return_exceptions=True)
