"""Where a log begins and ends, and where a time stands in it: as every client may ask."""

import warnings
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka import TopicPartition as At
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from tests.contracts.broker.clients import BrokerUnderTest, TopicMaker, reader

with warnings.catch_warnings():  # it reads its schemas by a deprecated function
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka import KafkaConsumer
    from kafka import TopicPartition as OfKafkaPython

STAMPS = (3_000, 9_000, 5_000, 9_000, 7_000)


@pytest.fixture
async def topic(producer: AIOKafkaProducer, make_topic: TopicMaker) -> str:
    """Records with the stamps of their clients, one a batch; partition 1 stays empty."""
    name = await make_topic(2)
    for stamp in STAMPS:
        await producer.send_and_wait(name, b"x", partition=0, timestamp_ms=stamp)
    return name


def _asked(broker: BrokerUnderTest, topic: str, number: int, spec: OffsetSpec) -> tuple[int, int]:
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    at = TopicPartition(topic, number)
    found = admin.list_offsets({at: spec}, request_timeout=20)[at].result(30)
    return found.offset, found.timestamp


def test_librdkafka_is_told_both_ends_the_largest_stamp_and_times(
    broker: BrokerUnderTest, topic: str
) -> None:
    asked: Any = OffsetSpec  # it has no types of its own
    specs = {
        "earliest": asked.earliest(),
        "latest": asked.latest(),
        "largest": asked.max_timestamp(),
        "since 4": asked.for_timestamp(4_000),
        "since 9": asked.for_timestamp(9_000),
        "never": asked.for_timestamp(9_001),
    }
    told = {name: _asked(broker, topic, 0, spec) for name, spec in specs.items()}
    assert told == {
        "earliest": (0, -1),
        "latest": (5, -1),
        "largest": (1, 9_000),
        "since 4": (1, 9_000),
        "since 9": (1, 9_000),
        "never": (-1, -1),
    }
    assert _asked(broker, topic, 1, specs["largest"]) == (-1, -1)
    assert _asked(broker, topic, 1, specs["latest"]) == (0, -1)


@pytest.mark.parametrize("isolation", ["read_committed", "read_uncommitted"])
async def test_aiokafka_is_told_the_same_whatever_its_isolation(
    broker: BrokerUnderTest, topic: str, isolation: str
) -> None:
    client = reader(broker.bootstrap, isolation_level=isolation)
    await client.start()
    try:
        parts = [At(topic, 0), At(topic, 1)]
        assert list((await client.beginning_offsets(parts)).values()) == [0, 0]
        assert await client.end_offsets(parts) == {parts[0]: 5, parts[1]: 0}
        found = await client.offsets_for_times({parts[0]: 8_000, parts[1]: 0})
        assert (found[parts[0]].offset, found[parts[0]].timestamp) == (1, 9_000)
        assert found[parts[1]] is None
    finally:
        await client.stop()


def test_kafka_python_is_told_the_same(broker: BrokerUnderTest, topic: str) -> None:
    client = KafkaConsumer(bootstrap_servers=broker.bootstrap)
    try:
        at = OfKafkaPython(topic, 0)
        assert client.beginning_offsets([at]) == {at: 0}
        assert client.end_offsets([at]) == {at: 5}
        assert client.offsets_for_times({at: 3_001})[at].offset == 1
    finally:
        client.close()
