"""Reading partitions from a given offset on, without a group.

Rule 1: a reader says where it starts. An offset that is not there is an error, never "latest".
Rule 2: `read` returns records in offset order per partition and nothing twice.
Rule 3: each offset is a record, whatever was appended there (infra.kafka.unpacking).
Rule 4: a record batch whose checksum is wrong is a break, named by its first offset; what stands
before it is returned first. After it the reader is of no use.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from infra.kafka.admin import NoBroker, connected
from infra.kafka.settings import CONSUMER, START_SECONDS_MAX
from infra.kafka.unpacking import Damaged, as_it_is

__all__ = ["Damaged", "LogReader", "OffsetGone", "Record", "open_reader"]

RECORDS_MAX = 4_000


class Record(NamedTuple):
    """A record of any topic; `timestamp_ms` is the broker's stamp where the topic says so."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


class OffsetGone(Exception):
    """The record to start at is no longer, or not yet, in the log."""


Row = TypeVar("Row")
Make = Callable[[int, int, bytes | None, bytes | None], Row]


class LogReader(Generic[Row]):
    """Reads some partitions of one topic; `make` builds a row of (offset, stamp, key, value)."""

    def __init__(self, consumer: AIOKafkaConsumer, topic: str, make: Make[Row]) -> None:
        """Use `open_reader`."""
        self._consumer = consumer
        self._topic = topic
        self._make = make

    async def read(
        self, timeout_ms: int = 0, records_max: int = RECORDS_MAX
    ) -> dict[int, list[Row]]:
        """Return what has come, by partition; waits up to `timeout_ms` where nothing has.

        Raises `OffsetGone`, and `Damaged` (rule 4).
        """
        make = self._make
        try:
            found = await self._consumer.getmany(timeout_ms=timeout_ms, max_records=records_max)
        except OffsetOutOfRangeError as error:
            raise OffsetGone(f"{self._topic}: no record at {error}") from error
        return {
            at.partition: [make(one.offset, one.timestamp, one.key, one.value) for one in records]
            for at, records in found.items()
        }

    def seek(self, partition: int, offset: int) -> None:
        """Go on from `offset`."""
        self._consumer.seek(TopicPartition(self._topic, partition), offset)

    async def ends(self) -> dict[int, int]:
        """Return for each partition the offset that the next record will get."""
        found = await _asked(self._consumer.end_offsets(self._consumer.assignment()))
        return {at.partition: offset for at, offset in found.items()}

    async def starts(self) -> dict[int, int]:
        """Return for each partition the first offset that is still there."""
        found = await _asked(self._consumer.beginning_offsets(self._consumer.assignment()))
        return {at.partition: offset for at, offset in found.items()}

    async def read_to(self, partition: int, end: int) -> AsyncIterator[list[Row]]:
        """Read one partition up to `end`, in chunks; the others must not be assigned."""
        at = TopicPartition(self._topic, partition)
        while await self._consumer.position(at) < end:
            rows = (await self.read(timeout_ms=200)).get(partition, [])
            left = end - await self._consumer.position(at)
            if left < 0:  # more than was asked for has come
                rows = rows[:left]
                self._consumer.seek(at, end)
            if rows:
                yield rows

    async def close(self) -> None:
        """End all connections."""
        await self._consumer.stop()


async def _asked(answer: Awaitable[Mapping[TopicPartition, int]]) -> Mapping[TopicPartition, int]:
    try:
        return await answer
    except KafkaError as error:
        raise NoBroker(f"the broker does not answer: {error}") from error


async def record_at(bootstrap: str, topic: str, partition: int, offset: int) -> Record | None:
    """Return one record; None where it is not there. Raises `NoBroker`, `OffsetGone`."""
    reader = await open_reader(bootstrap, topic, {partition: offset}, Record)
    try:
        async for rows in reader.read_to(partition, offset + 1):
            return rows[0]
    finally:
        await reader.close()
    return None


async def open_reader(
    bootstrap: str,
    topic: str,
    starts: Mapping[int, int],
    make: Make[Row],
    seconds_max: float = START_SECONDS_MAX,
) -> LogReader[Row]:
    """Start reading partitions at `starts` (partition → offset)."""
    consumer = await connected(
        lambda: AIOKafkaConsumer(
            bootstrap_servers=bootstrap, key_deserializer=as_it_is, **CONSUMER
        ),
        lambda client: client.start(),
        lambda client: client.stop(),
        seconds_max,
    )
    try:
        consumer.assign([TopicPartition(topic, partition) for partition in starts])
        for partition, offset in starts.items():
            consumer.seek(TopicPartition(topic, partition), offset)
    except KafkaError:
        await consumer.stop()
        raise
    return LogReader(consumer, topic, make)
