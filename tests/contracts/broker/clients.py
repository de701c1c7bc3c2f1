"""What the tests of every client share: topics of their own, and reading a topic from its start."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

READ_SECONDS_MAX = 30.0


class BrokerUnderTest(Protocol):
    """What the suite asks of a broker's process."""

    @property
    def bootstrap(self) -> str: ...

    async def kill9(self) -> None: ...

    async def restart(self) -> None: ...


@dataclass
class TopicMaker:
    """Makes topics that are named after the test."""

    bootstrap: str
    test_name: str
    made: list[str] = field(default_factory=list)

    async def __call__(self, partitions: int = 1, **configs: str) -> str:
        """Make a topic; a config's name is written with underscores for dots."""
        stem = re.sub(r"[^a-z0-9]+", "-", self.test_name.lower())[:150].strip("-")
        name = f"{stem}-{len(self.made)}"
        settings = {key.replace("_", "."): value for key, value in configs.items()}
        await self.named(name, partitions, settings)
        return name

    async def named(
        self, name: str, partitions: int, settings: dict[str, str] | None = None
    ) -> None:
        """Make a topic of that very name."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            topic = NewTopic(name, partitions, 1, topic_configs=settings)
            answer = await admin.create_topics([topic])
            errors = [error for error in answer.topic_errors if error[1] != 0]
            assert not errors
        finally:
            await admin.close()
        self.made.append(name)


def reader(bootstrap: str, **settings: Any) -> AIOKafkaConsumer:
    """Return a consumer without a group's ownership and without automatic commits."""
    return AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        **{"enable_auto_commit": False, "auto_offset_reset": "earliest", **settings},
    )


async def read_all(
    bootstrap: str, topic: str, count: int, partition: int = 0
) -> list[ConsumerRecord[bytes, bytes]]:
    """Read `count` records of a partition from its start."""
    consumer = reader(bootstrap)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, partition)])
        return await take(consumer, count)
    finally:
        await consumer.stop()


async def take(consumer: AIOKafkaConsumer, count: int) -> list[ConsumerRecord[bytes, bytes]]:
    """Take the next `count` records, from whichever partitions they come."""
    taken: list[ConsumerRecord[bytes, bytes]] = []
    async with asyncio.timeout(READ_SECONDS_MAX):
        while len(taken) < count:
            came = await consumer.getmany(timeout_ms=1_000, max_records=count - len(taken))
            for records in came.values():
                taken += records
    return taken
