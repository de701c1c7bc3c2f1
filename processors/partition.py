"""One owned partition: unowned → restoring → ready, and the loop read, decide, append.

The host decides and says what counts; this is the thin shell around it (rules 3 and 4 of
docs/log-protocol.md).

Rule 1: one batch is one record batch, and none follows before its answer has come.
Rule 2: an unknown outcome is never guessed: roll back, ask who owns the partition, read on.
Rule 3: a broken chain ends this partition loudly, and nothing is appended to it.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from infra.chain import Broken, hash_decision
from infra.clock import monotonic_ms
from infra.kafka.admin import NoBroker
from infra.kafka.appender import AckUnknown, Appender
from infra.kafka.reader import LogReader, OffsetGone, open_reader
from infra.topics import BATCH_RECORDS_MAX, Family
from processors.freeze import freeze
from processors.host import CommandRecord, PartitionHost, UnknownOutcome, WrongOffset
from processors.snapshots import Snapshots
from trading.outcome import Rules

log = logging.getLogger("processors.deciders")

READ_MS: Final = 250
AGAIN_SECONDS: Final = 0.1
SNAPSHOT_DECISIONS: Final = 100_000
SNAPSHOT_MS: Final = 300_000
SNAPSHOT_DECISIONS_MIN: Final = 1_000

Row = tuple[int, bytes | None]


class Phase(Enum):
    """Where a partition is in its life with this worker."""

    UNOWNED = "unowned"
    RESTORING = "restoring"
    READY = "ready"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Place:
    """What a partition's decider is given: which log, which rules, where snapshots lie."""

    bootstrap: str
    log_id: str
    family: Family
    partitions: int
    rules: Rules[Any]
    snapshots: Snapshots


class Outside(Exception):
    """The group has given this partition to another worker."""


