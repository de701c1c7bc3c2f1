"""What became of a command, asked by its id.

Rule 1: `not_seen` is said only once the command topic has been read to a record stamped more than
five seconds after the question came (a command may still be on its way); until then: checking.
Rule 2: with the root only one partition is read; without it everything is scanned.
"""

import sys
from typing import Any, Final

import msgspec

from infra.clock import now_ms
from infra.follow import Counted
from infra.kafka.admin import Log, check_log
from infra.kafka.reader import Record, open_reader
from infra.tail import read_partition
from infra.topics import Family, partition_of

NOT_SEEN_AFTER_MS: Final = 5_000
READ_MS: Final = 500


async def status(
    bootstrap: str,
    family: Family,
    command_id: str,
    root_id: str | None = None,
    log_id: str | None = None,
) -> dict[str, Any]:
    """Return outcome `decided`, `refused` or `not_seen`, with what is known."""
    log = await check_log(bootstrap, family, log_id)
    everywhere = range(log.partitions)
    partitions = everywhere if root_id is None else [partition_of(root_id, log.partitions)]
    if root_id is None:
        sys.stderr.write(f"no bidding given: scanning {log.partitions} partitions\n")
    asked_ms = now_ms()
    for partition in partitions:
        found = await _look(bootstrap, family, log, partition, command_id, asked_ms)
        if found is not None:
            return found
    return {"outcome": "not_seen", "command_id": command_id}


async def _look(
    bootstrap: str, family: Family, log: Log, partition: int, command_id: str, asked_ms: int
) -> dict[str, Any] | None:
    """Look among the decisions, then among what came after them, until it is sure."""
    chain, counted = await read_partition(bootstrap, family, log, partition)
    for one in counted:
        if one.decision.command.id == command_id and one.decision.outcome != "repeated":
            return _answer(partition, one)
    start = chain.command_offset + 1
    reader = await open_reader(bootstrap, family.commands, {partition: start}, Record)
    needle = command_id.encode()
    said = False
    try:
        while True:
            for record in (await reader.read(timeout_ms=READ_MS)).get(partition, []):
                if needle in (record.value or b"") and _id_of(record) == command_id:
                    return await _decided(bootstrap, family, log, partition, record.offset)
                if record.timestamp_ms > asked_ms + NOT_SEEN_AFTER_MS:
                    return None
            if not said:
                sys.stderr.write("checking: it may still be on its way\n")
                said = True
    finally:
        await reader.close()


async def _decided(
    bootstrap: str, family: Family, log: Log, partition: int, command_offset: int
) -> dict[str, Any]:
    while True:
        _, counted = await read_partition(bootstrap, family, log, partition)
        for one in counted:
            if one.decision.command.offset == command_offset:
                return _answer(partition, one)


def _id_of(record: Record) -> object:
    try:
        return msgspec.json.decode(record.value or b"", type=dict[str, Any]).get("command_id")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


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
