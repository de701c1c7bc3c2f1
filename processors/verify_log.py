"""`verify`: reads both topics of a running log and proves them partition by partition.

Rule 1: both topics are read up to where they ended when it began.
Rule 2: the exit code says it: 0 proven, 1 differs, 2 an undecided tail, 3 partial, 4 usage.
Rule 3: a checkpoint that does not fit the log is refused before anything is proven.
"""

import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TypeVar

import msgspec

from infra.frozen import Unfit
from infra.kafka.admin import Log, check_log
from infra.kafka.reader import Damaged, open_reader
from infra.topics import Family
from processors.checkpoint import Checkpoint
from processors.families import RULES
from processors.host import CommandRecord
from processors.verify import DecisionRecord, Report, Result, Verifier

Row = TypeVar("Row")


async def verify_log(
    bootstrap: str,
    family: Family,
    heads: Mapping[int, tuple[int, str]] | None = None,
    log_id: str | None = None,
    checkpoints: Sequence[Checkpoint] = (),
) -> list[Report]:
    """Prove every partition of a family; `heads` are (offset, hash) that must be on the chain.

    Partitions of which a checkpoint is given are decided again from there on.
    Raises ValueError for a head in a partition that there is not, and for a checkpoint that does
    not fit.
    """
    log = await check_log(bootstrap, family, log_id)
    if unknown := [one for one in heads or {} if not 0 <= one < log.partitions]:
        raise ValueError(f"there is no partition {unknown[0]}")
    everything = dict.fromkeys(range(log.partitions), 0)
    found = await open_reader(bootstrap, family.decisions, everything, _decision)
    try:
        decision_ends, decision_starts = await found.ends(), await found.starts()
    finally:
        await found.close()
    asked = await open_reader(bootstrap, family.commands, everything, CommandRecord)
    try:
        command_ends, command_starts = await asked.ends(), await asked.starts()
    finally:
        await asked.close()
    kept = _by_partition(family, log, checkpoints)
    verifiers = {}
    for partition in everything:
        starts = (decision_starts[partition], command_starts[partition])
        head = (heads or {}).get(partition)
        verifiers[partition] = _verifier(family, log, partition, head, starts, kept.get(partition))
    reports = []
    for partition, verifier in verifiers.items():
        ends = (decision_ends[partition], command_ends[partition])
        reports.append(await _prove(bootstrap, family, partition, verifier, ends))
    return reports


def _by_partition(
    family: Family, log: Log, checkpoints: Sequence[Checkpoint]
) -> dict[int, Checkpoint]:
    found: dict[int, Checkpoint] = {}
    for one in checkpoints:
        place = one.place
        if place.topic != family.commands:
            continue
        if not 0 <= place.partition < log.partitions:
            raise ValueError(f"there is no partition {place.partition}")
        if place.partition in found:
            raise ValueError(f"two checkpoints of partition {place.partition}")
        found[place.partition] = one
    return found


def _verifier(
    family: Family,
    log: Log,
    partition: int,
    head: tuple[int, str] | None,
    starts: tuple[int, int],
    checkpoint: Checkpoint | None,
) -> Verifier:
    try:
        return Verifier(
            RULES[family], log.log_id, family.commands, partition, log.partitions,
            head=head, starts=starts, checkpoint=None if checkpoint is None else checkpoint.data,
        )  # fmt: skip
    except Unfit as error:
        raise ValueError(
            f"the checkpoint of {family.name} {partition} does not fit: {error}"
        ) from error


async def _prove(
    bootstrap: str,
    family: Family,
    partition: int,
    verifier: Verifier,
    ends: tuple[int, int],
) -> Report:
    starts = [min(*pair) for pair in zip(verifier.reads_from, ends, strict=True)]
    decisions = await open_reader(bootstrap, family.decisions, {partition: starts[0]}, _decision)
    commands = await open_reader(bootstrap, family.commands, {partition: starts[1]}, CommandRecord)
    asked = _told(verifier.command_is_damaged, commands.read_to(partition, ends[1]))
    found = _told(verifier.decision_is_damaged, decisions.read_to(partition, ends[0]))
    try:
        async for rows in found:
            verifier.feed_decisions(rows)
            while verifier.needs_commands and await _feed(verifier, asked):
                pass
        while await _feed(verifier, asked):
            pass
    finally:
        await decisions.close()
        await commands.close()
    return verifier.finish()


async def _told(
    tell: Callable[[int], None], chunks: AsyncIterator[list[Row]]
) -> AsyncIterator[list[Row]]:
    """Read as far as it can be read; what is damaged ends it, and is told."""
    try:
        async for rows in chunks:
            yield rows
    except Damaged as error:
        tell(error.offset)


async def _feed(verifier: Verifier, asked: AsyncIterator[list[CommandRecord]]) -> bool:
    rows = await anext(asked, None)
    if rows is not None:
        verifier.feed_commands(rows)
    return rows is not None


Proof = Mapping[str, list[Report]]
"""What was found of each family, by its name."""


def result_of(proof: Proof) -> Result:
    """Return what all partitions together came to."""
    found = {report.result for reports in proof.values() for report in reports}
    for result in (Result.DIFFERS, Result.PARTIAL, Result.UNDECIDED):
        if result in found:
            return result
    return Result.PROVEN


def print_proof(proof: Proof, *, as_json: bool) -> None:
    """Print one line per partition, and what was found there; or one JSON document."""
    result = result_of(proof).name.lower()
    each = [(family, report) for family, reports in proof.items() for report in reports]
    if as_json:
        partitions = [
            {"family": family, "result": report.result.name.lower(), **asdict(report)}
            for family, report in each
        ]
        _print(msgspec.json.encode({"result": result, "partitions": partitions}).decode())
        return
    for family, report in each:
        for line in _lines(family, report):
            _print(line)
    count = sum(report.counted_count for _, report in each)
    _print(f"{result}: {count} decisions")


def _lines(family: str, report: Report) -> list[str]:
    head = f"{report.partition}:{report.head[0]}:{report.head[1]}"
    counts = f"{report.commands_count} commands, {report.counted_count} decisions"
    result = report.result.name.lower()
    lines = [f"{family} {report.partition}: {result}, {counts}, head {head}"]
    if report.checkpoint is not None:
        offset, digest = report.checkpoint
        lines.append(f"  decided again after the checkpoint {report.partition}:{offset}:{digest}")
    elif report.partial:
        lines.append("  pruned: only the chain was followed; a checkpoint would prove what is left")
    if report.difference is not None:
        at = report.difference
        lines.append(
            f"  DIFFERS at decision {at.decision_offset}, command {at.command_offset}: {at.what}"
        )
    lines += [f"  does not count: decision {offset}" for offset in report.stale]
    lines += [f"  halted: {one.aggregate}, decision {one.decision_offset}" for one in report.halts]
    lines += [f"  undecided: command {offset}" for offset in report.undecided]
    return lines


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def _decision(
    offset: int, _timestamp_ms: int, key: bytes | None, value: bytes | None
) -> DecisionRecord:
    return DecisionRecord(offset, key, value)
