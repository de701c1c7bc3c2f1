"""Many watchers in one process: `python -m bench.fanout_watchers PORT [CHANNEL TOKEN FIELD]`.

Told by JSON lines on stdin; answers in JSON lines. A watcher connects and subscribes in one frame,
answers pings and counts the publications that it is given; every fiftieth looks at the time that
they bear (or, of another FIELD, says which value it saw when).
"""

import json
import os
import resource
import selectors
import socket
import sys
import time
from typing import Any, Final

from bench.fanout_sides import ORIGIN, ROOM

SAMPLED: Final = 50
CHUNK: Final = 256 * 1024
CONNECTING_MAX: Final = 200
SHORT: Final = 125
PONG: Final = b"\x81\x82\x00\x00\x00\x00{}"
PING: Final = b"{}"  # also among other messages; nothing else here is empty


class Watcher:
    """One socket."""

    def __init__(self, number: int, port: int, channel: str, token: str) -> None:
        self.number = number
        self.port = port
        self.channel = channel
        self.token = token
        self.offset = 0
        self.epoch = ""
        self.sock: socket.socket | None = None
        self.greeted = self.is_in = False
        self.answer = b""

    def open(self, *, small: bool = False) -> socket.socket:
        """Connect and shake hands."""
        sock = socket.socket()
        if small:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        sock.connect(("127.0.0.1", self.port))
        sock.setblocking(False)  # noqa: FBT003
        sock.send(
            f"GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: {ORIGIN}\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==\r\n\r\n"
            .encode()
        )  # fmt: skip
        self.sock = sock
        self.greeted = self.is_in = False
        self.answer = b""
        return sock

    def greet(self) -> None:
        """Connect and subscribe, from where it was."""
        wish: dict[str, Any] = {"channel": self.channel}
        if self.offset:
            wish |= {"recover": True, "offset": self.offset, "epoch": self.epoch}
        hello = {"token": self.token, "name": "a watcher of the benchmark, one of very many"}
        lines = [{"id": 1, "connect": hello}, {"id": 2, "subscribe": wish}]
        payload = "\n".join(map(json.dumps, lines)).encode()
        size = len(payload)
        assert size > SHORT, "so that its length takes two bytes"
        header = b"\x81\xfe" + size.to_bytes(2, "big")
        assert self.sock is not None, "open"
        self.sock.send(header + b"\0\0\0\0" + payload)
        self.greeted = True


