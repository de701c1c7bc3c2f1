"""kill -9 of the read model's reader, again and again, under bidding load (F07, P14).

At the end every row is what the log makes of an empty database: nothing doubled, nothing missing.
`SHUOGUO_KILLS` says how many (4 in `make test`), `SHUOGUO_SEED` which moments.
"""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest

from infra.db.place import read_model_url
from infra.kafka.admin import check_log, create_topics
from infra.topics import BIDDING, PARTITIONS_EMBEDDED
from producers.command_publisher import CommandPublisher
from tests.support.brokers import start_embedded
from tests.support.eventually import eventually, pause
from tests.support.load import Load, all_decided
from tests.support.roles import start_role
from tests.support.rows import rows_of

KILLS = int(os.environ.get("SHUOGUO_KILLS", "4"))
SEED = int(os.environ.get("SHUOGUO_SEED", "1"))
BIDDINGS = [f"B-{index}" for index in range(8)]
BETWEEN_SECONDS = (0.4, 1.6)


@pytest.mark.timeout(120 + 10 * KILLS)
async def test_no_kill_doubles_or_loses_a_row(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    async with await start_embedded(tmp_path / "broker") as broker:
        await create_topics(broker.bootstrap, PARTITIONS_EMBEDDED)
        publisher = CommandPublisher(broker.bootstrap, BIDDING)
        await publisher.start()
        deciders = start_role("processors", "deciders", broker.bootstrap, tmp_path / "deciders")
        ticking = start_role("producers", "chronograph", broker.bootstrap, tmp_path / "ticking")
        reader = start_role("processors", "projections", broker.bootstrap, tmp_path / "live")
        anew = None
        load = Load(publisher, BIDDINGS, SEED)
        await load.open()
        running = asyncio.create_task(load.run())
        try:
            for _ in range(KILLS):
                await pause(chance.uniform(*BETWEEN_SECONDS))
                await reader.kill9()
                reader.restart()
            await broker.kill9()
            await broker.restart()
            await pause(chance.uniform(*BETWEEN_SECONDS))
            load.stopping = True
            await running
            log = await check_log(broker.bootstrap, BIDDING)
            await all_decided(broker.bootstrap, log, load, 60)
            for still in (ticking, deciders):  # the log stands still: both read the same
                await still.kill9()
            anew = start_role(
                "processors", "projections", broker.bootstrap, tmp_path / "anew", "--rebuild"
            )
            assert await anew.wait() == 0
            wanted = rows_of(read_model_url(tmp_path / "anew"))
            assert len(wanted["receipts"]) >= len(load.acked) - len(BIDDINGS)
            await eventually(lambda: rows_of(read_model_url(tmp_path / "live")) == wanted, 30)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await publisher.close()
            for role in (deciders, ticking, reader, anew):
                if role is not None:
                    await role.kill9()
