"""kill -9 of a random process of the log, again and again, under bidding load.

At the end: every acknowledged command has exactly one counted decision, and the log proves itself.
`SHUOGUO_KILLS` says how many (10 in `make test`, 100 in `make chaos`), `SHUOGUO_SEED` which.
"""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest

from infra.kafka.admin import check_log, create_topics
from infra.topics import BIDDING, PARTITIONS_EMBEDDED
from processors.verify import Result
from processors.verify_log import verify_log
from producers.command_publisher import CommandPublisher
from tests.support.brokers import Broker, start_embedded
from tests.support.eventually import eventually, pause
from tests.support.load import Load, all_decided
from tests.support.roles import Role, start_role

KILLS = int(os.environ.get("SHUOGUO_KILLS", "10"))
SEED = int(os.environ.get("SHUOGUO_SEED", "1"))
BIDDINGS = [f"B-{index}" for index in range(12)]
BETWEEN_SECONDS = (0.3, 1.5)


@pytest.mark.timeout(120 + 10 * KILLS)
async def test_no_kill_loses_or_doubles_a_decision(tmp_path: Path) -> None:
    async with await start_embedded(tmp_path / "broker") as broker:
        await create_topics(broker.bootstrap, PARTITIONS_EMBEDDED)
        log = await check_log(broker.bootstrap, BIDDING)
        publisher = CommandPublisher(broker.bootstrap, BIDDING)
        await publisher.start()
        roles = _start_roles(broker.bootstrap, tmp_path)
        load = Load(publisher, BIDDINGS, SEED)
        running = None
        try:
            await load.open()
            running = asyncio.create_task(load.run())
            await _kill(broker, roles, random.Random(SEED))
            load.stopping = True
            await running
            assert len(load.acked) >= len(load.sent_ids)
            await all_decided(broker.bootstrap, log, load, 60)
        finally:
            if running is not None:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
            await publisher.close()
            for role in roles:
                await role.kill9()
        roles[0].restart()
        await eventually(lambda: _proven(broker.bootstrap), 30)
        await roles[0].kill9()


def _start_roles(bootstrap: str, folder: Path) -> list[Role]:
    deciders = [
        start_role("processors", "deciders", bootstrap, folder / slot, "--slot", slot)
        for slot in ("decider-0", "decider-1")
    ]
    chronograph = start_role("producers", "chronograph", bootstrap, folder / "chronograph-0")
    return [*deciders, chronograph]


async def _kill(broker: Broker, roles: list[Role], chance: random.Random) -> None:
    for _ in range(KILLS):
        await pause(chance.uniform(*BETWEEN_SECONDS))
        victim = chance.randrange(len(roles) + 1)
        if victim == len(roles):
            await broker.kill9()
            await broker.restart()
            continue
        await roles[victim].kill9()
        roles[victim].restart()
    for role in roles:  # who gave up while its broker was dead is started again, as `up` does
        if role.process.poll() is not None:
            role.restart()


async def _proven(bootstrap: str) -> bool:
    reports = await verify_log(bootstrap, BIDDING)
    results = {report.result for report in reports}
    assert Result.DIFFERS not in results, reports
    return results == {Result.PROVEN}
