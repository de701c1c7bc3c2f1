"""The servers that are compared, one a process: `python -m bench.fanout_sides SIDE`.

Each is told by JSON lines on stdin what to publish and says by JSON lines what it cost. All publish
the same data to everyone who has subscribed:

* gateway: ours with everything on: ring, recovery, presence, two lanes, pings, eviction, clock;
* broadcast: `websockets.broadcast()`;
* transport: a frame made once, `transport.write` on bare asyncio protocols;
* direct: the same with a write to the socket where nothing is buffered;
* c: the same with one loop in C, `send()` on each descriptor: what the kernel takes.

All run on uvloop, as the gateway does.
"""

import asyncio
import ctypes
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, broadcast, serve

from bench.measure import cpu_s
from gateway.authorize import PUBLIC, Subject
from gateway.feed.publication import Publication
from gateway.push.frames import text_frame
from gateway.push.gateway import Gateway
from gateway.push.limits import Limits
from gateway.push.ports import Admitted, Fault
from gateway.push.protocol import PUSH_SUFFIX, encode, publication, push_prefix
from gateway.push.server import listening_socket, serve_push
from infra.process import run

ROOM: Final = "bidding:bench"
ORIGIN: Final = "http://127.0.0.1:9380"
SETTLE_SECONDS: Final = 0.1
CONNECTIONS_MAX: Final = 50_000
SEND_LOOP: Final = Path(__file__).parent / "send_loop.c"
_HELLO: Final = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: unchecked\r\n\r\n"
)


class Side:
    """What publishes; `publish(data)` gives it to everyone."""

    port = 0

    @property
    def writes(self) -> int:
        """How many writes there were so far; 0 where each publication is one."""
        return 0

    def publish(self, data: dict[str, Any]) -> None:
        """Give one publication to everyone."""
        raise NotImplementedError

    def drop(self) -> None:
        """Cut everyone off."""
        raise NotImplementedError

    def figures(self) -> dict[str, Any]:
        """What else it knows."""
        return {}


# ours


class OpenHouse:
    """One room, whose state is its newest value; open to all."""

    epoch = "0bench00"

    def __init__(self) -> None:
        self.offset = 0
        self.newest: dict[str, Any] = {}

    def position(self, _channel: str) -> int:
        """Return the newest offset."""
        return self.offset

    def complete_since(self, _channel: str) -> int:
        """Everything was told."""
        return 0

    def recoverable(self, _channel: str) -> bool:
        """Yes."""
        return True

    def state(self, _channel: str) -> Mapping[str, Any]:
        """Return a state as large as a room's."""
        return {"newest": self.newest, "bids": [self.newest] * 5}

    def latest(self, _channel: str) -> Mapping[str, Mapping[str, Any]]:
        """Nothing beside what went through."""
        return {}

    def log_time_ms(self) -> int:
        """Our clock."""
        return time.time_ns() // 1_000_000

    def authenticate(self, _token: str) -> Admitted | Fault:
        """Everybody is the public."""
        return Admitted(PUBLIC, 3_600_000)

    def standing(self, _subject: Subject) -> Fault | None:
        """Nobody has lost anything."""
        return None

    def roles(self, subject: Subject) -> frozenset[str]:
        """The public's."""
        return subject.roles

    def may_subscribe(self, _subject: Subject, _channel: str) -> bool:
        """Yes."""
        return True

    def note(
        self, _subject: Subject, _method: str, _channel: str, _answer: int, _address: str
    ) -> bool:
        """Nobody reads by an office."""
        return True

    may_count = may_subscribe
    may_list = may_subscribe

    def attendee(self, _subject: Subject, _channel: str) -> str:
        """Nobody is known."""
        return ""

    async def rpc(self, _subject: Subject, _method: str, _data: Any) -> Mapping[str, Any]:
        """Nothing to ask."""
        return {}


class GatewaySide(Side):
    """Ours."""

    def __init__(self) -> None:
        self.house = OpenHouse()
        limits = Limits(handshakes_per_second=int(os.environ.get("HANDSHAKES", "2000")))
        self.gateway = Gateway(
            self.house, self.house, self.house, limits=limits, connections_max=CONNECTIONS_MAX
        )

    @property
    def writes(self) -> int:
        """How many writes there were so far: of a tick's publications one a connection."""
        return self.gateway.hub.counts.deliveries

    async def start(self) -> None:
        """Listen."""
        listening = listening_socket("127.0.0.1", 0)
        self.port = listening.getsockname()[1]
        await serve_push(self.gateway, listening, [ORIGIN])
        self._tasks = [
            asyncio.create_task(self.gateway.run()), asyncio.create_task(self._clock())
        ]  # fmt: skip

    async def _clock(self) -> None:
        while True:
            await asyncio.sleep(1)
            data = {"key": "clock", "server_time_ms": self.house.log_time_ms()}
            self.gateway.publish(Publication(ROOM, data, key="clock"))

    def publish(self, data: dict[str, Any]) -> None:
        """Fold and tell, as the feed does."""
        self.house.offset += 1
        self.house.newest = data
        self.gateway.publish(Publication(ROOM, data, offset=self.house.offset))

    def drop(self) -> None:
        """Cut everyone off."""
        for socket in list(self.gateway.sockets):
            socket.transport.abort()  # type: ignore[attr-defined]

    def figures(self) -> dict[str, Any]:
        """What it counts."""
        counts, hub = self.gateway.counts, self.gateway.hub.counts
        unsent = sum(each.outlet.unsent for each in self.gateway.paused)
        return {
            "open": self.gateway.open_count, "evicted": counts.evicted, "unsent": unsent,

            "recovered": hub.recovered, "unrecovered": hub.unrecovered,
        }  # fmt: skip


