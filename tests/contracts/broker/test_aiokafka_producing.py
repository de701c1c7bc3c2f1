"""aiokafka's producer: offsets, batches, times, sizes, and what a restart must keep."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError

from tests.contracts.broker.clients import BrokerUnderTest, TopicMaker, read_all, reader


async def test_acknowledged_offsets_are_consecutive(
    producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    told = [await producer.send_and_wait(topic, b"%d" % number) for number in range(20)]
    assert [each.offset for each in told] == list(range(20))


async def test_a_batch_is_told_its_base_offset_and_stays_together(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    bases = []
    for size in (3, 1, 50):
        batch = producer.create_batch()
        for number in range(size):
            assert batch.append(key=b"k", value=b"%d" % number, timestamp=None) is not None
        batch.close()
        bases.append((await (await producer.send_batch(batch, topic, partition=0))).offset)
    assert bases == [0, 3, 4]
    values = [each.value for each in await read_all(broker.bootstrap, topic, 54)]
    assert values[4:] == [b"%d" % number for number in range(50)]


async def test_key_value_headers_and_nulls_come_back_as_they_were_sent(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    await producer.send_and_wait(topic, b"", key=b"key", headers=[("h", b"1"), ("h", b"2")])
    await producer.send_and_wait(topic, None, key=b"key")
    await producer.send_and_wait(topic, "价".encode(), key=None)
    first, second, third = await read_all(broker.bootstrap, topic, 3)
    assert (first.key, first.value, first.headers) == (b"key", b"", (("h", b"1"), ("h", b"2")))
    assert (second.key, second.value) == (b"key", None)
    assert (third.key, third.value) == (None, "价".encode())


async def test_append_time_is_the_brokers_and_never_goes_backwards(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    topic = await make_topic(message_timestamp_type="LogAppendTime")
    for number in range(30):
        await producer.send_and_wait(topic, b"x", timestamp_ms=4_000_000_000_000 - number)
    records = await read_all(broker.bootstrap, topic, 30)
    times = [each.timestamp for each in records]
    assert {each.timestamp_type for each in records} == {1}
    assert times == sorted(times)
    assert times[-1] < 4_000_000_000_000 - 30


async def test_create_time_is_the_senders(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    for time_ms in (2_000, 1_000):
        await producer.send_and_wait(topic, b"x", timestamp_ms=time_ms)
    records = await read_all(broker.bootstrap, topic, 2)
    assert [(each.timestamp, each.timestamp_type) for each in records] == [(2_000, 0), (1_000, 0)]


async def test_producers_at_once_leave_no_gap_and_keep_their_own_order(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic()

    async def produce(name: int) -> None:
        async with AIOKafkaProducer(
            bootstrap_servers=broker.bootstrap, enable_idempotence=True
        ) as own:
            sent = [
                await own.send(topic, b"%d" % number, key=b"%d" % name) for number in range(200)
            ]
            await asyncio.gather(*sent)

    await asyncio.gather(*(produce(name) for name in range(4)))
    records = await read_all(broker.bootstrap, topic, 800)
    assert [each.offset for each in records] == list(range(800))
    for name in range(4):
        own = [each.value for each in records if each.key == b"%d" % name]
        assert own == [b"%d" % number for number in range(200)]


async def test_a_record_above_the_topics_size_is_refused_and_leaves_nothing(
    broker: BrokerUnderTest, make_topic: TopicMaker
) -> None:
    topic = await make_topic(max_message_bytes="2000")
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as plain:
        with pytest.raises(MessageSizeTooLargeError):
            await plain.send_and_wait(topic, b"x" * 5_000)
        assert (await plain.send_and_wait(topic, b"x" * 500)).offset == 0


async def test_what_was_acknowledged_survives_kill_9_and_the_producer_goes_on(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    for number in range(50):
        await producer.send_and_wait(topic, b"%d" % number)
    await broker.kill9()
    unanswered = [await producer.send(topic, b"%d" % number) for number in range(50, 60)]
    await broker.restart()
    await asyncio.gather(*unanswered)
    values = [each.value for each in await read_all(broker.bootstrap, topic, 60)]
    assert values == [b"%d" % number for number in range(60)]
    consumer = reader(broker.bootstrap)
    async with consumer:
        partition = TopicPartition(topic, 0)
        assert await consumer.end_offsets([partition]) == {partition: 60}
