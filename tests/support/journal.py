"""A journal of what the broker acknowledged to producers, and an auditor of the log against it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

WINDOW = 40
PAYLOAD = b"." * 180


@dataclass
class Journal:
    """What was sent, what was acknowledged (value → partition, offset), what was refused."""

    sent: set[bytes] = field(default_factory=set)
    acked: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    refused: dict[bytes, str] = field(default_factory=dict)
    stopping: bool = False


async def make_topic(bootstrap: str, name: str, partitions: int) -> None:
    """A topic with broker time."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    configs = {"message.timestamp.type": "LogAppendTime"}
    await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=configs)])
    await admin.close()


async def write(bootstrap: str, topic: str, partitions: int, name: str, journal: Journal) -> None:
    """Send numbered values through one idempotent producer, WINDOW in flight, until `stopping`."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        request_timeout_ms=60_000,
        retry_backoff_ms=50,
    )
    await producer.start()
    window = asyncio.Semaphore(WINDOW)
    number = 0
    async with asyncio.TaskGroup() as sends:
        while not journal.stopping:
            await window.acquire()
            value = f"{name}-{number}-".encode() + PAYLOAD
            sends.create_task(_send(producer, topic, number % partitions, value, journal, window))
            number += 1
    await producer.stop()


async def _send(
    producer: AIOKafkaProducer,
    topic: str,
    partition: int,
    value: bytes,
    journal: Journal,
    window: asyncio.Semaphore,
) -> None:
    journal.sent.add(value)
    try:
        place = await producer.send_and_wait(topic, value, partition=partition)
    except KafkaError as error:
        journal.refused[value] = type(error).__name__
    else:
        journal.acked[value] = (place.partition, place.offset)
    finally:
        window.release()


@dataclass(frozen=True)
class Audit:
    """What is wrong with a log, compared to a journal; all empty is right."""

    records: int
    lost: list[bytes]
    misplaced: list[bytes]
    doubled: list[bytes]
    strange: list[bytes]
    gaps: list[tuple[int, int, int]]
    stamps_back: list[tuple[int, int]]

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        wrong = (self.lost, self.misplaced, self.doubled, self.strange, self.gaps, self.stamps_back)
        return not any(wrong)


async def audit(bootstrap: str, topic: str, partitions: int, journal: Journal) -> Audit:
    """Read the whole topic and compare."""
    places: dict[bytes, tuple[int, int]] = {}
    seen: Counter[bytes] = Counter()
    gaps: list[tuple[int, int, int]] = []
    stamps_back: list[tuple[int, int]] = []
    for partition in range(partitions):
        expected, stamp_ms = 0, -1
        for offset, at_ms, value in await read_all(bootstrap, topic, partition):
            if offset != expected:
                gaps.append((partition, expected, offset))
            if at_ms < stamp_ms:
                stamps_back.append((partition, offset))
            expected, stamp_ms = offset + 1, at_ms
            places[value] = (partition, offset)
            seen[value] += 1
    return Audit(
        records=sum(seen.values()),
        lost=[value for value in journal.acked if value not in places],
        misplaced=[v for v, place in journal.acked.items() if places.get(v, place) != place],
        doubled=[value for value, times in seen.items() if times > 1],
        strange=[value for value in places if value not in journal.sent],
        gaps=gaps,
        stamps_back=stamps_back,
    )


async def read_all(bootstrap: str, topic: str, partition: int) -> list[tuple[int, int, bytes]]:
    """(offset, timestamp, value) of every record of a partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        place = TopicPartition(topic, partition)
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        found: list[tuple[int, int, bytes]] = []
        while await consumer.position(place) < end:
            for records in (await consumer.getmany(timeout_ms=1_000)).values():
                found.extend((r.offset, r.timestamp, r.value or b"") for r in records)
        return found
    finally:
        await consumer.stop()
