"""The commands of `python -m infra.deploy.kafka`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.deploy.kafka.cluster import (
    NotStartedError,
    kill_node,
    launch_node,
    running_pid,
    start_cluster,
    stop_cluster,
    wait_ready,
)
from infra.deploy.kafka.jars import JarsUnavailableError
from infra.deploy.kafka.plan import Plan, load_plan


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 the cluster did not do it, 2 the call was wrong."""
    options = _parser().parse_args(arguments)
    folder = options.dir.resolve()
    try:
        if options.command == "start":
            print(start_cluster(folder, options.nodes).bootstrap, flush=True)
            return 0
        plan = load_plan(folder)
        if plan is None:
            print(f"no cluster in {folder}", file=sys.stderr)
            return 2
        _on_existing(plan, options)
    except (JarsUnavailableError, NotStartedError) as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _on_existing(plan: Plan, options: argparse.Namespace) -> None:
    match options.command:
        case "stop":
            stop_cluster(plan)
        case "kill-node":
            kill_node(plan, plan.node(options.number))
        case "start-node":
            node = plan.node(options.number)
            launch_node(plan, node)
            wait_ready(plan, node, brokers=1)
        case _:
            for node in plan.nodes:
                state = running_pid(plan, node) or "down"
                print(f"node {node.number} port {node.port} {state}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kafka", description="Apache Kafka nodes in a folder")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, line in (
        ("start", "lay out if new, start, wait, print the bootstrap address"),
        ("stop", "stop all nodes"),
        ("status", "one line a node"),
        ("kill-node", "kill -9 of one node"),
        ("start-node", "start one node again and wait until it answers"),
    ):
        command = commands.add_parser(name, help=line)
        command.add_argument("--dir", type=Path, required=True)
        if name == "start":
            command.add_argument("--nodes", type=int, choices=(1, 3), default=1)
        if name.endswith("-node"):
            command.add_argument("number", type=int)
    return parser
