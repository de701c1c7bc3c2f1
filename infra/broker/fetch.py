"""Fetch (long poll) and ListOffsets. Only what is durable is shown."""

from __future__ import annotations

import asyncio
import sqlite3
import struct
from collections.abc import Callable, Iterator

from infra.broker.errors import Error
from infra.broker.kafka_python import KafkaError, MemoryRecords
from infra.broker.log import Log, Partition
from infra.broker.records import is_packed
from infra.broker.wire import Message, Request, Values

EARLIEST, LATEST, LARGEST = -2, -1, -3
_LARGEST_FROM = 7
WAIT_MS_MAX = 60_000


def fetch(log: Log, request: Request, answer: Callable[[Values], None]) -> Callable[[], None]:
    """Give what there is from the offsets asked for to `answer`, now or when there is enough.

    Waits for `min_bytes`, or until the time is up; what is returned gives up waiting.
    """
    if request.message.session_id:
        answer({"error_code": Error.FETCH_SESSION_ID_NOT_FOUND})
        return lambda: None
    poll = _Poll(log, request, answer)
    poll.look()
    return poll.end


class _Poll:
    """A Fetch that may have to wait: it looks again when a partition it asked for has grown."""

    def __init__(self, log: Log, request: Request, answer: Callable[[Values], None]) -> None:
        self._log, self._request, self._answer = log, request, answer
        self._watched: list[Partition] = []
        self._loop = asyncio.get_running_loop()
        wait_ms = min(max(request.message.max_wait_ms, 0), WAIT_MS_MAX)
        self._deadline = self._loop.time() + wait_ms / 1000
        self._next_look: asyncio.Handle | None = None

    def look(self) -> None:
        """Answer, or wait on."""
        self.end()
        late = self._loop.time() >= self._deadline
        found = list(_wanted(self._log, self._request))
        if late or any(part is None or part.durable != each.fetch_offset for each, part in found):
            topics, size, final = _collect(self._log, self._request)
            if late or final or size >= self._request.message.min_bytes:
                self._answer({"responses": topics})
                return
        self._watched = [part for _, part in found if part is not None]
        for part in self._watched:
            part.readers.add(self.look_soon)
        self._next_look = self._loop.call_at(self._deadline, self.look)

    def look_soon(self) -> None:
        """Look at the end of this turn, once for all that has grown in it."""
        self.end()
        self._next_look = self._loop.call_soon(self.look)

    def end(self) -> None:
        """Wait no more."""
        if self._next_look is not None:
            self._next_look.cancel()
        for part in self._watched:
            part.readers.discard(self.look_soon)
        self._watched = []


def _collect(log: Log, request: Request) -> tuple[list[Values], int, bool]:
    """(topics of the answer, bytes in it, whether some partition has an error)."""
    bytes_left, size, final = request.message.max_bytes, 0, False
    topics = []
    for topic in request.message.topics:
        parts = []
        for wanted in topic.partitions:
            part = _read(log, topic.topic, wanted, bytes_left)
            size += len(part["records"])
            bytes_left -= len(part["records"])
            final = final or part["error_code"] is not Error.NONE
            parts.append(part)
        topics.append({"topic": topic.topic, "partitions": parts})
    return topics, size, final


def _read(log: Log, name: str, wanted: Message, bytes_left: int) -> Values:
    partition = log.partition(name, wanted.partition)
    if partition is None:
        return _part(wanted.partition, Error.UNKNOWN_TOPIC_OR_PARTITION)
    end, offset = partition.durable, wanted.fetch_offset
    if not 0 <= offset <= partition.next_offset:
        return _part(wanted.partition, Error.OFFSET_OUT_OF_RANGE, end)
    if offset >= end or bytes_left <= 0:
        return _part(wanted.partition, Error.NONE, end)
    allowed = min(bytes_left, wanted.partition_max_bytes)
    try:
        batches = log.storage.batches(partition.uid, offset, end, allowed)
    except sqlite3.Error:
        return _part(wanted.partition, Error.KAFKA_STORAGE_ERROR, end)
    return _part(wanted.partition, Error.NONE, end, b"".join(batches))


def _part(number: int, error: Error, end: int = -1, records: bytes = b"") -> Values:
    return {
        "partition_index": number,
        "error_code": error,
        "high_watermark": end,
        "last_stable_offset": end,
        "log_start_offset": 0 if end >= 0 else -1,
        "aborted_transactions": None,
        "records": records,
    }


def _wanted(log: Log, request: Request) -> Iterator[tuple[Message, Partition | None]]:
    for topic in request.message.topics:
        for wanted in topic.partitions:
            yield wanted, log.partition(topic.topic, wanted.partition)


async def list_offsets(log: Log, request: Request) -> Values:
    """Earliest, latest, the first of the largest stamp, or of a time or later (-1: none)."""
    topics = [
        {
            "name": topic.name,
            "partitions": [
                _offset(log, topic.name, wanted, request.version) for wanted in topic.partitions
            ],
        }
        for topic in request.message.topics
    ]
    return {"topics": topics}


def _offset(log: Log, name: str, wanted: Message, version: int) -> Values:
    partition = log.partition(name, wanted.partition_index)
    error, offset, at_ms = Error.NONE, -1, -1
    if partition is None:
        error = Error.UNKNOWN_TOPIC_OR_PARTITION
    elif wanted.timestamp == EARLIEST:
        offset = 0
    elif wanted.timestamp == LATEST:
        offset = partition.durable
    elif wanted.timestamp < 0 and (wanted.timestamp != LARGEST or version < _LARGEST_FROM):
        error = Error.UNSUPPORTED_VERSION
    else:
        try:
            offset, at_ms = _offset_at(log, partition, wanted.timestamp)
        except sqlite3.Error:
            error = Error.KAFKA_STORAGE_ERROR
    return {
        "partition_index": wanted.partition_index,
        "error_code": error,
        "timestamp": at_ms,
        "offset": offset,
        "leader_epoch": 0 if offset >= 0 else -1,
    }


def _offset_at(log: Log, partition: Partition, at_ms: int) -> tuple[int, int]:
    if at_ms == LARGEST:
        at_ms = log.storage.tail(partition.uid)[1]
    batch = log.storage.batch_at_time(partition.uid, at_ms, partition.durable)
    if batch is None:
        return -1, -1
    base_offset = int.from_bytes(batch[:8], "big")
    if is_packed(batch):  # an older version kept it so: its first record is near enough
        return base_offset, at_ms
    try:
        for records in MemoryRecords(batch):
            for record in records:
                if record.timestamp >= at_ms:
                    return record.offset, record.timestamp
    except (KafkaError, ValueError, IndexError, AssertionError, struct.error):  # no such records
        return base_offset, at_ms
    return base_offset, at_ms
