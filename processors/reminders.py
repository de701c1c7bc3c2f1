"""Telling reminders in time: what is scheduled is read from the log, and so is what time it is.

Rule 1: time is the broker's stamp of the newest command record of a partition: a tick at least
every 30 s. No clock of this machine is asked.
Rule 2: the time is read first and the decisions then, up to their end: whatever was decided by that
time is known, a cancelling too.
Rule 3: only what is ours is told, and only of a decision that has been acted on: a notice with a
cause says that all before it is done (`processors.reactors`).
"""

import logging
from collections.abc import Mapping
from typing import Final

import msgspec

from infra.follow import Counted
from infra.kafka.admin import Log
from infra.kafka.reader import LogReader, Record, open_reader
from infra.topics import BIDDING
from processors.reacting import hear
from processors.reading_back import Follower, open_follower
from processors.reminding import CALENDAR_EVENTS, Calendar, Reminder

log = logging.getLogger("processors.reminders")

LOOK_SECONDS: Final = 5.0


class Reminders:
    """What is due to be told, by the log; one per process."""

    def __init__(self, bootstrap: str, found: Log) -> None:
        """Connects at the first look."""
        self._bootstrap = bootstrap
        self._log = found
        self._calendar = Calendar()
        self._follower: Follower | None = None
        self._stamps: LogReader[Record] | None = None
        self._now_ms: dict[int, int] = {}

    async def due(self, acted: Mapping[int, int]) -> list[Reminder]:
        """Return what is due in these partitions (→ the decision that is acted on next)."""
        await self._look_at_time()
        if self._follower is None:
            self._follower = await open_follower(self._bootstrap, self._log, BIDDING)
        await self._follower.catch_up(self._learn)
        return [
            reminder
            for partition, next_offset in acted.items()
            if (now_ms := self._now_ms.get(partition)) is not None
            for reminder in self._calendar.due(partition, now_ms)
            if reminder.upcoming.cause.offset < next_offset
        ]

    async def close(self) -> None:
        """Stop reading."""
        for reader in (self._follower, self._stamps):
            if reader is not None:
                await reader.close()

    async def _look_at_time(self) -> None:
        if self._stamps is None:
            starts = dict.fromkeys(range(self._log.partitions), 0)
            self._stamps = await open_reader(self._bootstrap, BIDDING.commands, starts, Record)
            for partition, end in (await self._stamps.ends()).items():
                self._stamps.seek(partition, max(0, end - 1))
        while found := await self._stamps.read(timeout_ms=100):
            for partition, records in found.items():
                newest_ms = max(record.timestamp_ms for record in records)
                self._now_ms[partition] = max(newest_ms, self._now_ms.get(partition, 0))

    def _learn(self, partition: int, counted: Counted) -> None:
        try:
            heard = hear(
                CALENDAR_EVENTS, BIDDING.decisions, partition, counted.offset, counted.decision
            )
        except msgspec.MsgspecError:
            return  # becomes a dead letter where it is taken
        if heard is not None:
            self._calendar.fold(heard)
