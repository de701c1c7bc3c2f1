"""Logs of each version of the rules, kept for ever: one partition's commands and their decisions.

A file is JSON lines: what log it is, then a line a command record with the decision that counts
(none for a silent tick). Text that is not UTF-8 stands as {"hex": …}.

    python -m tests.replay.golden_logs FAMILY PARTITION BOOTSTRAP    # keep what a running log holds
"""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from infra.kafka.admin import check_log
from infra.kafka.reader import open_reader
from infra.tail import read_partition
from infra.topics import FAMILIES, Family
from processors.families import RULES
from processors.host import CommandRecord

FOLDER = Path(__file__).with_name("golden")


class Golden(NamedTuple):
    """A kept log: whose, and each command record with the bytes that answered it."""

    family: Family
    log_id: str
    partition: int
    partitions: int
    rules: int
    rows: list[tuple[CommandRecord, bytes | None]]


def read_golden(path: Path) -> Golden:
    """Read a kept log."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = json.loads(lines[0])
    family = next(one for one in FAMILIES if one.name == head["family"])
    rows = [_row(json.loads(line)) for line in lines[1:]]
    return Golden(
        family, head["log_id"], head["partition"], head["partitions"], head["rules"], rows
    )


def write_golden(golden: Golden) -> Path:
    """Keep a log, under the name of its family and rules."""
    path = FOLDER / f"{golden.family.name}-{golden.rules}.jsonl"
    path.write_text("".join(_lines(golden)), encoding="utf-8")
    return path


def _lines(golden: Golden) -> Iterator[str]:
    head = {**golden._asdict(), "family": golden.family.name}
    del head["rows"]
    yield json.dumps(head) + "\n"
    for record, decision in golden.rows:
        row = [record.offset, record.timestamp_ms, *map(_told, (record.key, record.value))]
        yield json.dumps([*row, _told(decision)], ensure_ascii=False) + "\n"


def _row(row: list[Any]) -> tuple[CommandRecord, bytes | None]:
    offset, at_ms, key, value, decision = row
    return CommandRecord(offset, at_ms, _read(key), _read(value)), _read(decision)


def _told(data: bytes | None) -> str | dict[str, str] | None:
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def _read(told: str | dict[str, str] | None) -> bytes | None:
    if isinstance(told, dict):
        return bytes.fromhex(told["hex"])
    return None if told is None else told.encode()


def answered(
    commands: Iterable[CommandRecord], decisions: dict[int, bytes]
) -> list[tuple[CommandRecord, bytes | None]]:
    """Put each command record beside its decision (command offset → bytes)."""
    return [(record, decisions.get(record.offset)) for record in commands]


async def keep(family: Family, partition: int, bootstrap: str) -> Path:
    """Keep one partition of a running log, up to its last decision."""
    log = await check_log(bootstrap, family)
    _, counted = await read_partition(bootstrap, family, log, partition)
    reader = await open_reader(bootstrap, family.commands, {partition: 0}, CommandRecord)
    end = counted[-1].decision.command.offset + 1
    try:
        commands = [row async for rows in reader.read_to(partition, end) for row in rows]
    finally:
        await reader.close()
    decisions = {one.decision.command.offset: one.value for one in counted}
    rows = answered(commands, decisions)
    rules = RULES[family].version
    return write_golden(Golden(family, log.log_id, partition, log.partitions, rules, rows))


if __name__ == "__main__":
    name, number, address = sys.argv[1:]
    chosen = next(one for one in FAMILIES if one.name == name)
    sys.stdout.write(f"{asyncio.run(keep(chosen, int(number), address))}\n")
