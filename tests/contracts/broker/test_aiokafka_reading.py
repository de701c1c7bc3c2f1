"""aiokafka's consumer without a group: seeking, asking by time, waiting."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from infra.kafka.reader import Record, open_reader
from tests.contracts.broker.clients import BrokerUnderTest, TopicMaker, reader, take

LONG_WAIT_MS = 20_000
SOON_SECONDS = 10.0


async def test_a_consumer_reads_from_where_it_seeks(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    partition = TopicPartition(await make_topic(), 0)
    for number in range(10):
        await producer.send_and_wait(partition.topic, b"%d" % number)
    async with reader(broker.bootstrap) as consumer:
        consumer.assign([partition])
        consumer.seek(partition, 7)
        assert [each.offset for each in await take(consumer, 3)] == [7, 8, 9]
        await consumer.seek_to_beginning(partition)
        assert [each.offset for each in await take(consumer, 2)] == [0, 1]
        await consumer.seek_to_end(partition)
        assert await consumer.position(partition) == 10


async def test_a_seek_into_a_batch_gives_that_record_first(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    partition = TopicPartition(await make_topic(), 0)
    batch = producer.create_batch()
    for number in range(100):
        batch.append(key=None, value=b"%d" % number, timestamp=None)
    batch.close()
    await (await producer.send_batch(batch, partition.topic, partition=0))
    async with reader(broker.bootstrap) as consumer:
        consumer.assign([partition])
        consumer.seek(partition, 57)
        assert (await take(consumer, 1))[0].value == b"57"


async def test_offsets_for_times_gives_the_first_record_not_older(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    partition = TopicPartition(await make_topic(), 0)
    for time_ms in (1_000, 2_000, 3_000):
        await producer.send_and_wait(partition.topic, b"x", timestamp_ms=time_ms)
    async with reader(broker.bootstrap) as consumer:
        found = {
            time_ms: (await consumer.offsets_for_times({partition: time_ms}))[partition]
            for time_ms in (0, 1_000, 1_001, 3_000, 3_001)
        }
    told = {time_ms: None if at is None else at.offset for time_ms, at in found.items()}
    assert told == {0: 0, 1_000: 0, 1_001: 1, 3_000: 2, 3_001: None}


async def test_beginning_and_end_offsets_bound_what_there_is(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    topic = await make_topic(partitions=2)
    await producer.send_and_wait(topic, b"x", partition=1)
    both = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
    async with reader(broker.bootstrap) as consumer:
        assert list((await consumer.beginning_offsets(both)).values()) == [0, 0]
        assert list((await consumer.end_offsets(both)).values()) == [0, 1]


async def test_a_waiting_fetch_is_answered_when_the_record_comes(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    partition = TopicPartition(await make_topic(), 0)
    async with reader(broker.bootstrap, fetch_max_wait_ms=LONG_WAIT_MS) as consumer:
        consumer.assign([partition])
        assert await consumer.getmany(timeout_ms=300) == {}
        waiting = asyncio.ensure_future(consumer.getone())
        await producer.send_and_wait(partition.topic, b"now")
        record = await asyncio.wait_for(waiting, SOON_SECONDS)
    assert record.value == b"now"


async def test_an_offset_beyond_the_log_is_an_error_and_not_a_silent_jump(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    partition = TopicPartition(await make_topic(), 0)
    await producer.send_and_wait(partition.topic, b"x")
    async with reader(broker.bootstrap, auto_offset_reset="none") as consumer:
        consumer.assign([partition])
        consumer.seek(partition, 99)
        with pytest.raises(OffsetOutOfRangeError):
            await take(consumer, 1)


async def test_our_reader_gives_rows_and_leaves_a_consumer_beside_it_its_own_records(
    broker: BrokerUnderTest, producer: AIOKafkaProducer, make_topic: TopicMaker
) -> None:
    topic = await make_topic()
    for number in range(6):
        await producer.send_and_wait(topic, b"%d" % number, b"key", headers=[("h", b"v")])
    ours = await open_reader(broker.bootstrap, topic, {0: 1}, Record)
    rows: list[Record] = []
    async with asyncio.timeout(SOON_SECONDS):
        while len(rows) < 5:
            rows += (await ours.read(timeout_ms=1_000, records_max=2)).get(0, [])
    await ours.close()
    async with reader(broker.bootstrap) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        theirs = await take(consumer, 6)
    assert rows == [Record(one.offset, one.timestamp, one.key, one.value) for one in theirs[1:]]
    assert (theirs[0].topic, theirs[0].headers) == (topic, (("h", b"v"),))
