"""The KRaft configuration of a cluster in a folder: values, no process and no clock.

Every node is broker and controller in one, listens on loopback only, and keeps its ports for the
life of the folder, so that a node that was killed comes back at the same address.
"""

import base64
import json
import secrets
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
BROKER_SESSION_MS: Final = 6_000
BROKER_HEARTBEAT_MS: Final = 1_000
INTERNAL_PARTITIONS: Final = 4
PORTS: Final = range(20_000, 32_000)
_PLAN: Final = "cluster.json"


@dataclass(frozen=True, slots=True)
class Node:
    """One node: its number (from 1), its clients' port, its controllers' port."""

    number: int
    port: int
    controller_port: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A cluster as it is laid out in `folder`."""

    folder: Path
    cluster_id: str
    nodes: tuple[Node, ...]

    @property
    def bootstrap(self) -> str:
        """Addresses of all nodes, as clients take them."""
        return ",".join(f"{HOST}:{node.port}" for node in self.nodes)

    def node(self, number: int) -> Node:
        """Return the node with that number (from 1)."""
        for node in self.nodes:
            if node.number == number:
                return node
        raise KeyError(f"no node {number} in {self.folder}")

    def properties_path(self, node: Node) -> Path:
        """Return where the node's server.properties lies."""
        return self.folder / f"node-{node.number}.properties"

    def pid_path(self, node: Node) -> Path:
        """Return where the node's process id is written."""
        return self.folder / f"node-{node.number}.pid"

    def log_path(self, node: Node) -> Path:
        """Return where the node's standard output and error go."""
        return self.folder / f"node-{node.number}.log"

    def data_path(self, node: Node) -> Path:
        """Return where the node's records lie."""
        return self.folder / f"node-{node.number}-data"


def new_plan(folder: Path, nodes: int) -> Plan:
    """Lay out a cluster of 1 or 3 nodes on free ports."""
    if nodes not in (1, 3):
        raise ValueError("a cluster has 1 node or 3")
    ports = _free_ports(2 * nodes)
    made = (Node(index + 1, ports[2 * index], ports[2 * index + 1]) for index in range(nodes))
    cluster_id = base64.urlsafe_b64encode(b"\0" + secrets.token_bytes(15)).decode().rstrip("=")
    return Plan(folder, cluster_id, tuple(made))


def save_plan(plan: Plan) -> None:
    """Write the plan and every node's properties into the folder."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    for node in plan.nodes:
        lines = (f"{name}={value}\n" for name, value in server_properties(plan, node).items())
        plan.properties_path(node).write_text("".join(lines))
    nodes = [[node.number, node.port, node.controller_port] for node in plan.nodes]
    saved = {"cluster_id": plan.cluster_id, "nodes": nodes}
    (plan.folder / _PLAN).write_text(json.dumps(saved))


def load_plan(folder: Path) -> Plan | None:
    """Read the plan of a folder; None if there is none."""
    path = folder / _PLAN
    if not path.exists():
        return None
    saved = json.loads(path.read_text())
    nodes = tuple(Node(*numbers) for numbers in saved["nodes"])
    return Plan(folder, saved["cluster_id"], nodes)


def server_properties(plan: Plan, node: Node) -> dict[str, str]:
    """Return one node's server.properties.

    What the promises rest on: every topic on all nodes, min ISR 2 of 3, no unclean election, no
    topic by accident, and no retention unless a topic asks for it.
    """
    replicas = len(plan.nodes)
    in_sync = 2 if replicas > 1 else 1
    voters = (f"{each.number}@{HOST}:{each.controller_port}" for each in plan.nodes)
    return {
        "process.roles": "broker,controller",
        "node.id": str(node.number),
        "controller.quorum.voters": ",".join(voters),
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{HOST}:{node.port},CONTROLLER://{HOST}:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{node.port}",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(plan.data_path(node)),
        "auto.create.topics.enable": "false",
        "unclean.leader.election.enable": "false",
        "default.replication.factor": str(replicas),
        "min.insync.replicas": str(in_sync),
        "log.retention.ms": "-1",
        "log.retention.bytes": "-1",
        "offsets.topic.replication.factor": str(replicas),
        "offsets.topic.num.partitions": str(INTERNAL_PARTITIONS),
        "transaction.state.log.replication.factor": str(replicas),
        "transaction.state.log.min.isr": str(in_sync),
        "transaction.state.log.num.partitions": str(INTERNAL_PARTITIONS),
        "share.coordinator.state.topic.replication.factor": str(replicas),
        "share.coordinator.state.topic.min.isr": str(in_sync),
        "group.initial.rebalance.delay.ms": "0",
        "broker.session.timeout.ms": str(BROKER_SESSION_MS),
        "broker.heartbeat.interval.ms": str(BROKER_HEARTBEAT_MS),
        "num.network.threads": "2",
        "num.io.threads": "4",
    }


def _free_ports(count: int) -> list[int]:
    """Find ports below the range that outgoing connections draw from.

    While a node is down, no client's own socket can then sit on the node's port.
    """
    with ExitStack() as held:
        found: list[int] = []
        while len(found) < count:
            each = held.enter_context(socket.socket())
            port = secrets.choice(PORTS)
            try:
                each.bind((HOST, port))
            except OSError:
                continue
            found.append(port)
        return found
