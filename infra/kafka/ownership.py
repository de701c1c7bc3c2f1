"""Which partitions this process owns, as a consumer group says.

Rule 1: the group is used for ownership only. Its records and offsets are never used: aiokafka
assigns partitions before `on_partitions_assigned` ends and would fetch on from the group's offset.
Rule 2: ownership is a hint that spares work. What keeps two owners apart is the chain.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import KafkaError

from infra.kafka.admin import NoBroker, connected
from infra.kafka.settings import GROUP

_POLL_MS: Final = 500

Change = Callable[[set[int]], Awaitable[None]]


class _Listener(ConsumerRebalanceListener):
    def __init__(self, consumer: AIOKafkaConsumer, change: Change) -> None:
        self._consumer = consumer
        self._change = change

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Nothing: who keeps a partition over a rebalance goes on with it."""

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        parts = list(assigned)
        self._consumer.pause(*parts)
        await self._change({at.partition for at in parts})


class Ownership:
    """Membership of one slot in the group of a topic's owners."""

    def __init__(self, consumer: AIOKafkaConsumer, topic: str) -> None:
        """Use `join`."""
        self._consumer = consumer
        self._topic = topic

    async def poll(self) -> None:
        """Keep the membership; call it in a loop. Raises what the group refuses us for."""
        await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=1)

    def owns(self, partition: int) -> bool:
        """Whether the group gives us this partition, as far as we have heard."""
        return TopicPartition(self._topic, partition) in self._consumer.assignment()

    async def ends(self, partitions: Iterable[int]) -> dict[int, int]:
        """Return the offset that the next record of each partition will get."""
        wanted = [TopicPartition(self._topic, partition) for partition in partitions]
        try:
            found = await self._consumer.end_offsets(wanted) if wanted else {}
        except KafkaError as error:
            raise NoBroker(f"the broker does not answer: {error}") from error
        return {at.partition: offset for at, offset in found.items()}

    async def leave(self) -> None:
        """End the connection; a static member keeps its place until its session ends."""
        await self._consumer.stop()


async def join(bootstrap: str, topic: str, group: str, slot: str, change: Change) -> Ownership:
    """Join; `change` is told the whole set of owned partitions after every rebalance."""

    def make() -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=group,
            group_instance_id=slot,
            client_id=slot,
            partition_assignment_strategy=[RoundRobinPartitionAssignor],
            **GROUP,
        )

    consumer = await connected(make, lambda client: client.start(), lambda client: client.stop())
    consumer.subscribe([topic], listener=_Listener(consumer, change))
    await asyncio.sleep(0)
    return Ownership(consumer, topic)
