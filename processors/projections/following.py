"""Following one topic into the read model: reading, and handing over what records change."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from infra.chain import Position
from infra.kafka.admin import Log, WrongLog
from infra.kafka.reader import LogReader, OffsetGone, open_reader
from processors.projections.changes import Change
from processors.projections.sources import Row, Source, StartOver, source_of

log = logging.getLogger("processors.projections")

READ_MS: Final = 250
BATCH_RECORDS_MAX: Final = 2_000

Reader = tuple[str, int]
Apply = Callable[[Reader, Position | None, Position, int, Iterable[Change]], Awaitable[None]]


@dataclass(slots=True)
class _Part:
    """One partition on the way."""

    source: Source
    position: Position | None
    resumed: bool
    read: int
    goal: int
    broken: bool = False


class Following:
    """Reads one topic from the positions of the read model on; raises `StartOver` where it must."""

    def __init__(self, bootstrap: str, topic: str, found: Log, apply: Apply) -> None:
        """`apply` writes what records change, and the position after them."""
        self._bootstrap = bootstrap
        self._topic = topic
        self._log = found
        self._apply = apply
        self._parts: dict[int, _Part] = {}
        self._reader: LogReader[Row] | None = None

    @property
    def caught_up(self) -> bool:
        """Whether all is read that was there when it began."""
        return bool(self._parts) and all(
            part.broken or part.read >= part.goal for part in self._parts.values()
        )

    @property
    def broken(self) -> bool:
        """Whether a chain is broken."""
        return any(part.broken for part in self._parts.values())

    async def lag(self) -> int:
        """Return how many records have not been read."""
        if self._reader is None:
            return 0
        ends = await self._reader.ends()
        return sum(max(0, ends[number] - part.read) for number, part in self._parts.items())

    async def run(self, positions: Mapping[Reader, Position], said: Callable[[], None]) -> None:
        """Follow for ever; `said` is called after each step."""
        held = {number: positions.get((self._topic, number)) for number in self._numbers()}
        starts = {number: 0 if at is None else at.offset for number, at in held.items()}
        self._reader = reader = await open_reader(self._bootstrap, self._topic, starts, Row)
        try:
            begins, ends = await reader.starts(), await reader.ends()
            for number, at in held.items():
                self._check(number, at, begins[number], ends[number])
                source = source_of(self._topic, self._log.log_id, number)
                self._parts[number] = _Part(source, at, at is None, starts[number], ends[number])
            said()
            while True:
                for number, rows in (await reader.read(READ_MS, BATCH_RECORDS_MAX)).items():
                    await self._take(number, rows)
                said()
        except OffsetGone as error:
            raise StartOver(str(error)) from error
        finally:
            self._reader = None
            await reader.close()

    def _numbers(self) -> range:
        return range(self._log.partitions)

    def _check(self, number: int, at: Position | None, begin: int, end: int) -> None:
        if at is None and begin > 0:
            raise WrongLog(f"{self._topic} {number} begins at {begin}: nothing can be made of that")
        if at is not None and not begin <= at.offset < end:
            raise StartOver(f"{self._topic} {number}: the read model is ahead of the log")

    async def _take(self, number: int, rows: list[Row]) -> None:
        part = self._parts[number]
        part.read = rows[-1].offset + 1
        if part.broken:
            return
        if not part.resumed:
            assert part.position is not None
            part.source.resume(part.position, rows[0])
            part.resumed = True
            rows = rows[1:]
        taken = part.source.take(rows)
        if taken.position is not None:
            reader = (self._topic, number)
            await self._apply(reader, part.position, taken.position, taken.at_ms, taken.changes)
            part.position = taken.position
        if taken.broken is not None:
            part.broken = True
            log.critical(
                "broken topic=%s partition=%d reason=%s", self._topic, number, taken.broken
            )
