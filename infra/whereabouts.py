"""Where a command stands in the log, asked by its id (docs/log-protocol.md, part 5).

Rule 1: `not seen` is said only once the command topic has been read to a record stamped more than
five seconds after the question came: a command may still be on its way.
Rule 2: the id alone is not enough where somebody asks for another: `is_it` says whose it must be.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from infra.chain import is_noise
from infra.codec import decode_decision
from infra.follow import Counted
from infra.kafka.admin import Log
from infra.kafka.reader import LogReader, Record, open_reader
from infra.tail import as_row, read_partition
from infra.topics import Family

NOT_SEEN_AFTER_MS: Final = 5_000
READ_MS: Final = 500
_BEYOND: Final = 2**63  # noise says nothing: look before it
_WINDOW: Final = 1_200  # more than a run of records that do not count can be long

IsIt = Callable[[str | None, str | None], bool]
"""(actor, command id) → whether this is the command that was asked for."""


async def find_command(
    bootstrap: str,
    family: Family,
    log: Log,
    partition: int,
    is_it: IsIt,
    asked_ms: int,
    on_waiting: Callable[[], None] | None = None,
) -> Counted | None:
    """Return the first answer to a command; None once it is sure that it is not in the log.

    `asked_ms`: when the question came, in log time. `on_waiting` is told once that it takes time.
    """
    chain, counted = await read_partition(bootstrap, family, log, partition)
    for one in counted:
        asked = one.decision.command
        if is_it(asked.actor, asked.id) and one.decision.outcome != "repeated":
            return one
    start = {partition: chain.command_offset + 1}
    reader = await open_reader(bootstrap, family.commands, start, Record)
    try:
        while True:
            for record in (await reader.read(timeout_ms=READ_MS)).get(partition, []):
                if is_it(*_asker_of(record)):
                    return await _decided(bootstrap, family, log, partition, record.offset)
                if record.timestamp_ms > asked_ms + NOT_SEEN_AFTER_MS:
                    return None
            if on_waiting is not None:
                on_waiting()
                on_waiting = None
    finally:
        await reader.close()


async def _decided(
    bootstrap: str, family: Family, log: Log, partition: int, command_offset: int
) -> Counted:
    while True:
        _, counted = await read_partition(bootstrap, family, log, partition)
        for one in counted:
            if one.decision.command.offset == command_offset:
                return one


def _asker_of(record: Record) -> tuple[str | None, str | None]:
    try:
        said = msgspec.json.decode(record.value or b"", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, None
    actor, command_id = said.get("actor"), said.get("command_id")
    return (
        actor if isinstance(actor, str) else None,
        command_id if isinstance(command_id, str) else None,
    )


async def find_answer(
    bootstrap: str, family: Family, partition: int, command_offset: int
) -> Counted | None:
    """Return the decision of an older command by where it stands, without reading everything.

    Decisions stand in the order of their commands, but for stale ones, which are copies.
    """
    reader = await open_reader(bootstrap, family.decisions, {partition: 0}, as_row)
    try:
        low, high = (await reader.starts())[partition], (await reader.ends())[partition]
        end = high
        while high - low > _WINDOW:
            middle = (low + high) // 2
            if await _command_offset(reader, partition, middle) < command_offset:
                low = middle
            else:
                high = middle
        reader.seek(partition, max(0, low - _WINDOW))
        async for rows in reader.read_to(partition, end):
            for offset, value in rows:
                if is_noise(value):
                    continue
                decision = decode_decision(value or b"")
                if decision.command.offset == command_offset:
                    return Counted(offset, decision, value or b"")
                if decision.command.offset > command_offset and offset > high + _WINDOW:
                    return None
    except msgspec.DecodeError:
        return None
    finally:
        await reader.close()
    return None


async def _command_offset(
    reader: LogReader[tuple[int, bytes | None]], partition: int, offset: int
) -> int:
    reader.seek(partition, offset)
    async for (_, value), *_ in reader.read_to(partition, offset + 1):
        return _BEYOND if is_noise(value) else decode_decision(value or b"").command.offset
    return -1
