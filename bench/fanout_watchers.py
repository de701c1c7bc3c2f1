"""Many watchers in one process: `python -m bench.fanout_watchers PORT [CHANNEL TOKEN FIELD]`.

Told by JSON lines on stdin; answers in JSON lines. A watcher connects and subscribes in one frame,
answers pings and counts the publications that it is given, frame by frame: the first offset must
follow the last one (`gaps`), and the last says how many there are. So little is looked at, as
searching the bytes of 1,000 screens takes more than a core. Every fiftieth reads all: each offset,
and the time that publications bear (or, of another FIELD, says which value it saw when).

All are read as soon as there is something; but told to be `lazy`, only every fiftieth is, and the
others twice a second: their screens stand elsewhere, they shall not take this machine from what is
measured. They too are read to the last byte, and every publication is counted.
"""

import json
import os
import re
import resource
import select
import socket
import sys
import time
from typing import Any, Final

from bench.fanout_sides import ORIGIN, ROOM

SAMPLED: Final = 50
LAZY_SECONDS: Final = 0.5
LAZY_AT_ONCE: Final = 20
CHUNK: Final = 1024 * 1024
CONNECTING_MAX: Final = 200
AN_ADDRESS: Final = 500
PONG: Final = b"\x81\x82\x00\x00\x00\x00{}"
PING: Final = b"{}"
BEAT: Final = b'"key":"clock"'
OFFSET: Final = b'"offset":'
DIGITS: Final = re.compile(rb"\d+")
MEDIUM: Final = 126
LARGE: Final = 127


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
        self.cut = b""  # the beginning of a frame

    def open(self, *, small: bool = False) -> socket.socket:
        """Connect and shake hands."""
        sock = socket.socket()
        if small:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        sock.bind((f"127.0.0.{2 + self.number // AN_ADDRESS}", 0))  # what guests may is by address
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
        self.answer = self.cut = b""
        return sock

    def wishes(self) -> list[dict[str, Any]]:
        """What it subscribes to: the last is what counts, from where it was."""
        wish: dict[str, Any] = {"channel": self.channel}
        if self.offset:
            wish |= {"recover": True, "offset": self.offset, "epoch": self.epoch}
        return [{"id": 2, "subscribe": wish}]

    def greet(self) -> None:
        """Connect and subscribe."""
        hello = {"token": self.token, "name": "a watcher of the benchmark"}
        lines = [{"id": 1, "connect": hello}, *self.wishes()]
        assert self.sock is not None, "open"
        self.sock.send(frame_of_client("\n".join(map(json.dumps, lines)).encode()))
        self.greeted = True


