"""kafka-python: producer, consumer in a group, admin."""

import asyncio
import warnings

import pytest

from tests.contracts.broker.clients import BrokerUnderTest, TopicMaker

with (
    warnings.catch_warnings()
):  # it reads its schemas by a deprecated function, on import and later
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka import KafkaConsumer, KafkaProducer
    from kafka.admin import KafkaAdminClient, NewTopic

pytestmark = pytest.mark.filterwarnings("ignore:read_text is deprecated:DeprecationWarning")


def produce(bootstrap: str, topic: str, count: int) -> list[int]:
    """Produce `count` records idempotently; their offsets."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    try:
        sent = [producer.send(topic, b"%d" % number, key=b"k") for number in range(count)]
        producer.flush()
        return [each.get(30).offset for each in sent]
    finally:
        producer.close()


def consume(bootstrap: str, topic: str, count: int) -> list[bytes]:
    """Read `count` records as a member of the group that has the topic's name, and commit."""
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=topic,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=6_000,
        heartbeat_interval_ms=1_000,
        consumer_timeout_ms=30_000,
    )
    taken: list[bytes] = []
    try:
        for record in consumer:
            taken.append(record.value)
            if len(taken) == count:
                break
        consumer.commit()
    finally:
        consumer.close()
    return taken


async def test_kafka_python_produces_and_a_group_reads_it(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    offsets = await asyncio.to_thread(produce, broker.bootstrap, topic, 100)
    assert offsets == list(range(100))
    taken = await asyncio.to_thread(consume, broker.bootstrap, topic, 100)
    assert taken == [b"%d" % number for number in range(100)]


async def test_kafka_pythons_group_goes_on_where_it_committed(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    await asyncio.to_thread(produce, broker.bootstrap, topic, 2)
    await asyncio.to_thread(consume, broker.bootstrap, topic, 2)
    await asyncio.to_thread(produce, broker.bootstrap, topic, 3)
    assert len(await asyncio.to_thread(consume, broker.bootstrap, topic, 3)) == 3


async def test_kafka_pythons_admin_makes_lists_and_deletes_topics(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    await make_topic()
    name = f"{make_topic.made[0]}-made-by-admin"

    def administer() -> tuple[bool, int, bool]:
        admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
        try:
            admin.create_topics([NewTopic(name, 3, 1)])
            there = name in admin.list_topics()
            partitions = len(admin.describe_topics([name])[0]["partitions"])
            admin.delete_topics([name])
            return there, partitions, name in admin.list_topics()
        finally:
            admin.close()

    assert await asyncio.to_thread(administer) == (True, 3, False)
