"""The disk fills up under the embedded broker: no false acknowledgement, and it recovers.

Two ways to run out of space: a small file system (where the test may mount one), and SQLite's own
limit.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from infra.kafka.appender import AckUnknown, Appender
from tests.support.brokers import Broker, start_embedded
from tests.support.eventually import eventually
from tests.support.journal import Journal, audit, make_topic, write

PARTITIONS = 2
MEGABYTE = 1024 * 1024
PAGE_BYTES = 8192


@dataclass(frozen=True)
class TightBroker:
    """A broker with little space, how to take the rest of it, and how to give it more."""

    broker: Broker
    take_space: Callable[[], Awaitable[None]]
    make_space: Callable[[], Awaitable[None]]


@asynccontextmanager
async def on_a_small_file_system(folder: Path) -> AsyncIterator[TightBroker]:
    """24 MB of tmpfs, filled up by a file that is deleted to make space."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:  # noqa: ASYNC221
        pytest.skip("needs the right to mount a small file system")
    ballast = folder / "ballast"

    async def take_space() -> None:
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 65_536)

    async def make_space() -> None:
        await asyncio.to_thread(ballast.unlink)

    try:
        async with await start_embedded(folder / "broker") as broker:
            yield TightBroker(broker, take_space, make_space)
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: ASYNC221


@asynccontextmanager
async def under_a_limit_of_pages(folder: Path) -> AsyncIterator[TightBroker]:
    """A log of 12 MB at most, half of it taken by a topic that is deleted to make space."""
    limit = ("--pages-max", str(12 * MEGABYTE // PAGE_BYTES))
    async with await start_embedded(folder / "broker", arguments=limit) as broker:
        await make_topic(broker.bootstrap, "ballast", 1)
        producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
        await producer.start()
        for _ in range(12):
            await producer.send_and_wait("ballast", b"\0" * (MEGABYTE // 2), partition=0)
        await producer.stop()

        async def take_space() -> None:
            """The writers do."""

        async def make_space() -> None:
            admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
            await admin.start()
            answer = await admin.delete_topics(["ballast"])
            await admin.close()
            assert answer.topic_error_codes == [("ballast", 0)]

        yield TightBroker(broker, take_space, make_space)


async def refuses(bootstrap: str) -> bool:
    """Whether a producer of its own, patient for a second, is refused."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", request_timeout_ms=1_000)
    await producer.start()
    try:
        await producer.send_and_wait("scratch", b"." * 32_768, partition=0)
    except KafkaError:
        return True
    else:
        return False
    finally:
        await producer.stop()


async def fill(appender: Appender) -> None:
    """Append until it does not work any more."""
    while True:
        await appender.append_batch(0, [None], [b"." * (MEGABYTE // 2)])


@pytest.mark.timeout(180)
@pytest.mark.parametrize("tight", [on_a_small_file_system, under_a_limit_of_pages])
async def test_a_full_disk_gives_no_false_acknowledgement_and_the_broker_recovers(
    tight: Callable[[Path], AbstractAsyncContextManager[TightBroker]], tmp_path: Path
) -> None:
    journal = Journal()
    async with tight(tmp_path) as running:
        broker = running.broker
        await make_topic(broker.bootstrap, "full", PARTITIONS)
        await make_topic(broker.bootstrap, "scratch", 1)
        async with asyncio.TaskGroup() as writers:
            for name in ("one", "two"):
                writers.create_task(write(broker.bootstrap, "full", PARTITIONS, name, journal))
            await eventually(lambda: len(journal.acked) > 500, 60)
            await running.take_space()
            await eventually(lambda: refuses(broker.bootstrap), 90)
            acked_while_full = Journal(sent=journal.sent, acked=dict(journal.acked))
            full = await audit(broker.bootstrap, "full", PARTITIONS, acked_while_full)
            await running.make_space()
            wanted = len(journal.acked) + 500
            await eventually(lambda: len(journal.acked) >= wanted, 60)
            journal.stopping = True
        recovered = await audit(broker.bootstrap, "full", PARTITIONS, journal)
        await broker.kill9()
        await broker.restart()
        restarted = await audit(broker.bootstrap, "full", PARTITIONS, journal)
    assert full.clean, full
    assert recovered.clean, recovered
    assert restarted == recovered
    assert journal.refused == {}


async def test_who_gives_up_on_a_full_disk_tells_his_caller_and_nobody_else(tmp_path: Path) -> None:
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    async with under_a_limit_of_pages(tmp_path) as running:
        bootstrap = running.broker.bootstrap
        await make_topic(bootstrap, "full", 1)
        with pytest.raises(AckUnknown):
            await fill(Appender(bootstrap, "full", ack_seconds_max=1.0))
    gc.collect()
    assert told == []
