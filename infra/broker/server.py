"""Connections: frames in, answers out in the order of the requests.

Only Produce is pipelined: its batches get their place as soon as it is read, so that many share a
commit. Every other call of a connection runs when all before it are answered.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable

from infra.broker import admin, fetch, produce, wire
from infra.broker.coordination import Coordinator
from infra.broker.log import Log
from infra.broker.produce import Produced
from infra.broker.wire import Message, Request

CONNECTIONS_MAX = 2_000
REQUESTS_WAITING_MAX = 64
QUEUED_BYTES_MAX = 64 * 1024 * 1024
FRAME_SECONDS_MAX = 30.0
_LENGTH = struct.Struct(">i")
_WRITE_BUFFER_BYTES = 4 * 1024 * 1024

Handler = Callable[[Request], Awaitable[Message]]


class Server:
    """Accepts connections and gives every request to whom it belongs."""

    def __init__(self, log: Log, coordinator: Coordinator) -> None:
        self._log = log
        self._coordinator = coordinator
        self._connections: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Start to accept; the port it is (asked for 0: a free one)."""
        self._listener = await asyncio.start_server(self._accept, host, port, backlog=512)
        return int(self._listener.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop accepting, drop the connections."""
        if self._listener is not None:
            self._listener.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= CONNECTIONS_MAX:
            writer.close()
            return
        self._connections.add(task)
        try:
            await _Connection(self._log, self._coordinator, reader, writer).run()
        except asyncio.CancelledError:
            pass  # the broker stops
        finally:
            self._connections.discard(task)
            writer.transport.abort()


class _Connection:
    def __init__(
        self,
        log: Log,
        coordinator: Coordinator,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._log, self._reader, self._writer = log, reader, writer
        self._waiting: asyncio.Queue[Request | tuple[Request, Produced]]
        self._waiting = asyncio.Queue(REQUESTS_WAITING_MAX)
        self._in_order = 0
        writer.transport.set_write_buffer_limits(_WRITE_BUFFER_BYTES)
        host, port = writer.get_extra_info("sockname")[:2]
        self._handlers: dict[str, Handler] = {
            "ApiVersions": _api_versions,
            "Metadata": lambda request: admin.metadata(log, request, host, port),
            "FindCoordinator": lambda request: coordinator.find(request, host, port),
            "Fetch": lambda request: fetch.fetch(log, request),
            "ListOffsets": lambda request: fetch.list_offsets(log, request),
            "InitProducerId": lambda request: produce.init_producer_id(log, request),
            "CreateTopics": lambda request: admin.create_topics(log, request),
            "CreatePartitions": lambda request: admin.create_partitions(log, request),
            "DeleteTopics": lambda request: admin.delete_topics(log, request),
            "DescribeConfigs": lambda request: admin.describe_configs(log, request),
            **coordinator.handlers(writer.get_extra_info("peername")[0]),
        }

    async def run(self) -> None:
        """Until the peer leaves or sends what is not the protocol."""
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._answer())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        expected = (
            wire.MalformedError,
            OSError,
            asyncio.IncompleteReadError,
            asyncio.CancelledError,
        )
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, expected):
                raise result

    async def _read(self) -> None:
        while True:
            frame = await self._frame()
            request = wire.decode_request(frame)
            if request.call.name == "Produce" and self._in_order == 0:
                while self._log.committer.queued_bytes > QUEUED_BYTES_MAX:
                    await asyncio.wait([self._log.committer.settled()])
                await self._waiting.put((request, Produced(self._log, request)))
            else:
                self._in_order += 1
                await self._waiting.put(request)

    async def _frame(self) -> bytes:
        (size,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
        if not 0 < size <= wire.FRAME_BYTES_MAX:
            raise wire.MalformedError(f"frame of {size} bytes")
        async with asyncio.timeout(FRAME_SECONDS_MAX):
            return await self._reader.readexactly(size)

    async def _answer(self) -> None:
        while True:
            waiting = await self._waiting.get()
            if isinstance(waiting, tuple):
                request, produced = waiting
            else:
                request, produced = waiting, None
                if request.call.name == "Produce":
                    produced = Produced(self._log, request)
            if produced is not None:
                message = await produced.answer()
            else:
                message = await self._handlers[request.call.name](request)
            if not isinstance(waiting, tuple):
                self._in_order -= 1
            if produced is None or produced.wants_answer:
                self._writer.write(wire.encode_response(request, message))
                await self._writer.drain()


async def _api_versions(request: Request) -> Message:
    return wire.api_versions(request)