class Crowd:
    """All of them, in one loop."""

    def __init__(self, port: int, channel: str = ROOM, token: str = "", field: str = "t") -> None:
        self.about = (port, channel, token)
        self.field = re.compile(rf'"{field}":(\d+)'.encode())
        self.seen: list[tuple[int, int]] = []
        self.says_when = field != "t"
        self.watchers: list[Watcher] = []
        self.by_descriptor: dict[int, Watcher] = {}
        self.prompt = select.epoll()  # no `selectors`: it takes longer than the reading
        self.rest = select.epoll()
        self.rest_at = 0.0
        self.is_lazy = False
        self.buffer = bytearray(CHUNK)
        self.received = self.beats = self.gaps = 0
        self.delays_ms: list[float] = []
        self.stalled: list[Watcher] = []
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
                self._open(left.pop())
                self.waiting += 1
            self._turn(0.05)
        return {
            "seconds": time.monotonic() - begun, "in": sum(each.is_in for each in new),
            "recovered": sum(b'"recovered":true' in each.answer for each in new),
        }  # fmt: skip

    def _open(self, watcher: Watcher, *, small: bool = False) -> None:
        descriptor = watcher.open(small=small).fileno()
        self.by_descriptor[descriptor] = watcher
        self.prompt.register(descriptor, select.EPOLLIN)

    def lazy(self) -> dict[str, Any]:
        """From now on read most of them only now and then."""
        self.is_lazy = True
        for descriptor, watcher in self.by_descriptor.items():
            if watcher.number % SAMPLED:
                self.prompt.unregister(descriptor)
                self.rest.register(descriptor, select.EPOLLIN)
        return {}

    def stall(self, count: int) -> dict[str, Any]:
        """Add watchers that never read again once they are in."""
        new = [Watcher(-1, *self.about) for _ in range(count)]
        for watcher in new:
            self._open(watcher, small=True)
        self.waiting = count
        while self.waiting:
            self._turn(0.05)
        for watcher in new:
            self.prompt.unregister(_of(watcher))
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
        self.beats = 0
        while self.received < count and time.monotonic() < until:
            self._turn(0.05)
        delays, self.delays_ms = sorted(self.delays_ms), []
        received, self.received = self.received, 0
        at = (len(delays) - 1) if delays else 0
        seen, self.seen = self.seen, []
        return {
            "received": received,
            "beats": self.beats,
            "gaps": self.gaps,
            "lost_sockets": self.lost,
            "seen": seen,
            "p50_ms": round(delays[at // 2], 2) if delays else None,
            "p99_ms": round(delays[int(at * 0.99)], 2) if delays else None,
        }

    def obey(self) -> None:
        """Do what stdin says; between two orders what comes is taken, and pings are answered."""
        orders = sys.stdin.fileno()
        waiting = b""
        while True:
            self.prompt.register(orders, select.EPOLLIN)
            while b"\n" not in waiting:
                if self._turn(LAZY_SECONDS, orders):
                    heard = os.read(orders, CHUNK)
                    if not heard:
                        return
                    waiting += heard
            self.prompt.unregister(orders)
            line, _, waiting = waiting.partition(b"\n")
            order = json.loads(line)
            said = getattr(self, order.pop("do"))(**order)
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()

    def _turn(self, seconds: float, orders: int = -1) -> bool:
        """Read what there is; whether there are orders."""
        has_orders = self._read_prompt(seconds, orders)
        if self.is_lazy and time.monotonic() >= self.rest_at:
            self.rest_at = time.monotonic() + LAZY_SECONDS
            for index, (descriptor, _) in enumerate(self.rest.poll(0, len(self.watchers))):
                self._read(self.by_descriptor[descriptor], self.rest)
                if not index % LAZY_AT_ONCE:  # whose delay is measured does not wait for these
                    has_orders |= self._read_prompt(0, orders)
        return has_orders

    def _read_prompt(self, seconds: float, orders: int) -> bool:
        has_orders = False
        for descriptor, _ in self.prompt.poll(seconds, len(self.watchers) + 2):
            if descriptor == orders:
                has_orders = True
            else:
                self._read(self.by_descriptor[descriptor], self.prompt)
        return has_orders

    def _read(self, watcher: Watcher, epoll: select.epoll) -> None:
        sock = _of(watcher)
        try:
            size = sock.recv_into(self.buffer)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        if not size:
            epoll.unregister(sock)
            del self.by_descriptor[sock.fileno()]
            sock.close()
            watcher.sock = None
            self.lost += 1
        elif watcher.is_in:
            self._published(watcher, size)
        elif not watcher.greeted:
            watcher.greet()
        else:
            self._answered(watcher, bytes(self.buffer[:size]))

    def _answered(self, watcher: Watcher, data: bytes) -> None:
        watcher.answer += data
        if b'"id":2' in watcher.answer:
            watcher.is_in = True
            self.waiting -= 1
            _, _, rest = watcher.answer.partition(b'"epoch":"')
            watcher.epoch = rest.partition(b'"')[0].decode()
            at = watcher.answer.rfind(OFFSET)
            watcher.offset = _number(watcher.answer, at) if at >= 0 else 0

    def _published(self, watcher: Watcher, size: int) -> None:
        """Go through the frames of what was read."""
        buffer: bytes | bytearray = self.buffer
        if watcher.cut:
            buffer = watcher.cut + buffer[:size]
            size = len(buffer)
        begin = 0
        while begin < size:
            payload, end = _frame(buffer, begin, size)
            if end > size:
                break
            self._taken(watcher, buffer, payload, end)
            begin = end
        watcher.cut = bytes(buffer[begin:size])

    def _taken(self, watcher: Watcher, buffer: bytes | bytearray, begin: int, end: int) -> None:
        if PING in (buffer[begin : begin + 2], buffer[end - 2 : end]) and watcher.sock is not None:
            watcher.sock.send(PONG)
        first = buffer.find(OFFSET, begin, end)
        if first < 0:
            self.beats += buffer.find(BEAT, begin, end) >= 0
            return
        last = _number(buffer, buffer.rfind(OFFSET, begin, end))
        self.gaps += _number(buffer, first) != watcher.offset + 1
        self.received += last - watcher.offset
        if watcher.number % SAMPLED == 0:
            self._read_all(watcher, bytes(buffer[begin:end]))
        watcher.offset = last

    def _read_all(self, watcher: Watcher, payload: bytes) -> None:
        now = time.monotonic_ns()
        offsets = payload.count(OFFSET)
        self.gaps += offsets != _number(payload, payload.rfind(OFFSET)) - watcher.offset
        for value in map(int, self.field.findall(payload)):
            if self.says_when:
                self.seen.append((value, now))
            else:
                self.delays_ms.append((now - value) / 1e6)


def frame_of_client(payload: bytes) -> bytes:
    """A text frame as a client sends it; masked, with zeros."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size < MEDIUM else b"\xfe" + size.to_bytes(2, "big")
    return b"\x81" + length + b"\0\0\0\0" + payload


def _frame(buffer: bytes | bytearray, begin: int, size: int) -> tuple[int, int]:
    """Return where a frame's payload begins and ends; beyond `size` where it is cut."""
    if begin + 2 > size:
        return size, size + 1
    length, payload = buffer[begin + 1], begin + 2
    more = 2 if length == MEDIUM else 8 if length == LARGE else 0
    if more:
        length = int.from_bytes(buffer[payload : payload + more], "big")
        payload += more
    if payload > size:
        return size, size + 1
    return payload, payload + length


def _number(buffer: bytes | bytearray, at: int) -> int:
    found = DIGITS.match(buffer, at + len(OFFSET))
    return int(found[0]) if found is not None else 0


def _of(watcher: Watcher) -> socket.socket:
    assert watcher.sock is not None, "open"
    return watcher.sock


def main() -> None:
    """Obey stdin."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    Crowd(int(sys.argv[1]), *sys.argv[2:]).obey()


if __name__ == "__main__":
    main()
