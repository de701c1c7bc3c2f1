"""What clients may append, and that each offset is a record to our readers, whatever it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import KafkaException, Producer

from infra.kafka.reader import Record, open_reader
from infra.topics import COMMAND_TOPIC_CONFIG
from tests.contracts.broker.clients import BrokerUnderTest, TopicMaker
from tests.support import strange

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
UNSUPPORTED_COMPRESSION = 76
WAIT_SECONDS = 30.0


@pytest.fixture
async def log_topic(make_topic: TopicMaker) -> str:
    """A topic set as a log's."""
    name = f"{make_topic.test_name.lower().translate(_PLAIN)}-log"
    await make_topic.named(name, 1, dict(COMMAND_TOPIC_CONFIG))
    return name


_PLAIN = {ord(one): "-" for one in "[]_ /"}


async def _read(bootstrap: str, topic: str) -> list[Record]:
    reader = await open_reader(bootstrap, topic, {0: 0}, Record)
    try:
        end = (await reader.ends())[0]
        rows = [row async for part in reader.read_to(0, end) for row in part]
    finally:
        await reader.close()
    assert [row.offset for row in rows] == list(range(end))
    return rows


def _produced(bootstrap: str, topic: str, codec: str) -> int:
    """Produce with librdkafka; 0, or the error."""
    found: list[int] = []

    def told(error: Any, _message: object) -> None:
        found.append(0 if error is None else error.code())

    client = Producer({"bootstrap.servers": bootstrap, "compression.type": codec})
    client.produce(topic, b"x" * 5_000, b"key", partition=0, on_delivery=told)
    client.flush(WAIT_SECONDS)
    return found[0]


async def test_whatever_a_stock_client_packs_with_is_read_or_refused_by_name(
    broker: BrokerUnderTest, log_topic: str, request: pytest.FixtureRequest
) -> None:
    codes = {
        codec: await asyncio.to_thread(_produced, broker.bootstrap, log_topic, codec)
        for codec in CODECS
    }
    taken = [codec for codec, code in codes.items() if not code]
    if "embedded" in request.node.name:
        assert taken == ["none", "gzip"]
        assert {code for code in codes.values() if code} == {UNSUPPORTED_COMPRESSION}
    else:
        assert taken == list(CODECS)
    rows = await _read(broker.bootstrap, log_topic)
    assert [row.value for row in rows] == [b"x" * 5_000] * len(taken)


async def test_aiokafka_is_told_the_same(broker: BrokerUnderTest, log_topic: str) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=broker.bootstrap, compression_type="gzip"
    ) as client:
        await client.send_and_wait(log_topic, b"x" * 5_000)
    assert [row.value for row in await _read(broker.bootstrap, log_topic)] == [b"x" * 5_000]


async def test_odd_records_are_taken_and_others_refused_and_the_connection_serves_on(
    broker: BrokerUnderTest, log_topic: str
) -> None:
    odd = strange.accepted_and_odd()
    codes = {
        name: await strange.produce(broker.bootstrap, log_topic, 0, one)
        for name, one in odd.items()
    }
    assert {name: code for name, code in codes.items() if code} == {}
    values = [(row.key, row.value) for row in await _read(broker.bootstrap, log_topic)]
    assert values[:4] == [(None, None), (b"b-1", None), (None, b"{}"), (b"", b"")]
    assert len(values) == len(odd) + 1  # "two large keys" are two
    for name, one in strange.refused().items():
        code = await strange.produce(broker.bootstrap, log_topic, 0, one)
        assert code != strange.ENDED, f"{name}: the connection ended"
    await _read(broker.bootstrap, log_topic)


@pytest.mark.kafka
async def test_a_transactions_records_and_its_mark_are_records_each(
    apache: BrokerUnderTest, log_topic_on_apache: str
) -> None:
    ends: tuple[Callable[[Producer], None], ...] = (
        lambda client: client.commit_transaction(WAIT_SECONDS),
        lambda client: client.abort_transaction(WAIT_SECONDS),
    )

    def transact() -> None:
        client = Producer({"bootstrap.servers": apache.bootstrap, "transactional.id": "stranger"})
        client.init_transactions(WAIT_SECONDS)
        for end in ends:
            client.begin_transaction()
            client.produce(log_topic_on_apache, b"{}", b"b-1", partition=0)
            client.flush(WAIT_SECONDS)
            end(client)

    await asyncio.to_thread(transact)
    rows = await _read(apache.bootstrap, log_topic_on_apache)
    assert [row.value for row in rows] == [b"{}", None, b"{}", None]
    assert all(row.timestamp_ms > 0 for row in rows)


@pytest.fixture
async def log_topic_on_apache(apache: BrokerUnderTest) -> str:
    """A topic set as a log's, on Apache Kafka."""
    await TopicMaker(apache.bootstrap, "").named("with-marks", 1, dict(COMMAND_TOPIC_CONFIG))
    return "with-marks"


async def test_the_embedded_broker_serves_no_transactions(
    embedded: BrokerUnderTest,
) -> None:
    client = Producer({"bootstrap.servers": embedded.bootstrap, "transactional.id": "stranger"})
    with pytest.raises(KafkaException):
        await asyncio.to_thread(client.init_transactions, 10.0)
