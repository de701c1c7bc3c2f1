"""3,000 connections that do not speak the protocol, and then the embedded broker still serves."""

from __future__ import annotations

import asyncio
import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from infra.broker.kafka_python import admin, consumer, metadata, producer
from infra.broker.wire import CALLS
from tests.support.brokers import start_embedded
from tests.support.journal import make_topic, read_all

CONNECTIONS = 3_000
AT_ONCE = 60
SLOW = 150
SEED = 20_240_701


def random_bytes(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(1, 400))


def a_huge_length(chance: random.Random) -> bytes:
    return struct.pack(">i", chance.choice([2**31 - 1, 2**30, 33_554_433])) + chance.randbytes(64)


def a_length_below_one(chance: random.Random) -> bytes:
    return struct.pack(">i", chance.choice([0, -1, -(2**31)])) + chance.randbytes(20)


def a_known_call_with_a_random_body(chance: random.Random) -> bytes:
    key, call = chance.choice(sorted(CALLS.items()))
    version = chance.randint(call.version_min, call.version_max)
    head = struct.pack(">hhih", key, version, chance.getrandbits(31), -1)
    return framed(head + chance.randbytes(chance.randint(0, 200)))


def an_unknown_call(chance: random.Random) -> bytes:
    return framed(struct.pack(">hhih", chance.randint(70, 30_000), 0, 1, -1) + chance.randbytes(9))


def a_valid_request_cut_short(chance: random.Random) -> bytes:
    whole = valid_request(chance)
    return whole[: chance.randint(1, len(whole) - 1)]


def a_valid_request_with_flipped_bytes(chance: random.Random) -> bytes:
    whole = bytearray(valid_request(chance))
    for _ in range(chance.randint(1, 6)):
        whole[chance.randrange(4, len(whole))] = chance.randrange(256)
    return bytes(whole)


def framed(content: bytes) -> bytes:
    return struct.pack(">i", len(content)) + content


def valid_request(chance: random.Random) -> bytes:
    data = producer.ProduceRequest.TopicProduceData
    batch = data.PartitionProduceData(index=0, records=chance.randbytes(80))
    wanted = admin.CreateTopicsRequest.CreatableTopic(
        name="scratch", num_partitions=1, replication_factor=1
    )
    offer = consumer.JoinGroupRequest.JoinGroupRequestProtocol(name="range", metadata=b"x")
    request = chance.choice(
        [
            metadata.MetadataRequest(topics=None, version=5),
            admin.CreateTopicsRequest(topics=[wanted], version=5),
            consumer.FetchRequest(topics=[], max_wait_ms=1, min_bytes=1, max_bytes=1, version=11),
            consumer.JoinGroupRequest(
                group_id="g",
                session_timeout_ms=9,
                protocol_type="consumer",
                protocols=[offer],
                version=2,
            ),
            producer.ProduceRequest(
                acks=-1, topic_data=[data(name="scratch", partition_data=[batch])], version=8
            ),
        ]
    )
    request.with_header(correlation_id=1, client_id="stranger")
    return bytes(request.encode(header=True, framed=True))


KINDS: list[Callable[[random.Random], bytes]] = [
    random_bytes,
    a_huge_length,
    a_length_below_one,
    a_known_call_with_a_random_body,
    an_unknown_call,
    a_valid_request_cut_short,
    a_valid_request_with_flipped_bytes,
]


async def talk_nonsense(port: int, content: bytes) -> None:
    """Send it, say no more, and read whatever comes until the broker or we have had enough."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(content)
        writer.write_eof()
        async with asyncio.timeout(10):
            while await reader.read(65_536):
                pass
    except (OSError, TimeoutError):
        pass  # closed on us: its right
    finally:
        writer.transport.abort()


async def begin_and_dawdle(port: int, chance: random.Random) -> asyncio.StreamWriter:
    """Send the beginning of a frame and keep the connection open."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(struct.pack(">i", 1_000) + chance.randbytes(3))
    return writer


@pytest.mark.timeout(180)
async def test_after_3000_malformed_connections_the_broker_still_serves(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    async with await start_embedded(tmp_path / "broker") as broker:
        await make_topic(broker.bootstrap, "kept", 1)
        await make_topic(broker.bootstrap, "scratch", 1)
        writer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, enable_idempotence=True)
        await writer.start()
        await writer.send_and_wait("kept", b"before", partition=0)
        slow = [await begin_and_dawdle(broker.port, chance) for _ in range(SLOW)]
        for start in range(SLOW, CONNECTIONS, AT_ONCE):
            count = min(AT_ONCE, CONNECTIONS - start)
            contents = [KINDS[(start + index) % len(KINDS)](chance) for index in range(count)]
            await asyncio.gather(*(talk_nonsense(broker.port, content) for content in contents))
        await writer.send_and_wait("kept", b"after", partition=0)
        await writer.stop()
        found = await read_all(broker.bootstrap, "kept", 0)
        for open_one in slow:
            open_one.transport.abort()
        assert broker.process.poll() is None
        assert await broker.stop() == 0
    assert [(offset, value) for offset, _, value in found] == [(0, b"before"), (1, b"after")]
