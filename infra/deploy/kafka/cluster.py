"""Start, kill and stop the nodes of a cluster that is laid out in a folder.

A node is started detached, with its process id and the time it began in a file beside its
properties; a process is only ever signalled if both still fit.
"""

import os
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path
from typing import Final

from infra.deploy.kafka.jars import fetch_jars
from infra.deploy.kafka.plan import HOST, Node, Plan, load_plan, new_plan, save_plan

HEAP: Final = "-Xmx384m"
READY_SECONDS_MAX: Final = 90.0
STOP_SECONDS_MAX: Final = 20.0
_POLL_SECONDS: Final = 0.1
_HEAD_BYTES: Final = 12
_APPEND: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND
_ENDED: Final = ("Z", "X")
_START_FIELD: Final = 19
_METADATA_V1_NO_TOPICS: Final = struct.pack(">hhihi", 3, 1, 7, -1, 0)


class NotStartedError(Exception):
    """A node ended early, or did not answer in time; the message ends with its log's last lines."""


def start_cluster(folder: Path, nodes: int) -> Plan:
    """Start every node of the folder's cluster (laid out if new), wait until all answer."""
    jars = fetch_jars()
    folder = folder.resolve()
    plan = load_plan(folder)
    if plan is None:
        plan = new_plan(folder, nodes)
        save_plan(plan)
    if len(plan.nodes) != nodes:
        raise ValueError(f"{folder} holds a cluster of {len(plan.nodes)} nodes, not {nodes}")
    for node in plan.nodes:
        _format(plan, node, jars)
    for node in plan.nodes:
        launch_node(plan, node, jars)
    for node in plan.nodes:
        wait_ready(plan, node, brokers=nodes)
    return plan


def stop_cluster(plan: Plan) -> None:
    """Stop every node: all at once by SIGTERM, and SIGKILL for those that do not end in time."""
    for node in plan.nodes:
        signal_node(plan, node, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS_MAX
    for node in plan.nodes:
        while running_pid(plan, node) is not None and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        kill_node(plan, node)


def launch_node(plan: Plan, node: Node, jars: Path | None = None) -> None:
    """Start one node without waiting for it; nothing happens if it runs."""
    if running_pid(plan, node) is not None:
        return
    jars = jars or fetch_jars()
    command = [*_java(jars), "kafka.Kafka", str(plan.properties_path(node))]
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(plan.log_path(node)), _APPEND, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions, setsid=True)
    plan.pid_path(node).write_text(f"{pid} {_started_at(pid)}")


def kill_node(plan: Plan, node: Node) -> None:
    """SIGKILL one node and wait until it is gone; nothing happens if it is not running."""
    signal_node(plan, node, signal.SIGKILL)
    while running_pid(plan, node) is not None:
        time.sleep(_POLL_SECONDS)
    plan.pid_path(node).unlink(missing_ok=True)


def signal_node(plan: Plan, node: Node, number: signal.Signals) -> None:
    """Send a signal to one node's process, if it runs."""
    pid = running_pid(plan, node)
    if pid is not None:
        os.kill(pid, number)


def running_pid(plan: Plan, node: Node) -> int | None:
    """Return the node's process id if that process runs and is this node, else None."""
    try:
        pid, started_at = map(int, plan.pid_path(node).read_text().split())
    except (FileNotFoundError, ValueError):
        return None
    _reap(pid)
    return pid if _started_at(pid) == started_at else None


def wait_ready(plan: Plan, node: Node, brokers: int) -> None:
    """Wait until the node answers Metadata and knows at least `brokers` live brokers."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while (known := known_brokers(node.port)) is None or known < brokers:
        if running_pid(plan, node) is None:
            raise NotStartedError(f"node {node.number} ended:\n{_tail(plan.log_path(node))}")
        if time.monotonic() > deadline:
            raise NotStartedError(f"node {node.number} is silent:\n{_tail(plan.log_path(node))}")
        time.sleep(_POLL_SECONDS)


def known_brokers(port: int) -> int | None:
    """Ask a node how many live brokers it knows; None if it does not answer."""
    request = _METADATA_V1_NO_TOPICS
    try:
        with socket.create_connection((HOST, port), timeout=2.0) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.makefile("rb").read(_HEAD_BYTES)
    except OSError:
        return None
    if len(answer) < _HEAD_BYTES:
        return None
    _, _, count = struct.unpack(">iii", answer)
    return int(count)


def _format(plan: Plan, node: Node, jars: Path) -> None:
    if plan.data_path(node).exists():
        return
    command = [*_java(jars), "-XX:TieredStopAtLevel=1", "kafka.tools.StorageTool", "format"]
    command += ["--cluster-id", plan.cluster_id, "--config", str(plan.properties_path(node))]
    with plan.log_path(node).open("ab") as log:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        )
    if done.returncode != 0:
        raise NotStartedError(f"node {node.number} not formatted:\n{_tail(plan.log_path(node))}")


def _java(jars: Path) -> list[str]:
    level = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    return ["java", HEAP, "-XX:+UseSerialGC", level, "-cp", f"{jars}/*"]


def _reap(pid: int) -> None:
    """Collect a node that is our own child and has ended, so that it does not stay a zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _started_at(pid: int) -> int | None:
    """Return when a process began, in the kernel's ticks; None if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in _ENDED else int(fields[_START_FIELD])


def _tail(path: Path, lines: int = 15) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
