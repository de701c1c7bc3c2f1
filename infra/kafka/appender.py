"""Appending to one partition: a batch of decisions as one record batch, or single commands.

Rule 1: an answer counts only if it says where exactly the records stand. No answer in time, an
error and a `DuplicateSequenceNumber` (whose offset is not valid) are all an unknown outcome.
Rule 2: after an unknown outcome the producer is thrown away without flushing, so that it neither
sends the batch again later nor goes on from a sequence that the broker does not share.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import MessageAccumulator

from infra.kafka.admin import connected
from infra.kafka.settings import ACK_SECONDS_MAX, PRODUCER, START_SECONDS_MAX

_ABORT_SECONDS_MAX: Final = 2.0
_LOG_APPEND_TIME: Final = 1

Answer = TypeVar("Answer")


class AckUnknown(Exception):
    """Whether and where the records stand is not known."""


class Ack(NamedTuple):
    """Where the first record of a batch stands, and the broker's stamp (-1: not stamped)."""

    partition: int
    offset: int
    timestamp_ms: int


class Appender:
    """One idempotent producer at a time, replaced after every unknown outcome."""

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        ack_seconds_max: float = ACK_SECONDS_MAX,
        linger_ms: int = 0,
    ) -> None:
        """Connects at the first use, or with `start`."""
        self._bootstrap = bootstrap
        self._topic = topic
        self._ack_seconds_max = ack_seconds_max
        self._settings = {**PRODUCER, "linger_ms": linger_ms}
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._turns: dict[int, asyncio.Lock] = {}

    async def start(self, seconds_max: float = START_SECONDS_MAX) -> AIOKafkaProducer:
        """Return the producer, connected."""
        async with self._starting:
            producer = self._producer
            if producer is None:
                producer = await connected(self._make, _start, _abort, seconds_max)
                self._producer = producer
            return producer

    def _make(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(bootstrap_servers=self._bootstrap, **self._settings)

    async def append_batch(
        self, partition: int, keys: Sequence[bytes | None], values: Sequence[bytes]
    ) -> Ack:
        """Append all values as one record batch; raises `AckUnknown`."""
        producer = await self.start()
        batch = producer.create_batch()
        for key, value in zip(keys, values, strict=True):
            if batch.append(key=key, value=value, timestamp=None) is None:
                raise ValueError("the values do not fit into one record batch")
        batch.close()
        queued = await self._in_time(
            producer, producer.send_batch(batch, self._topic, partition=partition)
        )
        return await self._answer(producer, queued)

    async def append(self, partition: int, key: bytes | None, value: bytes) -> Ack:
        """Append one record to a topic that the broker stamps; raises `AckUnknown`.

        Records of one partition stand in the order in which they were given.
        """
        async with self._turns.setdefault(partition, asyncio.Lock()):
            producer = await self.start()
            queued = await self._in_time(
                producer, producer.send(self._topic, value, key, partition=partition)
            )
        ack = await self._answer(producer, queued)
        if ack.timestamp_ms < 0:  # the offset of a duplicate is not valid
            await self._discard(producer)
            raise AckUnknown(f"{self._topic}: an answer without a stamp")
        return ack

    async def _in_time(self, producer: AIOKafkaProducer, work: Awaitable[Answer]) -> Answer:
        try:
            async with asyncio.timeout(self._ack_seconds_max):
                return await work
        except (KafkaError, TimeoutError, OSError) as error:
            await self._discard(producer)
            raise AckUnknown(f"{self._topic}: {type(error).__name__}: {error}") from error

    async def _answer(self, producer: AIOKafkaProducer, answer: Awaitable[Any]) -> Ack:
        metadata = await self._in_time(producer, answer)
        if metadata is None or metadata.offset < 0:
            await self._discard(producer)
            raise AckUnknown(f"{self._topic}: an answer without an offset")
        stamped = metadata.timestamp_type == _LOG_APPEND_TIME
        return Ack(metadata.partition, metadata.offset, metadata.timestamp if stamped else -1)

    async def discard(self) -> None:
        """Throw the producer away: what it still holds is never sent."""
        if self._producer is not None:
            await self._discard(self._producer)

    async def _discard(self, producer: AIOKafkaProducer) -> None:
        if self._producer is producer:
            self._producer = None
        await _abort(producer)

    async def close(self) -> None:
        """Close; what waits for its answer is given up."""
        await self.discard()


async def _start(producer: AIOKafkaProducer) -> None:
    await producer.start()


async def _abort(producer: AIOKafkaProducer) -> None:
    """Close without flushing. aiokafka has no public way: `stop` sends what is left."""
    internals = vars(producer)
    if internals["_closed"]:
        return
    internals["_closed"] = True
    closing = asyncio.ensure_future(internals["_sender"].close())
    await asyncio.sleep(0)  # the sender takes no further batch from here on
    with suppress(KafkaError, OSError):
        await producer.client.close()
    with suppress(KafkaError, TimeoutError, OSError):
        await asyncio.wait_for(closing, _ABORT_SECONDS_MAX)
    _give_up(internals["_message_accumulator"])


def _give_up(accumulator: MessageAccumulator) -> None:
    """Tell all who wait. A batch between two tries is in no set that aiokafka takes it out of."""
    internals = vars(accumulator)
    between = [batch for queue in internals["_batches"].values() for batch in queue]
    internals["_pending_batches"].update(between)
    accumulator.fail_all(KafkaError("given up"))
    for batch in between:
        for told in (batch.future, vars(batch)["_drain_waiter"]):
            if told.done() and not told.cancelled():
                told.exception()  # asked for, so that the loop does not tell it again