class PartitionDecider:
    """Decides one partition as long as `run` runs."""

    def __init__(self, place: Place, partition: int, owns: Callable[[], bool]) -> None:
        """`owns` says whether the group still gives us the partition."""
        self._place = place
        self._partition = partition
        self._owns = owns
        self._stopping = False
        self._appender = Appender(place.bootstrap, place.family.decisions)
        self._snapshot_at = (0, monotonic_ms())
        self.phase = Phase.UNOWNED
        self.host = self._fresh_host()
        self.decided_count = 0

    @property
    def progress(self) -> tuple[int, int]:
        """Something that changes whenever the partition gets on."""
        return (self.host.next_command_offset, self.host.read_offset)

    def stop(self) -> None:
        """Let `run` end after the batch in flight."""
        self._stopping = True

    async def run(self) -> None:
        """Restore and decide until stopped, given away or broken."""
        try:
            while not self._stopping:
                try:
                    await self._restore()
                    await self._decide_on()
                except (WrongOffset, OffsetGone, NoBroker) as error:
                    self._say("restoring_again", reason=error)
                    await asyncio.sleep(AGAIN_SECONDS)
            await self._snapshot(least=1)
        except Outside:
            self._say("given_away")
        except Broken as error:
            self.phase = Phase.BROKEN
            log.critical(
                "chain_broken topic=%s partition=%d reason=%s",
                self._place.family.decisions, self._partition, error,
            )  # fmt: skip
        finally:
            if self.phase is not Phase.BROKEN:
                self.phase = Phase.UNOWNED
            await self._appender.close()

    # restoring

    def _fresh_host(self) -> PartitionHost:
        place = self._place
        return PartitionHost(
            place.rules, place.log_id, place.family.commands, self._partition, place.partitions
        )

    async def _restore(self) -> None:
        self.phase = Phase.RESTORING
        self.host = self._fresh_host()
        began_ms = monotonic_ms()
        if self._place.snapshots.load(self.host) and not await self._snapshot_fits():
            self._say("snapshot_ignored", reason="the log has another record there")
            self.host = self._fresh_host()
        from_offset = self.host.position.offset
        await self._read_on()
        self._snapshot_at = (max(from_offset, 0), monotonic_ms())
        self._say(
            "ready",
            snapshot=from_offset,
            decisions=self.host.read_offset + 1,
            next_command=self.host.next_command_offset,
            took_ms=monotonic_ms() - began_ms,
        )

    async def _snapshot_fits(self) -> bool:
        """Read the snapshot's own record again (rule 12)."""
        position = self.host.position
        if position.offset < 0:
            return True
        reader = await self._decisions(position.offset)
        try:
            if (await reader.ends())[self._partition] <= position.offset:
                return False
            async for rows in reader.read_to(self._partition, position.offset + 1):
                return rows[0][1] is not None and hash_decision(rows[0][1]) == position.hash
        except OffsetGone:
            return False
        finally:
            await reader.close()
        return False

    async def _decisions(self, offset: int) -> LogReader[Row]:
        topic = self._place.family.decisions
        return await open_reader(self._place.bootstrap, topic, {self._partition: offset}, _row)

    async def _read_on(self) -> None:
        """Fold what has been appended, until nothing more is there; raises `Broken`."""
        host = self.host
        reader = await self._decisions(host.read_offset + 1)
        try:
            while (end := (await reader.ends())[self._partition]) > host.read_offset + 1:
                async for rows in reader.read_to(self._partition, end):
                    for offset, value in rows:
                        host.fold(offset, value)
            if end < host.read_offset + 1:
                raise Broken(end, "the log is shorter than what was read of it")
        finally:
            await reader.close()

    # deciding

    async def _decide_on(self) -> None:
        start = self.host.next_command_offset
        commands = await open_reader(
            self._place.bootstrap,
            self._place.family.commands,
            {self._partition: start},
            CommandRecord,
        )
        try:
            if start > (await commands.ends())[self._partition]:
                raise Broken(self.host.position.offset, f"there is no command {start} yet")
            await self._appender.start()
            self.phase = Phase.READY
            while not self._stopping:
                rows = (await commands.read(timeout_ms=READ_MS)).get(self._partition, [])
                if not await self._decide_all(rows):
                    commands.seek(self._partition, self.host.next_command_offset)
                await self._snapshot(least=SNAPSHOT_DECISIONS_MIN)
        finally:
            await commands.close()

    async def _decide_all(self, rows: list[CommandRecord]) -> bool:
        """Decide and append what was read; False where an outcome was unknown and we read on."""
        index = 0
        while index < len(rows) and not self._stopping:
            batch = self.host.decide(rows[index : index + BATCH_RECORDS_MAX])
            index += batch.taken
            try:
                offset = -1
                if batch.values:
                    ack = await self._appender.append_batch(
                        self._partition, batch.keys, batch.values
                    )
                    offset = ack.offset
                self.host.appended(offset)
                self.decided_count += len(batch.values)
            except (AckUnknown, UnknownOutcome) as error:
                await self._recover(error)
                return False
        return True

    async def _recover(self, error: Exception) -> None:
        self._say("outcome_unknown", reason=error)
        self.host.rollback()
        await self._appender.discard()
        await asyncio.sleep(AGAIN_SECONDS)
        if not self._owns():
            raise Outside
        await self._read_on()
        self._say("read_on", next_command=self.host.next_command_offset)

    async def _snapshot(self, least: int) -> None:
        decisions, at_ms = self._snapshot_at
        new = self.host.position.offset - decisions
        late = monotonic_ms() - at_ms >= SNAPSHOT_MS or least == 1
        if self.host.in_flight or new < least or not (late or new >= SNAPSHOT_DECISIONS):
            return
        self._snapshot_at = (self.host.position.offset, monotonic_ms())
        data = freeze(self.host)
        topic = self._place.family.commands
        await asyncio.to_thread(self._place.snapshots.save, topic, self._partition, data)

    def _say(self, event: str, **facts: object) -> None:
        level = logging.WARNING if "reason" in facts else logging.INFO
        said = " ".join(f"{name}={value}" for name, value in facts.items())
        log.log(level, "%s partition=%d %s", event, self._partition, said)


def _row(offset: int, _timestamp_ms: int, _key: bytes | None, value: bytes | None) -> Row:
    return (offset, value)
