"""Three Apache Kafka nodes (RF 3, min ISR 2): the leader killed -9 under load, three times.

Nothing acknowledged is lost, nothing is doubled, and the pause is shown (`pytest -s`, or the
property `pause_seconds` in a JUnit report).
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import RecordMetadata

from infra.clock import monotonic_ms
from tests.contracts.broker.clients import read_all
from tests.support.eventually import eventually
from tests.support.kafka_cluster import ApacheKafka, start_apache_kafka

TOPIC = "three-nodes"
KILLS = int(os.environ.get("SHUOGUO_LEADER_KILLS", "3"))
IN_FLIGHT_MAX = 8
MORE_ACKS = 1_000
RESUME_SECONDS_MAX = 60.0

pytestmark = [pytest.mark.kafka, pytest.mark.long, pytest.mark.timeout(300)]


@dataclass
class Load:
    """Sends numbered records without end, a bounded number in flight; keeps what was answered."""

    producer: AIOKafkaProducer
    sent_count: int = 0
    offsets: dict[int, int] = field(default_factory=dict)
    pause_ms: int = 0
    _answered_at_ms: int = field(default_factory=monotonic_ms)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(IN_FLIGHT_MAX))

    async def send_forever(self) -> None:
        while True:
            await self._room.acquire()
            number, self.sent_count = self.sent_count, self.sent_count + 1
            future = await self.producer.send(TOPIC, b"%d" % number, partition=0)
            future.add_done_callback(self._on_answer(number))

    async def until_more_acks(self, count: int) -> None:
        """Wait for so many more answers."""
        wanted = len(self.offsets) + count
        await eventually(lambda: len(self.offsets) >= wanted, RESUME_SECONDS_MAX)

    def _on_answer(self, number: int) -> Callable[[asyncio.Future[RecordMetadata]], None]:
        def keep(answered: asyncio.Future[RecordMetadata]) -> None:
            self._room.release()
            offset = answered.result().offset
            now_ms = monotonic_ms()
            self.pause_ms = max(self.pause_ms, now_ms - self._answered_at_ms)
            self._answered_at_ms = now_ms
            self.offsets[number] = offset

        return keep


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[ApacheKafka]:
    running = await asyncio.to_thread(start_apache_kafka, tmp_path / "kafka", 3)
    yield running
    await asyncio.to_thread(running.stop)


async def leader_of(bootstrap: str) -> int:
    """Return the number of the node that leads the only partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        described = await admin.describe_topics([TOPIC])
        return int(described[0]["partitions"][0]["leader"])
    finally:
        await admin.close()


async def make_topic(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        configs = {"min.insync.replicas": "2", "message.timestamp.type": "LogAppendTime"}
        await admin.create_topics([NewTopic(TOPIC, 1, 3, topic_configs=configs)])
    finally:
        await admin.close()


@asynccontextmanager
async def load_on(cluster: ApacheKafka) -> AsyncIterator[Load]:
    """Keep an idempotent producer busy; at the end every record sent is answered."""
    producer = AIOKafkaProducer(
        bootstrap_servers=cluster.bootstrap,
        acks="all",
        enable_idempotence=True,
        request_timeout_ms=60_000,
        metadata_max_age_ms=1_000,
    )
    async with producer:
        load = Load(producer)
        sending = asyncio.create_task(load.send_forever())
        yield load
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        await producer.flush()


async def test_the_leader_killed_three_times_loses_nothing_and_doubles_nothing(
    cluster: ApacheKafka,
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    await make_topic(cluster.bootstrap)
    pauses: list[float] = []
    async with load_on(cluster) as load:
        for _ in range(KILLS):
            await load.until_more_acks(MORE_ACKS)
            load.pause_ms = 0
            leader = await leader_of(cluster.bootstrap)
            await cluster.kill9(leader)
            await load.until_more_acks(MORE_ACKS)
            pauses.append(load.pause_ms / 1000)
            await cluster.restart(leader)
    record_property("pause_seconds", pauses)
    with capsys.disabled():
        told = f"leader killed {KILLS} times, {len(load.offsets)} acknowledged, pauses {pauses} s"
        sys.stdout.write(f"\n{told}\n")
    assert len(load.offsets) == load.sent_count
    records = await read_all(cluster.bootstrap, TOPIC, load.sent_count)
    stored = {int(record.value or b""): record.offset for record in records}
    assert stored == load.offsets
    assert len(stored) == len(records)
