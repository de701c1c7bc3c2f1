"""A log file in which somebody changed a byte: what is read of it, and what is said."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from infra.kafka.reader import Damaged, Record, open_reader
from tests.contracts.broker.clients import TopicMaker
from tests.support.brokers import start_embedded

TOPIC = "damaged"
DAMAGED = 2


def _change(log: Path, offset: int) -> None:
    with sqlite3.connect(log) as database:
        (uid,) = database.execute("SELECT uid FROM partition WHERE topic = ?", (TOPIC,)).fetchone()
        table = f"batches_{uid}"
        where = f"FROM {table} WHERE base_offset = ?"
        (batch,) = database.execute(f"SELECT data {where}", (offset,)).fetchone()
        changed = batch.replace(b"paid 2", b"paid 9")
        assert changed != batch
        database.execute(
            f"UPDATE {table} SET data = ? WHERE base_offset = ?",  # noqa: S608
            (changed, offset),
        )
    database.close()


async def test_a_changed_byte_is_named_by_its_offset_and_what_was_before_it_is_read(
    tmp_path: Path,
) -> None:
    async with await start_embedded(tmp_path / "broker") as broker:
        await TopicMaker(broker.bootstrap, TOPIC).named(TOPIC, 1)
        producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
        await producer.start()
        for number in range(4):
            await producer.send_and_wait(TOPIC, b"paid %d" % number, partition=0)
        await producer.stop()
        await broker.stop()
        _change(tmp_path / "broker" / "log.sqlite", DAMAGED)
        await broker.restart()
        reader = await open_reader(broker.bootstrap, TOPIC, {0: 0}, Record)
        read: list[int] = []

        async def read_on() -> None:
            async for records in reader.read_to(0, 4):
                read.extend(one.offset for one in records)

        try:
            with pytest.raises(Damaged, match=f"record {DAMAGED} of {TOPIC} 0") as found:
                await read_on()
        finally:
            await reader.close()
    assert read == [0, 1]
    assert found.value.offset == DAMAGED
