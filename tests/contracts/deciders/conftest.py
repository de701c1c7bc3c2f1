"""The brokers on which the deciders must behave the same: the embedded one, and Apache Kafka."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from infra.kafka.admin import Log, check_log, create_topics, open_admin
from infra.topics import BIDDING, PARTITIONS_EMBEDDED
from tests.support.brokers import start_embedded
from tests.support.eventually import eventually
from tests.support.kafka_cluster import require_apache_kafka, start_apache_kafka
from tests.support.roles import REPOSITORY, Role, start_role


@dataclass
class Stage:
    """A log that runs, and where the roles of a test keep their data."""

    bootstrap: str
    log: Log
    folder: Path
    roles: list[Role]

    def decider(self, slot: str, *arguments: str) -> Role:
        """Start a worker."""
        data = self.folder / slot
        return self._start("processors", "deciders", data, "--slot", slot, *arguments)

    def chronograph(self, slot: str = "chronograph-0") -> Role:
        """Start a chronograph."""
        return self._start("producers", "chronograph", self.folder / slot, "--slot", slot)

    async def prune(self, topic: str, before: dict[int, int]) -> None:
        """Delete what lies before these offsets, by partition."""
        admin = await open_admin(self.bootstrap)
        try:
            await admin.delete_records(
                {
                    TopicPartition(topic, partition): RecordsToDelete(offset)
                    for partition, offset in before.items()
                }
            )
        finally:
            await admin.close()

    async def verify(self, *arguments: str) -> int:
        """Prove the log in a process of its own; the exit code."""
        command = [sys.executable, "-m", "processors", "verify", "--bootstrap", self.bootstrap]
        process = await asyncio.create_subprocess_exec(*command, *arguments, cwd=REPOSITORY)
        return await process.wait()

    def _start(self, package: str, role: str, data: Path, *arguments: str) -> Role:
        started = start_role(package, role, self.bootstrap, data, *arguments)
        self.roles.append(started)
        return started


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One Apache Kafka node for all tests; each makes its topics afresh."""
    require_apache_kafka()
    cluster = start_apache_kafka(tmp_path_factory.mktemp("kafka"))
    yield cluster.bootstrap
    cluster.stop()


APACHE = pytest.param("apache", marks=pytest.mark.kafka)


@pytest_asyncio.fixture(params=["embedded", APACHE])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """A fresh log on each broker."""
    if request.param == "embedded":
        async with await start_embedded(tmp_path / "broker") as broker:
            async for made in _stage(broker.bootstrap, tmp_path):
                yield made
        return
    bootstrap: str = request.getfixturevalue("apache_kafka")
    await _forget_topics(bootstrap)
    async for made in _stage(bootstrap, tmp_path):
        yield made


async def _forget_topics(bootstrap: str) -> None:
    admin = await open_admin(bootstrap)
    names = [BIDDING.commands, BIDDING.decisions]
    try:
        await admin.delete_topics(names)

        async def forgotten() -> bool:
            return not set(names) & set(await admin.list_topics())

        await eventually(forgotten)
    finally:
        await admin.close()


async def _stage(bootstrap: str, folder: Path) -> AsyncIterator[Stage]:
    await create_topics(bootstrap, PARTITIONS_EMBEDDED)
    made = Stage(bootstrap, await check_log(bootstrap, BIDDING), folder, [])
    try:
        yield made
    finally:
        for role in made.roles:
            await role.kill9()