# the others


class FrameSide(Side):
    """Numbers its publications, and encodes each one once."""

    def __init__(self) -> None:
        self._offset = 0
        self._prefix = push_prefix(ROOM)

    def message(self, data: dict[str, Any]) -> bytes:
        """The same message as ours."""
        self._offset += 1
        return self._prefix + publication(encode(data), self._offset) + PUSH_SUFFIX


class BroadcastSide(FrameSide):
    """`websockets.broadcast()`, as its documentation says."""

    def __init__(self) -> None:
        super().__init__()
        self._connections: set[ServerConnection] = set()

    async def start(self) -> None:
        """Listen."""
        server = await serve(
            self._handle, "127.0.0.1", 0, compression=None, backlog=2_048, ping_interval=None
        )
        self.port = next(iter(server.sockets)).getsockname()[1]

    async def _handle(self, connection: ServerConnection) -> None:
        self._connections.add(connection)
        try:
            async for _ in connection:
                await connection.send('{"id":2,"subscribe":{}}')
        finally:
            self._connections.discard(connection)

    def publish(self, data: dict[str, Any]) -> None:
        """Give it to everyone."""
        broadcast(self._connections, self.message(data), text=True)


class Bare(asyncio.Protocol):
    """A websocket server that only just is one."""

    everyone: dict["Bare", None] = {}  # noqa: RUF012  # one a process
    transport: Any  # uvloop's is no asyncio.Transport
    paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take it."""
        self.transport = transport
        self.descriptor: int = transport.get_extra_info("socket").fileno()
        self.transport.set_write_buffer_limits(0)
        self.is_open = False

    def data_received(self, data: bytes) -> None:
        """Shake hands, then take the first message for a subscribe."""
        if data.startswith(b"GET"):
            self.transport.write(_HELLO)
        elif not self.is_open:
            self.is_open = True
            self.everyone[self] = None
            self.transport.write(text_frame(b'{"id":2,"subscribe":{}}'))

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget it."""
        self.everyone.pop(self, None)

    def pause_writing(self) -> None:
        """Something is buffered."""
        self.paused = True

    def resume_writing(self) -> None:
        """Nothing is."""
        self.paused = False


class TransportSide(FrameSide):
    """A frame made once, `transport.write` for each."""

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Bare, "127.0.0.1", 0, backlog=2_048)
        self.port = server.sockets[0].getsockname()[1]

    def publish(self, data: dict[str, Any]) -> None:
        """Give it to everyone."""
        frame = text_frame(self.message(data))
        for each in Bare.everyone:
            each.transport.write(frame)


class DirectSide(TransportSide):
    """A frame made once, written to the socket where nothing is buffered."""

    def publish(self, data: dict[str, Any]) -> None:
        """Give it to everyone."""
        frame = text_frame(self.message(data))
        write = os.write
        for each in Bare.everyone:
            if each.paused:
                each.transport.write(frame)
                continue
            try:
                sent = write(each.descriptor, frame)
            except BlockingIOError:
                sent = 0
            if sent < len(frame):
                each.transport.write(frame[sent:])


class CSide(TransportSide):
    """A frame made once, `send()` in a loop in C; for readers that keep up."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._descriptors = (ctypes.c_int * 0)()
        with tempfile.TemporaryDirectory(prefix="shuoguo-bench-") as folder:
            library = f"{folder}/send_loop.so"
            subprocess.run(
                ["cc", "-O2", "-shared", "-fPIC", "-o", library, SEND_LOOP], check=True
            )  # fmt: skip
            self._send_to_all = ctypes.CDLL(library).send_to_all

    def publish(self, data: dict[str, Any]) -> None:
        """Give it to everyone."""
        frame, count = text_frame(self.message(data)), len(Bare.everyone)
        if count != self._count:
            self._count = count
            self._descriptors = (ctypes.c_int * count)(*(each.descriptor for each in Bare.everyone))
        behind = self._send_to_all(self._descriptors, count, frame, len(frame))
        assert not behind, f"{behind} do not keep up"


SIDES: Final[dict[str, Callable[[], Any]]] = {
    "gateway": GatewaySide,
    "broadcast": BroadcastSide,
    "transport": TransportSide,
    "direct": DirectSide,
    "c": CSide,
}


async def _publish(side: Side, order: dict[str, Any]) -> None:
    filler, gap_s = "x" * order["bytes"], order["gap_ms"] / 1_000
    start = time.monotonic()
    for index in range(order["count"]):
        wait = start + index * gap_s - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        elif not index % 50:
            await asyncio.sleep(0)  # one that is late still hears its sockets
        side.publish({"t": time.monotonic_ns(), "filler": filler})


def _rss_kib() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


async def _serve(name: str) -> int:
    logging.getLogger("websockets.server").setLevel(logging.CRITICAL)
    side = SIDES[name]()
    await side.start()
    sys.stdout.write(f"listening {side.port}\n")
    sys.stdout.flush()
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        order = json.loads(line)
        cpu, wall, writes = cpu_s(), time.monotonic(), side.writes
        if order["do"] == "publish":
            await _publish(side, order)
            await asyncio.sleep(SETTLE_SECONDS)
        elif order["do"] == "drop":
            side.drop()
        said = {
            "cpu_s": cpu_s() - cpu, "wall_s": time.monotonic() - wall, "rss_kib": _rss_kib(),
            "writes": side.writes - writes,
        }  # fmt: skip
        sys.stdout.write(json.dumps(said | side.figures()) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(run(_serve(sys.argv[1])))
