"""confluent-kafka (librdkafka): idempotent producer, group, times."""

import asyncio

from confluent_kafka import (
    TIMESTAMP_CREATE_TIME,
    TIMESTAMP_LOG_APPEND_TIME,
    Consumer,
    Message,
    Producer,
    TopicPartition,
)

from tests.contracts.broker.clients import BrokerUnderTest, TopicMaker

POLL_SECONDS = 0.5
POLLS_MAX = 60


def produce(bootstrap: str, topic: str, count: int, time_ms: int | None = None) -> list[Message]:
    """Produce `count` records idempotently; what the broker acknowledged, in the order it did."""
    told: list[Message] = []

    def on_delivery(error: object, message: Message) -> None:
        assert error is None
        told.append(message)

    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True})
    for number in range(count):
        at_ms = 0 if time_ms is None else time_ms + number  # 0: librdkafka's own clock
        producer.produce(topic, b"%d" % number, key=b"k", on_delivery=on_delivery, timestamp=at_ms)
    assert producer.flush(30) == 0
    return told


def consume(bootstrap: str, topic: str, group: str, count: int) -> list[Message]:
    """Read `count` records as a group member, commit, leave."""
    settings = {
        "bootstrap.servers": bootstrap,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "session.timeout.ms": 6_000,
    }
    consumer = Consumer(settings)
    consumer.subscribe([topic])
    taken: list[Message] = []
    try:
        for _ in range(POLLS_MAX):
            taken += consumer.consume(count - len(taken), POLL_SECONDS)
            if len(taken) >= count:
                break
        assert [each.error() for each in taken] == [None] * count
        consumer.commit(asynchronous=False)
    finally:
        consumer.close()
    return taken


async def test_librdkafkas_idempotent_producer_and_group_keep_everything_in_order(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    told = await asyncio.to_thread(produce, broker.bootstrap, topic, 500)
    assert [each.offset() for each in told] == list(range(500))
    taken = await asyncio.to_thread(consume, broker.bootstrap, topic, topic, 500)
    assert [each.value() for each in taken] == [b"%d" % number for number in range(500)]


async def test_librdkafkas_group_goes_on_where_it_committed(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    await asyncio.to_thread(produce, broker.bootstrap, topic, 10)
    await asyncio.to_thread(consume, broker.bootstrap, topic, topic, 10)
    await asyncio.to_thread(produce, broker.bootstrap, topic, 3)
    taken = await asyncio.to_thread(consume, broker.bootstrap, topic, topic, 3)
    assert [each.offset() for each in taken] == [10, 11, 12]


async def test_librdkafka_is_told_both_kinds_of_time(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    created = await make_topic()
    appended = await make_topic(message_timestamp_type="LogAppendTime")
    for topic in (created, appended):
        await asyncio.to_thread(produce, broker.bootstrap, topic, 3, 1_000)
    by_sender = await asyncio.to_thread(consume, broker.bootstrap, created, created, 3)
    by_broker = await asyncio.to_thread(consume, broker.bootstrap, appended, appended, 3)
    expected = [(TIMESTAMP_CREATE_TIME, 1_000 + number) for number in range(3)]
    assert [each.timestamp() for each in by_sender] == expected
    kinds, times = zip(*(each.timestamp() for each in by_broker), strict=True)
    assert set(kinds) == {TIMESTAMP_LOG_APPEND_TIME}
    assert list(times) == sorted(times)


async def test_librdkafka_finds_offsets_by_time_and_the_bounds(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    await asyncio.to_thread(produce, broker.bootstrap, topic, 5, 1_000)
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": topic})
    try:
        asked = [TopicPartition(topic, 0, 1_003)]
        found = await asyncio.to_thread(consumer.offsets_for_times, asked, 10)
        bounds = await asyncio.to_thread(
            consumer.get_watermark_offsets, TopicPartition(topic, 0), 10
        )
    finally:
        consumer.close()
    assert [each.offset for each in found] == [3]
    assert bounds == (0, 5)
