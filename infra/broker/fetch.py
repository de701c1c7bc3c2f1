"""Fetch (long poll) and ListOffsets. Only what is durable is shown."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator

from infra.broker.errors import Error
from infra.broker.kafka_python import KafkaError, MemoryRecords
from infra.broker.log import Log, Partition
from infra.broker.wire import Message, Request

EARLIEST, LATEST = -2, -1
WAIT_MS_MAX = 60_000


async def fetch(log: Log, request: Request) -> Message:
    """What there is from the offsets asked for; waits for `min_bytes`, or until the time is up."""
    message, response = request.message, request.call.response
    if message.session_id:
        return response(error_code=Error.FETCH_SESSION_ID_NOT_FOUND, session_id=0, responses=[])
    loop = asyncio.get_running_loop()
    deadline = loop.time() + min(max(message.max_wait_ms, 0), WAIT_MS_MAX) / 1000
    while True:
        topics, size, final = _collect(log, request)
        if size >= message.min_bytes or final or loop.time() >= deadline:
            return response(throttle_time_ms=0, error_code=0, session_id=0, responses=topics)
        if not await _something_new(log, request, deadline):
            deadline = loop.time()


def _collect(log: Log, request: Request) -> tuple[list[Message], int, bool]:
    """(topics of the answer, bytes in it, whether some partition has an error)."""
    made = request.call.response.FetchableTopicResponse
    bytes_left, size, final = request.message.max_bytes, 0, False
    topics = []
    for topic in request.message.topics:
        parts = []
        for wanted in topic.partitions:
            part = _read(log, made.PartitionData, topic.topic, wanted, bytes_left)
            size += len(part.records)
            bytes_left -= len(part.records)
            final = final or part.error_code != 0
            parts.append(part)
        topics.append(made(topic=topic.topic, partitions=parts))
    return topics, size, final


def _read(log: Log, made: Message, name: str, wanted: Message, bytes_left: int) -> Message:
    partition = log.partition(name, wanted.partition)
    if partition is None:
        return _part(made, wanted.partition, Error.UNKNOWN_TOPIC_OR_PARTITION)
    end, offset = partition.durable, wanted.fetch_offset
    if not 0 <= offset <= partition.next_offset:
        return _part(made, wanted.partition, Error.OFFSET_OUT_OF_RANGE, end)
    if offset >= end or bytes_left <= 0:
        return _part(made, wanted.partition, Error.NONE, end)
    allowed = min(bytes_left, wanted.partition_max_bytes)
    try:
        batches = log.storage.batches(partition.uid, offset, end, allowed)
    except sqlite3.Error:
        return _part(made, wanted.partition, Error.KAFKA_STORAGE_ERROR, end)
    return _part(made, wanted.partition, Error.NONE, end, b"".join(batches))


def _part(made: Message, number: int, error: Error, end: int = -1, records: bytes = b"") -> Message:
    return made(
        partition_index=number,
        error_code=error,
        high_watermark=end,
        last_stable_offset=end,
        log_start_offset=0 if end >= 0 else -1,
        aborted_transactions=None,
        preferred_read_replica=-1,
        records=records,
    )


async def _something_new(log: Log, request: Request, deadline: float) -> bool:
    loop = asyncio.get_running_loop()
    arrived: asyncio.Future[None] = loop.create_future()
    partitions = list(_partitions(log, request))
    for partition in partitions:
        partition.waiting.add(arrived)
    try:
        async with asyncio.timeout_at(deadline):
            await arrived
    except TimeoutError:
        return False
    finally:
        for partition in partitions:
            partition.waiting.discard(arrived)
    return True


def _partitions(log: Log, request: Request) -> Iterator[Partition]:
    for topic in request.message.topics:
        for wanted in topic.partitions:
            partition = log.partition(topic.topic, wanted.partition)
            if partition is not None:
                yield partition


async def list_offsets(log: Log, request: Request) -> Message:
    """Earliest, latest, or the first offset stamped at a time or later (-1: none)."""
    response = request.call.response
    topics = [
        response.ListOffsetsTopicResponse(
            name=topic.name,
            partitions=[
                _offset(log, response.ListOffsetsTopicResponse, topic.name, wanted)
                for wanted in topic.partitions
            ],
        )
        for topic in request.message.topics
    ]
    return response(throttle_time_ms=0, topics=topics)


def _offset(log: Log, made: Message, name: str, wanted: Message) -> Message:
    number = wanted.partition_index
    partition = log.partition(name, number)
    error, offset, at_ms = Error.NONE, -1, -1
    if partition is None:
        error = Error.UNKNOWN_TOPIC_OR_PARTITION
    elif wanted.timestamp == EARLIEST:
        offset = 0
    elif wanted.timestamp == LATEST:
        offset = partition.durable
    elif wanted.timestamp < 0:
        error = Error.INVALID_REQUEST
    else:
        try:
            offset, at_ms = _offset_at(log, partition, wanted.timestamp)
        except sqlite3.Error:
            error = Error.KAFKA_STORAGE_ERROR
    return made.ListOffsetsPartitionResponse(
        partition_index=number, error_code=error, timestamp=at_ms, offset=offset, leader_epoch=0
    )


def _offset_at(log: Log, partition: Partition, at_ms: int) -> tuple[int, int]:
    batch = log.storage.batch_at_time(partition.uid, at_ms, partition.durable)
    if batch is None:
        return -1, -1
    base_offset = int.from_bytes(batch[:8], "big")
    try:
        for records in MemoryRecords(batch):
            for record in records:
                if record.timestamp >= at_ms:
                    return record.offset, record.timestamp
    except (KafkaError, ValueError, IndexError, AssertionError):  # a compression not installed here
        return base_offset, at_ms
    return base_offset, at_ms
