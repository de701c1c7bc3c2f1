"""Whether the deciders get on (docs/log-protocol.md, part 6): seen from outside, by the log alone.

Rule 1: no progress for several looks while commands wait that need an answer is a stall.
Rule 2: a tick of a partition where nothing is open may stay without a record, so ticks alone count
only where something is open.
"""

from dataclasses import dataclass
from typing import Final

import msgspec

from infra.codec import decode_decision
from infra.kafka.reader import LogReader, Record, open_reader
from infra.topics import Family

STALL_LOOKS: Final = 3
READ_MS: Final = 300
SUSPECTS_MAX: Final = 200


@dataclass(slots=True)
class Face:
    """What was seen of one partition."""

    decisions_end: int = -1
    looks: int = 0
    cleared: int = 0  # commands before this offset are known to need no answer


class Progress:
    """Looks at both topics of a family, once a second."""

    def __init__(
        self,
        bootstrap: str,
        family: Family,
        commands: LogReader[Record],
        decisions: LogReader[Record],
    ) -> None:
        """Use `open_progress`."""
        self._bootstrap = bootstrap
        self._family = family
        self._commands = commands
        self._decisions = decisions
        self._faces: dict[int, Face] = {}

    async def look(self) -> list[int]:
        """Return the partitions that have stood still for `STALL_LOOKS` looks."""
        commands, decisions = await self._commands.ends(), await self._decisions.ends()
        stalled = []
        for partition, end in decisions.items():
            face = self._faces.setdefault(partition, Face())
            still = face.decisions_end == end and commands[partition] > face.cleared
            face.decisions_end, face.looks = end, face.looks + 1 if still else 0
            if face.looks < STALL_LOOKS:
                continue
            face.looks = 0
            if await self._waits(partition, commands[partition], end):
                stalled.append(partition)
            else:
                face.cleared = commands[partition]
        return stalled

    async def close(self) -> None:
        """Stop looking."""
        await self._commands.close()
        await self._decisions.close()

    async def _waits(self, partition: int, commands_end: int, decisions_end: int) -> bool:
        """Whether a command without an answer needs one."""
        bootstrap, family = self._bootstrap, self._family
        answered, is_open = -1, False
        if decisions_end:
            last = await _read(bootstrap, family.decisions, partition, decisions_end - 1)
            try:
                decision = decode_decision(last[0].value or b"")
            except (IndexError, msgspec.DecodeError):
                return False  # a break, or a broker in trouble, is not for a restart to mend
            answered = decision.command.offset
            due_ms = decision.next_due_ms
            is_open = due_ms is not None and due_ms <= decision.at_ms
        if answered + 1 >= commands_end:
            return False
        waiting = await _read(bootstrap, family.commands, partition, answered + 1)
        return any(is_open or record.key is not None for record in waiting)


async def _read(bootstrap: str, topic: str, partition: int, offset: int) -> list[Record]:
    reader = await open_reader(bootstrap, topic, {partition: offset}, Record)
    try:
        found = await reader.read(timeout_ms=READ_MS, records_max=SUSPECTS_MAX)
    finally:
        await reader.close()
    return found.get(partition, [])


async def open_progress(bootstrap: str, family: Family, partitions: int) -> Progress:
    """Begin to look at a log."""
    everything = dict.fromkeys(range(partitions), 0)
    commands = await open_reader(bootstrap, family.commands, everything, Record)
    try:
        decisions = await open_reader(bootstrap, family.decisions, everything, Record)
    except BaseException:
        await commands.close()
        raise
    return Progress(bootstrap, family, commands, decisions)