class Crowd:
    """All of them, in one loop."""

    def __init__(self, port: int, channel: str = ROOM, token: str = "", field: str = "t") -> None:
        self.about = (port, channel, token)
        self.marker = f'"{field}":'.encode()
        self.seen: list[tuple[int, int]] = []
        self.says_when = field != "t"
        self.watchers: list[Watcher] = []
        self.selector = selectors.EpollSelector()
        self.received = 0
        self.delays_ms: list[float] = []
        self.stalled: list[Watcher] = []
        self.stalled_closed = 0
        self.waiting = self.lost = 0

    def join(self, count: int, seconds_max: float = 30.0) -> dict[str, Any]:
        """Add watchers; returns when all are in."""
        begun = time.monotonic()
        new = [Watcher(len(self.watchers) + at, *self.about) for at in range(count)]
        self.watchers += new
        return self._enter(new, begun, seconds_max)

    def _enter(self, new: list[Watcher], begun: float, seconds_max: float) -> dict[str, Any]:
        self.waiting, left = 0, list(new)
        while (left or self.waiting) and time.monotonic() < begun + seconds_max:
            while left and self.waiting < CONNECTING_MAX:
                watcher = left.pop()
                self.selector.register(watcher.open(), selectors.EVENT_READ, watcher)
                self.waiting += 1
            self._turn(0.05)
        return {
            "seconds": time.monotonic() - begun, "in": sum(each.is_in for each in new),
            "recovered": sum(b'"recovered":true' in each.answer for each in new),
        }  # fmt: skip

    def stall(self, count: int) -> dict[str, Any]:
        """Add watchers that never read again once they are in."""
        new = [Watcher(-1, *self.about) for _ in range(count)]
        for watcher in new:
            self.selector.register(watcher.open(small=True), selectors.EVENT_READ, watcher)
        self.waiting = count
        while self.waiting:
            self._turn(0.05)
        for watcher in new:
            self.selector.unregister(_of(watcher))
        self.stalled += new
        self.received = 0  # of their own states, cut in pieces
        return {}

    def again(self, seconds_max: float = 60.0) -> dict[str, Any]:
        """All who were cut off come back at once."""
        begun = time.monotonic()
        until = begun + 5
        while self.lost < len(self.watchers) and time.monotonic() < until:
            self._turn(0.05)
        self.lost = 0
        return self._enter(self.watchers, time.monotonic(), seconds_max)

    def wait(self, count: int, seconds_max: float = 20.0) -> dict[str, Any]:
        """Take what comes until so many publications have come; say how late they were."""
        until = time.monotonic() + seconds_max
        while self.received < count and time.monotonic() < until:
            self._turn(0.05)
        delays, self.delays_ms = sorted(self.delays_ms), []
        received, self.received = self.received, 0
        at = (len(delays) - 1) if delays else 0
        seen, self.seen = self.seen, []
        return {
            "received": received,
            "seen": seen,
            "p50_ms": round(delays[at // 2], 2) if delays else None,
            "p99_ms": round(delays[int(at * 0.99)], 2) if delays else None,
        }

    def obey(self) -> None:
        """Do what stdin says; between two orders what comes is taken, and pings are answered."""
        orders = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
        waiting = b""
        while True:
            self.selector.register(orders, selectors.EVENT_READ)
            while b"\n" not in waiting:
                for key, _ in self.selector.select():
                    if key.fileobj is orders:
                        heard = orders.read(CHUNK)
                        if not heard:
                            return
                        waiting += heard
                    else:
                        self._read(key.data)
            self.selector.unregister(orders)
            line, _, waiting = waiting.partition(b"\n")
            order = json.loads(line)
            said = getattr(self, order.pop("do"))(**order)
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()

    def _turn(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            self._read(key.data)

    def _read(self, watcher: Watcher) -> None:
        sock = _of(watcher)
        try:
            data = sock.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.selector.unregister(sock)
            sock.close()
            watcher.sock = None
            self.lost += 1
        elif not watcher.greeted:
            watcher.greet()
        elif not watcher.is_in:
            self._answered(watcher, data)
        else:
            self._published(watcher, data)

    def _answered(self, watcher: Watcher, data: bytes) -> None:
        watcher.answer += data
        if b'"id":2' in watcher.answer:
            watcher.is_in = True
            self.waiting -= 1
            _, _, rest = watcher.answer.partition(b'"epoch":"')
            watcher.epoch = rest.partition(b'"')[0].decode()
            found = watcher.answer.rpartition(b'"offset":')[2]
            watcher.offset = int(found[: _digits(found)] or b"0")

    def _published(self, watcher: Watcher, data: bytes) -> None:
        if PING in data and watcher.sock is not None:
            watcher.sock.send(PONG)
        count = data.count(self.marker)
        self.received += count
        if not count:
            return
        if watcher.number % SAMPLED == 0:
            now = time.monotonic_ns()
            for part in data.split(self.marker)[1:]:
                value = int(part[: _digits(part)] or b"0")
                if self.says_when:
                    self.seen.append((value, now))
                else:
                    self.delays_ms.append((now - value) / 1e6)
        found = data.rpartition(b'"offset":')[2]
        digits = _digits(found)
        if digits and digits < len(found):
            watcher.offset = int(found[:digits])


def _of(watcher: Watcher) -> socket.socket:
    assert watcher.sock is not None, "open"
    return watcher.sock


def _digits(text: bytes) -> int:
    at = 0
    while at < len(text) and text[at : at + 1].isdigit():
        at += 1
    return at


def main() -> None:
    """Obey stdin."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    Crowd(int(sys.argv[1]), *sys.argv[2:]).obey()


if __name__ == "__main__":
    main()
