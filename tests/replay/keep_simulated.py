"""Keeps a simulated log of a family as its golden log, until a running one is kept.

    python -m tests.replay.keep_simulated bidding roadshow trading

Of two hundred seeds it takes the one in which the most different things happen, what is new in
this version before all. A kept log is only made anew while its version has not been released.
"""

import json
import sys
from pathlib import Path

from infra.topics import FAMILIES
from tests.replay.golden_logs import Golden, answered, write_golden
from tests.simulation.auditor import Audit, count_chain
from tests.simulation.families import AccountWorld, ShowWorld
from tests.simulation.lots import LotWorld
from tests.simulation.world import LOG_ID, PARTITION, PARTITIONS, World

SEEDS = 200
NEW = {"cut_to_ceiling", "NOTHING_TO_MATCH", "BELOW_FLOOR"}
NEW_COUNTS = 20
WORLDS: dict[str, type[World]] = {
    "bidding": LotWorld,
    "roadshow": ShowWorld,
    "trading": AccountWorld,
}


def keep(family_name: str) -> Path:
    """Keep the richest seed of a family."""
    family = next(one for one in FAMILIES if one.name == family_name)
    kind = WORLDS[family_name]
    seed = max(range(SEEDS), key=lambda each: (_variety(kind(each).run()), -each))
    world = kind(seed).run()
    rows = answered(world.log.commands, _counted(world))
    version = world.setting.rules.version
    return write_golden(Golden(family, LOG_ID, PARTITION, PARTITIONS, version, rows))


def _counted(world: World) -> dict[int, bytes]:
    counted = count_chain(world.setting.topic, world.log.decisions, Audit())
    return {decision["command"]["offset"]: value for value, decision in counted}


def _variety(world: World) -> int:
    told = [json.loads(value) for value in _counted(world).values()]
    entries = [entry for decision in told for entry in decision["entries"]]
    events = {event["type"] for entry in entries for event in entry["events"]}
    codes = {entry["rejection"]["code"] for entry in entries if "rejection" in entry}
    return len(events) + len(codes) + NEW_COUNTS * len(NEW & (events | codes))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(f"{keep(name)}\n")
