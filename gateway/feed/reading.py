"""Reading one family from where it was restored: every partition's chain, step by step.

Rule 1: a break stops that partition and is kept; the others go on.
Rule 2: `catch_up` ends once the end offsets read at its beginning have been reached.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from gateway.feed.folded import FoldedPartition, Step
from gateway.feed.restoring import Row, stands_on_the_log, thaw
from infra.chain import Broken
from infra.clock import monotonic_ms
from infra.kafka.admin import Log, NoBroker
from infra.kafka.reader import LogReader, open_reader
from infra.tail import as_row
from infra.topics import Family
from trading.outcome import Rules

log = logging.getLogger("gateway.feed")

READ_MS: Final = 250
LIVE_ROWS_MAX: Final = 500
ENDS_SECONDS_MAX: Final = 2.0
QUIET_MS: Final = 3_000  # while something is open there is a tick a second

Take = Callable[[Step], None]


class FamilyReader:
    """The decisions of one family."""

    def __init__(self, bootstrap: str, family: Family, rules: Rules[Any]) -> None:
        """Use `restore`, then `catch_up`, then `follow`."""
        self._bootstrap = bootstrap
        self.family = family
        self._rules = rules
        self._reader: LogReader[Row] | None = None
        self.partitions: dict[int, FoldedPartition] = {}
        self.restored: list[FoldedPartition] = []  # those that began with a snapshot
        self.broken: dict[int, Broken] = {}
        self.ends: dict[int, int] = {}
        self.answers_ms = monotonic_ms()  # when the broker last told its ends
        self._heard_ms: dict[int, int] = {}
        self._open: dict[int, bool] = {}

    async def restore(self, found: Log, snapshots: Path | None) -> None:
        """Begin every partition with its snapshot, or before everything."""
        for partition in range(found.partitions):
            folded = FoldedPartition(self.family, self._rules, found.log_id, partition)
            if thaw(folded, snapshots, found.partitions):
                if await stands_on_the_log(self._bootstrap, folded):
                    self.restored.append(folded)
                else:
                    log.warning("snapshot_ignored partition=%d: not of this log", partition)
                    folded = FoldedPartition(self.family, self._rules, found.log_id, partition)
            self.partitions[partition] = folded

    def forget(self, folded: FoldedPartition, log_id: str) -> None:
        """Begin a partition before everything after all."""
        self.restored.remove(folded)
        self.partitions[folded.partition] = FoldedPartition(
            self.family, self._rules, log_id, folded.partition
        )

    async def catch_up(self, take: Take) -> None:
        """Read on to the ends that there are now."""
        starts = {partition: one.read_offset + 1 for partition, one in self.partitions.items()}
        self._reader = await open_reader(self._bootstrap, self.family.decisions, starts, as_row)
        self.ends = await self._reader.ends()
        while any(self._is_behind(partition) for partition in self.ends):
            await self._read(self._reader, take)

    def _is_behind(self, partition: int) -> bool:
        if partition in self.broken:
            return False
        return self.partitions[partition].read_offset + 1 < self.ends[partition]

    async def follow(self, take: Take) -> None:
        """Read on until cancelled."""
        assert self._reader is not None, "catch up first"
        while True:
            await self._read(self._reader, take, LIVE_ROWS_MAX)

    async def _read(self, reader: LogReader[Row], take: Take, rows_max: int = 4_000) -> None:
        for partition, rows in (await reader.read(READ_MS, rows_max)).items():
            if partition in self.broken:
                continue
            folded = self.partitions[partition]
            try:
                for offset, value in rows:
                    step = folded.take(offset, value)
                    if step is not None:
                        self._note(step)
                        take(step)
            except Broken as error:
                self.broken[partition] = error
                log.critical(
                    "chain_broken topic=%s partition=%d reason=%s",
                    self.family.decisions, partition, error,
                )  # fmt: skip

    def _note(self, step: Step) -> None:
        decision = step.decision
        self._heard_ms[step.partition] = monotonic_ms()
        due_ms = decision.next_due_ms
        self._open[step.partition] = due_ms is not None and due_ms <= decision.at_ms

    async def look(self) -> None:
        """Ask the broker for its ends, so that `lag` and `is_quiet` say the truth."""
        if self._reader is None:
            return
        with suppress(NoBroker, TimeoutError):
            async with asyncio.timeout(ENDS_SECONDS_MAX):
                self.ends = await self._reader.ends()
                self.answers_ms = monotonic_ms()

    @property
    def lag(self) -> int:
        """How many decision records have not been read, as of the last look."""
        return sum(
            max(0, end - self.partitions[partition].read_offset - 1)
            for partition, end in self.ends.items()
        )

    @property
    def is_quiet(self) -> bool:
        """Whether decisions are missing: something is open, and no tick's answer has come."""
        now_ms = monotonic_ms()
        return any(
            is_open and now_ms - self._heard_ms[partition] > QUIET_MS
            for partition, is_open in self._open.items()
        )

    async def close(self) -> None:
        """End the connection."""
        if self._reader is not None:
            await self._reader.close()
