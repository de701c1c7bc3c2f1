"""Connections: frames in, answers out in the order of the requests.

Only Produce is pipelined: its batches get their place as soon as it is read, so that many share a
commit. Every other call of a connection starts when all before it are answered. Produce and Fetch,
which come by the thousand, answer by a call back; the others are tasks.
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

from infra.broker import admin, wire
from infra.broker.coordination import Coordinator
from infra.broker.fetch import fetch, list_offsets
from infra.broker.log import Log
from infra.broker.produce import init_producer_id, produce
from infra.broker.wire import Request, Values

CONNECTIONS_MAX = 2_000
REQUESTS_WAITING_MAX = 64
FRAME_SECONDS_MAX = 30.0
_LENGTH = struct.Struct(">i")
_READ_AHEAD_BYTES = 64 * 1024
_WRITE_BUFFER_BYTES = 4 * 1024 * 1024

Handler = Callable[[Request], Awaitable[Values]]


class Server:
    """Accepts connections and gives every request to whom it belongs."""

    def __init__(self, log: Log, coordinator: Coordinator) -> None:
        self._log = log
        self._coordinator = coordinator
        self._connections: set[_Connection] = set()
        self._listener: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Start to accept; the port it is (asked for 0: a free one)."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._connection, host, port, backlog=512)
        return int(self._listener.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Stop accepting, drop the connections."""
        if self._listener is not None:
            self._listener.close()
        for each in list(self._connections):
            each.drop()

    def _connection(self) -> _Connection:
        return _Connection(self._log, self._coordinator, self._connections)


@dataclass(slots=True, eq=False)
class _Asked:
    """A request that was started, how to give it up, and its answer when there is one."""

    request: Request
    give_up: Callable[[], object] = lambda: None
    answer: Values | None = None


class _Connection(asyncio.Protocol):
    """Bytes received -> the next request -> requests started, oldest first -> answers written."""

    def __init__(self, log: Log, coordinator: Coordinator, others: set[_Connection]) -> None:
        self._log, self._coordinator, self._others = log, coordinator, others
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._handlers: dict[str, Handler] = {}
        self._received = bytearray()
        self._next: Request | None = None
        self._started: deque[_Asked] = deque()
        self._open = self._reading = self._writable = True
        self._going_on = False
        self._frame_late: asyncio.TimerHandle | None = None

    # -- what the event loop calls ---------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The peer is there."""
        self._transport = cast("asyncio.Transport", transport)
        if len(self._others) >= CONNECTIONS_MAX:
            self.drop()
            return
        self._others.add(self)
        self._transport.set_write_buffer_limits(_WRITE_BUFFER_BYTES)
        log, coordinator = self._log, self._coordinator
        host, port = transport.get_extra_info("sockname")[:2]
        self._handlers = {
            "ApiVersions": _api_versions,
            "Metadata": lambda request: admin.metadata(log, request, host, port),
            "FindCoordinator": lambda request: coordinator.find(request, host, port),
            "ListOffsets": lambda request: list_offsets(log, request),
            "InitProducerId": init_producer_id,
            "CreateTopics": lambda request: admin.create_topics(log, request),
            "CreatePartitions": lambda request: admin.create_partitions(log, request),
            "DeleteTopics": lambda request: admin.delete_topics(log, request),
            "DescribeConfigs": lambda request: admin.describe_configs(log, request),
            **coordinator.handlers(transport.get_extra_info("peername")[0]),
        }

    def data_received(self, data: bytes) -> None:
        """More of the peer's frames."""
        self._received += data
        self._go_on()

    def pause_writing(self) -> None:
        """The peer does not read: start nothing more for it."""
        self._writable = False

    def resume_writing(self) -> None:
        """It has read."""
        self._writable = True
        self._go_on()

    def connection_lost(self, _: Exception | None) -> None:
        """The peer is gone."""
        self.drop()

    # -- one step at a time ----------------------------------------------------------------------

    def drop(self) -> None:
        """Close at once and give up what is under way."""
        given_up, self._started = self._started, deque()
        self._open, self._next = False, None
        self._received.clear()
        self._others.discard(self)
        self._be_patient()
        for asked in given_up:
            asked.give_up()
        self._transport.abort()

    def _go_on(self) -> None:
        """Do what can be done: write what is answered, start what may start, take what is whole."""
        if self._going_on:
            return  # what was started has answered at once
        self._going_on = True
        try:
            while self._open and (self._write() or self._start() or self._take()):
                pass
        except wire.MalformedError:
            self.drop()
        except Exception as error:  # noqa: BLE001  # must not end what others wait for
            self.drop()
            self._loop.call_exception_handler({"message": "request failed", "exception": error})
        else:
            self._regulate()
        finally:
            self._going_on = False

    def _write(self) -> bool:
        asked = self._started[0] if self._started else None
        if asked is None or asked.answer is None:
            return False
        self._started.popleft()
        if not _is_produce(asked.request) or asked.request.message.acks != 0:
            self._transport.write(wire.encode_response(asked.request, asked.answer))
        return True

    def _start(self) -> bool:
        request, started = self._next, self._started
        if request is None or len(started) >= REQUESTS_WAITING_MAX or not self._writable:
            return False
        if started and not (_is_produce(request) and _is_produce(started[-1].request)):
            return False
        self._next = None
        asked = _Asked(request)
        started.append(asked)
        answer = partial(self._answered, asked)
        if _is_produce(request):
            produce(self._log, request, answer)
        elif request.call.name == "Fetch":
            asked.give_up = fetch(self._log, request, answer)
        else:
            asked.give_up = self._loop.create_task(self._run(asked)).cancel
        return True

    async def _run(self, asked: _Asked) -> None:
        try:
            answer = await self._handlers[asked.request.call.name](asked.request)
        except BaseException:
            self.drop()
            raise
        self._answered(asked, answer)

    def _answered(self, asked: _Asked, answer: Values) -> None:
        asked.answer = answer
        self._go_on()

    def _take(self) -> bool:
        received = self._received
        if self._next is not None or len(received) < _LENGTH.size:
            return False
        (size,) = _LENGTH.unpack_from(received)
        if not 0 < size <= wire.FRAME_BYTES_MAX:
            raise wire.MalformedError(f"frame of {size} bytes")
        end = _LENGTH.size + size
        if end > len(received):
            return False
        self._next = wire.decode_request(bytes(memoryview(received)[_LENGTH.size : end]))
        del received[:end]
        self._be_patient()
        return True

    # -- bounds ----------------------------------------------------------------------------------

    def _regulate(self) -> None:
        """Read little further than what may start; do not wait for ever for half a frame."""
        blocked = self._next is not None
        if self._reading == (blocked and len(self._received) > _READ_AHEAD_BYTES):
            self._reading = not self._reading
            (self._transport.resume_reading if self._reading else self._transport.pause_reading)()
        if self._received and not blocked and self._frame_late is None:
            self._frame_late = self._loop.call_later(FRAME_SECONDS_MAX, self.drop)

    def _be_patient(self) -> None:
        if self._frame_late is not None:
            self._frame_late.cancel()
            self._frame_late = None


def _is_produce(request: Request) -> bool:
    return request.call.name == "Produce"


async def _api_versions(request: Request) -> Values:
    return wire.api_versions(request)
