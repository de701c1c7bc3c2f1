"""Apache Kafka for a test: one node or three, from Maven's jars, in a folder of the test's own.

    kafka = start_apache_kafka(tmp_path / "kafka", nodes=3)
    kafka.kill9(leader); kafka.restart(leader)
    kafka.stop()

Where Java or Maven is missing the test is skipped, and the reason says which of them.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.deploy.kafka.cluster import (
    kill_node,
    launch_node,
    start_cluster,
    stop_cluster,
    wait_ready,
)
from infra.deploy.kafka.jars import missing_tools
from infra.deploy.kafka.plan import Plan


@dataclass(frozen=True, slots=True)
class ApacheKafka:
    """A running cluster; nodes are numbered from 1, as in Kafka's own metadata."""

    plan: Plan

    @property
    def bootstrap(self) -> str:
        return self.plan.bootstrap

    async def kill9(self, number: int = 1) -> None:
        """SIGKILL one node."""
        await asyncio.to_thread(kill_node, self.plan, self.plan.node(number))

    async def restart(self, number: int = 1) -> None:
        """Start a killed node again and wait until it knows every node that runs."""
        await asyncio.to_thread(self._restart, number)

    def stop(self) -> None:
        """Stop every node."""
        stop_cluster(self.plan)

    def _restart(self, number: int) -> None:
        node = self.plan.node(number)
        launch_node(self.plan, node)
        wait_ready(self.plan, node, brokers=len(self.plan.nodes))


def require_apache_kafka() -> None:
    """Skip the test, aloud, where Apache Kafka cannot run."""
    missing = missing_tools()
    if missing:
        pytest.skip(f"Apache Kafka is not tried: no {' and no '.join(missing)} on the path")


def start_apache_kafka(folder: Path, nodes: int = 1) -> ApacheKafka:
    """Start a cluster of 1 or 3 nodes and wait until every node knows all of them."""
    require_apache_kafka()
    return ApacheKafka(start_cluster(folder, nodes))
