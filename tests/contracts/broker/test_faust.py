"""A Faust worker with a table: counts, two workers, kill -9, and the table recovered."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from infra.topics import partition_of
from tests.contracts.broker.clients import BrokerUnderTest, TopicMaker, reader

PARTITIONS = 4
KEYS = [f"key-{number}" for number in range(16)]
ANSWER_SECONDS_MAX = 150.0
SILENCE_SECONDS_MAX = 20.0

pytestmark = pytest.mark.timeout(500)


@dataclass
class Counter:
    """Sends rounds of one record per key, and reads what the workers answered."""

    producer: AIOKafkaProducer
    answers: AIOKafkaConsumer
    topic: str

    async def round(self) -> dict[str, tuple[int, str]]:
        """Send one record for every key; per key the count and the worker that answered.

        A key that stays without an answer is sent again: a Faust worker that takes over may pass
        over records that the broker has handed to it (docs/broker.md), and what hangs on Faust must
        bear that. That each was handed over is asserted at the end.
        """
        told: dict[str, tuple[int, str]] = {}
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            while missing := [key for key in KEYS if key not in told]:
                for key in missing:
                    partition = partition_of(key, PARTITIONS)
                    await self.producer.send_and_wait(
                        self.topic, b"x", key=key.encode(), partition=partition
                    )
                await self._hear(told)
        return told

    async def _hear(self, told: dict[str, tuple[int, str]]) -> None:
        """Read answers until every key has one, or none has come for a while."""
        with suppress(TimeoutError):
            while len(told) < len(KEYS):
                async with asyncio.timeout(SILENCE_SECONDS_MAX):
                    record = await self.answers.getone()
                count, _, worker = record.value.decode().partition(" ")
                told[record.key.decode()] = (int(count), worker)

    async def records(self) -> set[tuple[int, int]]:
        """Return (partition, offset) of every record of the topic."""
        partitions = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
        ends = await self.answers.end_offsets(partitions)
        return {(at.partition, offset) for at, end in ends.items() for offset in range(end)}

    async def until_answered_by(self, workers: set[str]) -> int:
        """Send rounds until exactly these workers answer; how many rounds that took."""
        rounds = 0
        answering: set[str] = set()
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            while answering != workers:
                rounds += 1
                answering = {worker for _, worker in (await self.round()).values()}
        return rounds

    async def until_committed(self, broker: BrokerUnderTest) -> None:
        """Wait until the worker's group has committed all that was sent."""
        partitions = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
        async with reader(broker.bootstrap, group_id=self.topic) as group:
            group.assign(partitions)
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                for partition, end in (await group.end_offsets(partitions)).items():
                    while (await group.committed(partition) or 0) < end:
                        await group.getmany(timeout_ms=100)


@asynccontextmanager
async def worker(
    broker: BrokerUnderTest, topic: str, name: str, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a Faust worker as a process; killed at the end."""
    with (folder / f"{name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.contracts.broker.faust_worker"),
            *(broker.bootstrap, topic, name, str(folder / name)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_faust_table_survives_kill_9_and_is_shared_by_two_workers(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker, tmp_path: Path
) -> None:
    topic = await make_topic(partitions=PARTITIONS)
    counts = f"{topic}-counts"
    await make_topic.named(counts, PARTITIONS)
    async with reader(broker.bootstrap) as answers:
        answers.assign([TopicPartition(counts, number) for number in range(PARTITIONS)])
        counter = Counter(producer, answers, topic)
        async with worker(broker, topic, "first", tmp_path) as first:
            assert await counter.round() == dict.fromkeys(KEYS, (1, "first"))
            assert await counter.round() == dict.fromkeys(KEYS, (2, "first"))
            await counter.until_committed(broker)
            first.kill()
            await first.wait()
        async with worker(broker, topic, "second", tmp_path):
            told = await counter.round()
            assert {name for _, name in told.values()} == {"second"}
            assert all(count >= 3 for count, _ in told.values())  # Faust: at least once
            await counter.until_committed(broker)
            async with worker(broker, topic, "third", tmp_path):
                rounds = await counter.until_answered_by({"second", "third"})
            await counter.until_answered_by({"second"})
            told = await counter.round()
            assert all(count >= rounds + 3 for count, _ in told.values())
            assert await counter.records() == handed_over(tmp_path)


def handed_over(folder: Path) -> set[tuple[int, int]]:
    """Return (partition, offset) of every record that the broker handed to any worker."""
    lines = [line for notes in folder.glob("*.handed") for line in notes.read_text().splitlines()]
    return {(int(partition), int(offset)) for partition, offset in map(str.split, lines)}
