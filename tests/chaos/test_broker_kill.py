"""kill -9 of the embedded broker while idempotent producers write to it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.support.brokers import start_embedded
from tests.support.eventually import eventually
from tests.support.journal import Journal, audit, make_topic, write

CYCLES = int(os.environ.get("SHUOGUO_KILLS", "10"))
WRITERS = 4
PARTITIONS = 3
ACKS_BETWEEN_KILLS = 1_000


@pytest.mark.timeout(60 + CYCLES * 30)
async def test_kill_9_loses_nothing_acknowledged_doubles_nothing_and_leaves_no_gap(
    tmp_path: Path,
) -> None:
    journal = Journal()
    async with await start_embedded(tmp_path / "broker") as broker:
        await make_topic(broker.bootstrap, "killed", PARTITIONS)
        async with asyncio.TaskGroup() as writers:
            for index in range(WRITERS):
                name = f"writer{index}"
                writers.create_task(write(broker.bootstrap, "killed", PARTITIONS, name, journal))
            for _ in range(CYCLES):
                await _more_acks(journal)
                await broker.kill9()
                await broker.restart()
            await _more_acks(journal)
            journal.stopping = True
        found = await audit(broker.bootstrap, "killed", PARTITIONS, journal)
    assert found.clean, found
    assert journal.refused == {}
    assert found.records == len(journal.acked) == len(journal.sent)


async def _more_acks(journal: Journal) -> None:
    wanted = len(journal.acked) + ACKS_BETWEEN_KILLS
    await eventually(lambda: len(journal.acked) >= wanted, 60)
