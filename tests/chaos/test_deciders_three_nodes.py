"""Three Apache Kafka nodes, a node killed -9 under bidding load, three times: the deciders go on.

Nothing acknowledged is lost, every command has one counted decision, the log proves itself, and the
longest pause between two acknowledgements is recorded (`pause_seconds` in a JUnit report).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.clock import monotonic_ms
from infra.kafka.admin import check_log, create_topics
from infra.topics import BIDDING, PARTITIONS_CLUSTER
from processors.verify import Result
from processors.verify_log import verify_log
from producers.command_publisher import CommandPublisher
from tests.support.eventually import eventually, pause
from tests.support.kafka_cluster import start_apache_kafka
from tests.support.load import Load, all_decided
from tests.support.roles import start_role

KILLS = int(os.environ.get("SHUOGUO_LEADER_KILLS", "3"))
NODES = 3
BIDDINGS = [f"B-{index}" for index in range(24)]
BEFORE_SECONDS = 3
MORE_ACKS = 200
RESUME_SECONDS_MAX = 150.0


@pytest.mark.kafka
@pytest.mark.long
@pytest.mark.timeout(900)
async def test_the_deciders_go_on_when_nodes_of_a_cluster_are_killed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    cluster = start_apache_kafka(tmp_path / "kafka", NODES)
    publisher = CommandPublisher(cluster.bootstrap, BIDDING)
    roles = []
    load = Load(publisher, BIDDINGS, seed=1)
    running = None
    try:
        await create_topics(cluster.bootstrap, PARTITIONS_CLUSTER)
        log = await check_log(cluster.bootstrap, BIDDING)
        await publisher.start()
        for slot in ("decider-0", "decider-1"):
            data = tmp_path / slot
            roles.append(
                start_role("processors", "deciders", cluster.bootstrap, data, "--slot", slot)
            )
        roles.append(start_role("producers", "chronograph", cluster.bootstrap, tmp_path / "clock"))
        await load.open()
        running = asyncio.create_task(load.run())
        pauses = []
        for kill in range(KILLS):
            await pause(BEFORE_SECONDS)
            number = kill % NODES + 1
            began_ms, acked = monotonic_ms(), len(load.acked)
            await cluster.kill9(number)
            await eventually(lambda: len(load.acked) > acked + MORE_ACKS, RESUME_SECONDS_MAX)  # noqa: B023
            pauses.append((monotonic_ms() - began_ms) / 1_000)
            await all_decided(
                cluster.bootstrap, log, Load(publisher, [], 0, dict(load.acked)), RESUME_SECONDS_MAX
            )
            await cluster.restart(number)
            for role in roles:
                if role.process.poll() is not None:
                    role.restart()
        record_property("pause_seconds", pauses)
        load.stopping = True
        await running
        await all_decided(cluster.bootstrap, log, load, RESUME_SECONDS_MAX)
        await roles.pop().kill9()
        await eventually(lambda: _proven(cluster.bootstrap), RESUME_SECONDS_MAX)
    finally:
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await publisher.close()
        for role in roles:
            await role.kill9()
        cluster.stop()


async def _proven(bootstrap: str) -> bool:
    reports = await verify_log(bootstrap, BIDDING)
    results = {report.result for report in reports}
    assert Result.DIFFERS not in results, reports
    return results == {Result.PROVEN}
