"""What became of a command, asked by its id.

Rule 1: `not_seen` is said only once that is sure (infra.whereabouts); until then: checking.
Rule 2: with the root only one partition is read; without it all of the family is scanned.
"""

import sys
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from infra.clock import now_ms
from infra.follow import Counted
from infra.kafka.admin import check_log
from infra.topics import Family, partition_of
from infra.whereabouts import find_command

NOT_SEEN: Final = "not_seen"


async def status(
    bootstrap: str,
    families: Sequence[Family],
    command_id: str,
    root_id: str | None = None,
    log_id: str | None = None,
) -> dict[str, Any]:
    """Return outcome `decided`, `refused` or `not_seen`, with what is known."""
    asked_ms = now_ms()

    def is_it(_actor: str | None, seen_id: str | None) -> bool:
        return seen_id == command_id

    for family in families:
        log = await check_log(bootstrap, family, log_id)
        everywhere = range(log.partitions)
        partitions = everywhere if root_id is None else [partition_of(root_id, log.partitions)]
        if root_id is None:
            sys.stderr.write(
                f"no bidding given: scanning {log.partitions} partitions of {family.name}\n"
            )
        for partition in partitions:
            found = await find_command(
                bootstrap, family, log, partition, is_it, asked_ms, _say_checking
            )
            if found is not None:
                return _answer(partition, found)
    return {"outcome": NOT_SEEN, "command_id": command_id}


def _say_checking() -> None:
    sys.stderr.write("checking: it may still be on its way\n")


def _answer(partition: int, one: Counted) -> dict[str, Any]:
    decision = one.decision
    answer: dict[str, Any] = {
        "outcome": decision.outcome,
        "command_id": decision.command.id,
        "partition": partition,
        "command_offset": decision.command.offset,
        "decision_offset": one.offset,
        "at_ms": decision.at_ms,
    }
    for entry in decision.entries:
        if entry.rejection is not None:
            answer |= {"code": entry.rejection.code, "params": entry.rejection.params}
    answer["events"] = [
        msgspec.json.decode(event) for entry in decision.entries for event in entry.events
    ]
    return answer
