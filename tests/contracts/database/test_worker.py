"""The role on a running log: it keeps up, starts over where it must, and outlives its database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from infra.db.place import URL_VARIABLE, read_model_url
from infra.kafka.admin import check_log, create_topics
from infra.process import EXIT_OK
from infra.topics import BIDDING, PARTITIONS_EMBEDDED
from processors.projections.runner import ReadModel
from processors.projections.worker import Settings, Worker
from producers.command_publisher import CommandPublisher
from tests.support.brokers import Broker, start_embedded
from tests.support.eventually import eventually
from tests.support.load import Load, all_decided
from tests.support.postgres import halt_postgres, resume_postgres, start_postgres
from tests.support.roles import start_role
from tests.support.rows import Rows, rows_of

BIDDINGS = ["B-1", "B-2", "B-3"]


@pytest_asyncio.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    async with await start_embedded(tmp_path / "broker") as started:
        await create_topics(started.bootstrap, PARTITIONS_EMBEDDED)
        yield started


@asynccontextmanager
async def bidding(broker: Broker, folder: Path) -> AsyncIterator[Load]:
    """Biddings that are decided and bid for, until the end of the block."""
    roles = [
        start_role("processors", "deciders", broker.bootstrap, folder / "deciders"),
        start_role("producers", "chronograph", broker.bootstrap, folder / "chronograph"),
    ]
    publisher = CommandPublisher(broker.bootstrap, BIDDING)
    await publisher.start()
    load = Load(publisher, BIDDINGS, 1)
    running = None
    try:
        await load.open()
        running = asyncio.create_task(load.run())
        yield load
        load.stopping = True
        await running
        await all_decided(broker.bootstrap, await check_log(broker.bootstrap, BIDDING), load)
    finally:
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await publisher.close()
        for role in roles:
            await role.kill9()


@asynccontextmanager
async def projecting(broker: Broker, data: Path) -> AsyncIterator[None]:
    """The role, for the length of the block."""
    data.mkdir(parents=True, exist_ok=True)
    stop = asyncio.Event()
    running = asyncio.create_task(Worker(Settings(broker.bootstrap, data), stop).run())
    try:
        yield
    finally:
        stop.set()
        assert await running == EXIT_OK


async def rebuilt(broker: Broker, data: Path) -> Rows:
    """What the log makes of a read model in an empty folder."""
    data.mkdir(parents=True, exist_ok=True)
    settings = Settings(broker.bootstrap, data, start_over=True, until_end=True)
    assert await Worker(settings, asyncio.Event()).run() == EXIT_OK
    return rows_of(read_model_url(data))


async def agree(broker: Broker, data: Path, anew: Path) -> None:
    """The rows in `data` become those that the log makes; nothing is decided any more."""
    wanted = await rebuilt(broker, anew)

    def so() -> bool:
        return rows_of(read_model_url(data)) == wanted

    await eventually(so, 20)
    assert wanted["receipts"]


async def test_a_rebuilt_read_model_is_the_live_one_row_by_row(
    broker: Broker, tmp_path: Path
) -> None:
    async with projecting(broker, tmp_path / "live"):
        async with bidding(broker, tmp_path) as load:
            await eventually(lambda: len(load.acked) > 300, 40)
        await agree(broker, tmp_path / "live", tmp_path / "anew")
        await rebuilt(broker, tmp_path / "live")  # under the live one, which takes no harm
        await agree(broker, tmp_path / "live", tmp_path / "anew")


async def test_a_read_model_that_is_ahead_of_the_log_starts_over(
    broker: Broker, tmp_path: Path
) -> None:
    data = tmp_path / "live"
    async with bidding(broker, tmp_path) as load:
        await eventually(lambda: len(load.acked) > 900, 40)
    await rebuilt(broker, data)
    with sqlite3.connect(data / "readmodel.db") as connection:
        connection.execute("UPDATE positions SET offset = offset + 1000")
        connection.execute("UPDATE receipts SET number = 1")
    connection.close()
    async with projecting(broker, data):
        await agree(broker, data, tmp_path / "anew")


async def test_a_read_model_of_another_history_starts_over(broker: Broker, tmp_path: Path) -> None:
    data = tmp_path / "live"
    async with bidding(broker, tmp_path) as load:
        await eventually(lambda: len(load.acked) > 900, 40)
    await rebuilt(broker, data)
    with sqlite3.connect(data / "readmodel.db") as connection:
        connection.execute("UPDATE positions SET hash = ?", ("00" * 32,))
        connection.execute("UPDATE receipts SET number = 1")
    connection.close()
    async with projecting(broker, data):
        await agree(broker, data, tmp_path / "anew")


@pytest.mark.postgres
async def test_it_waits_for_a_database_that_is_away_and_catches_up(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = await asyncio.to_thread(start_postgres)
    try:
        live, anew = cluster.new_database(), cluster.new_database()
        monkeypatch.setenv(URL_VARIABLE, live)
        made = ReadModel(live, "none yet")
        made.prepare()
        made.close()
        async with projecting(broker, tmp_path / "live"):
            async with bidding(broker, tmp_path) as load:
                await eventually(lambda: len(rows_of(live)["bids"]) > 5, 40)
                await asyncio.to_thread(halt_postgres, cluster)
                acked = len(load.acked)
                await eventually(lambda: len(load.acked) > acked + 200, 40)
                await asyncio.to_thread(resume_postgres, cluster)
            monkeypatch.setenv(URL_VARIABLE, anew)
            wanted = await rebuilt(broker, tmp_path / "anew")
            await eventually(lambda: rows_of(live) == wanted, 20)
    finally:
        await asyncio.to_thread(cluster.stop)
