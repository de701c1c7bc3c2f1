"""aiokafka's consumer groups: joins, leaves, crashes, static members, committed offsets."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener

from tests.contracts.broker.clients import BrokerUnderTest, TopicMaker, reader, take

SETTLE_SECONDS_MAX = 40.0
GROUP = {"session_timeout_ms": 6_000, "heartbeat_interval_ms": 500}


class Assignments(ConsumerRebalanceListener):
    """Keeps the partitions a member holds, and how often they were given anew."""

    def __init__(self) -> None:
        self.held: set[int] = set()
        self.given_count = 0
        self._changed = asyncio.Event()

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self.held -= {each.partition for each in revoked}

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self.held = {each.partition for each in assigned}
        self.given_count += 1
        self._changed.set()

    async def until_holding(self, count: int) -> None:
        """Wait until this member holds so many partitions."""
        async with asyncio.timeout(SETTLE_SECONDS_MAX):
            while len(self.held) != count:
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def member(
    broker: BrokerUnderTest, topic: str, group: str, instance: str | None = None
) -> AsyncIterator[tuple[AIOKafkaConsumer, Assignments]]:
    consumer = reader(broker.bootstrap, group_id=group, group_instance_id=instance, **GROUP)
    assignments = Assignments()
    consumer.subscribe([topic], listener=assignments)
    async with consumer:
        yield consumer, assignments


async def test_members_share_the_partitions_and_a_leaver_hands_over(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic(partitions=4)
    async with member(broker, topic, topic) as (_, first):
        await first.until_holding(4)
        async with member(broker, topic, topic) as (_, second):
            await asyncio.gather(first.until_holding(2), second.until_holding(2))
            assert first.held | second.held == {0, 1, 2, 3}
        await first.until_holding(4)


async def test_a_crashed_members_partitions_go_to_the_others(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic(partitions=4)
    async with member(broker, topic, topic) as (_, survivor):
        await survivor.until_holding(4)
        crashing = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.contracts.broker.member", broker.bootstrap, topic
        )
        try:
            await survivor.until_holding(2)
        finally:
            crashing.kill()
            await crashing.wait()
        await survivor.until_holding(4)


async def test_a_static_member_returns_to_its_partitions_without_a_rebalance(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic(partitions=4)
    async with member(broker, topic, topic, instance="left") as (_, stays):
        async with member(broker, topic, topic, instance="right") as (_, before):
            await asyncio.gather(stays.until_holding(2), before.until_holding(2))
            given_count, held = stays.given_count, set(before.held)
        async with member(broker, topic, topic, instance="right") as (_, after):
            await after.until_holding(2)
            assert after.held == held
            assert stays.given_count == given_count


async def test_a_new_member_goes_on_where_the_group_committed(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    for number in range(6):
        await producer.send_and_wait(topic, b"%d" % number)
    async with member(broker, topic, topic) as (consumer, _):
        await take(consumer, 6)
        await consumer.commit({TopicPartition(topic, 0): 4})
    async with member(broker, topic, topic) as (consumer, _):
        assert [each.value for each in await take(consumer, 2)] == [b"4", b"5"]


async def test_committed_offsets_and_their_notes_survive_kill_9(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    partition = TopicPartition(topic, 0)
    for _ in range(6):
        await producer.send_and_wait(topic, b"x")
    async with member(broker, topic, topic) as (consumer, _):
        await take(consumer, 6)
        await consumer.commit({partition: (5, "note")})
        await broker.kill9()
        await broker.restart()
        await producer.send_and_wait(topic, b"after")
        assert (await take(consumer, 1))[0].value == b"after"
    async with reader(broker.bootstrap, group_id=topic) as later:
        later.assign([partition])
        assert await later.committed(partition) == 5


async def test_who_joins_while_a_crashed_member_still_counts_waits_only_for_its_session(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic(partitions=4)
    async with member(broker, topic, topic) as (_, watcher):
        await watcher.until_holding(4)
        crashing = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.contracts.broker.member", broker.bootstrap, topic
        )
        try:
            await watcher.until_holding(2)
        finally:
            crashing.kill()
            await crashing.wait()
    async with member(broker, topic, topic) as (_, successor):
        await successor.until_holding(4)
