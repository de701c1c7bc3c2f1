"""Following the decisions of a running log from its end on.

Rule 1: it begins a little before the end (see infra.follow), and has read up to the end that it
found before anything is returned.
Rule 2: where a chain breaks, that partition stops and is told in `broken`; the others go on.
"""

from typing import NamedTuple

from infra.chain import Broken, Chain
from infra.follow import Counted, anchor, follow, wider, window_start
from infra.kafka.admin import Log
from infra.kafka.reader import LogReader, open_reader
from infra.topics import Family

Row = tuple[int, bytes | None]


class Heard(NamedTuple):
    """A decision that counts, and its partition."""

    partition: int
    counted: Counted


class Tail:
    """Reads the decision topic of a family on and on."""

    def __init__(self, bootstrap: str, reader: LogReader[Row]) -> None:
        """Use `open_tail`."""
        self._bootstrap = bootstrap
        self._reader = reader
        self._chains: dict[int, Chain] = {}
        self._read: dict[int, int] = {}
        self.broken: dict[int, Broken] = {}

    async def begin(self, log: Log, family: Family, least: int = 0) -> list[Heard]:
        """Read up to the end; returns what counts of the last part of the log (`least` of each)."""
        ends, starts = await self._reader.ends(), await self._reader.starts()
        for partition, end in ends.items():
            self._read[partition] = window_start(starts[partition], end, least)
            self._reader.seek(partition, self._read[partition])
        rows: dict[int, list[Row]] = {partition: [] for partition in ends}
        while any(self._read[partition] < end for partition, end in ends.items()):
            for partition, found in (await self._reader.read(timeout_ms=200)).items():
                rows[partition] += found
                self._read[partition] = found[-1][0] + 1
        heard: list[Heard] = []
        for partition, found in rows.items():
            window = await reaching(self._bootstrap, family.decisions, partition, found)
            try:
                chain, counted = anchor(log.log_id, family.commands, partition, window)
            except Broken as error:
                self.broken[partition] = error
                continue
            self._chains[partition] = chain
            heard += [Heard(partition, one) for one in counted]
        return heard

    async def read(self, timeout_ms: int = 250) -> list[Heard]:
        """Return the decisions that count and have come since."""
        heard: list[Heard] = []
        for partition, rows in (await self._reader.read(timeout_ms=timeout_ms)).items():
            self._read[partition] = rows[-1][0] + 1
            if partition in self.broken:
                continue
            try:
                counted = follow(self._chains[partition], rows)
            except Broken as error:
                self.broken[partition] = error
                continue
            heard += [Heard(partition, one) for one in counted]
        return heard

    async def lag(self) -> int:
        """Return how many decision records there are that have not been read."""
        ends = await self._reader.ends()
        return sum(max(0, end - self._read[partition]) for partition, end in ends.items())

    def command_offset(self, partition: int) -> int:
        """Return the command that the newest decision read answers; -1 where there is none."""
        chain = self._chains.get(partition)
        return -1 if chain is None else chain.command_offset

    async def close(self) -> None:
        """Stop reading."""
        await self._reader.close()


async def open_tail(
    bootstrap: str, family: Family, log: Log, least: int = 0
) -> tuple[Tail, list[Heard]]:
    """Begin to follow; also returns the newest decisions, in log order per partition.

    `least`: so many of each partition, where it has them.
    """
    everything = dict.fromkeys(range(log.partitions), 0)
    tail = Tail(bootstrap, await open_reader(bootstrap, family.decisions, everything, as_row))
    try:
        return tail, await tail.begin(log, family, least)
    except BaseException:
        await tail.close()
        raise


async def reaching(bootstrap: str, topic: str, partition: int, rows: list[Row]) -> list[Row]:
    """Return a window of decisions, reaching further back where `rows` are full of noise."""
    if wider(0, rows) is None:
        return rows
    end = rows[-1][0] + 1
    reader = await open_reader(bootstrap, topic, {partition: 0}, as_row)
    try:
        start = (await reader.starts())[partition]
        while (begin := wider(start, rows)) is not None:
            reader.seek(partition, begin)
            rows = [row async for part in reader.read_to(partition, end) for row in part]
    finally:
        await reader.close()
    return rows


async def read_partition(
    bootstrap: str, family: Family, log: Log, partition: int
) -> tuple[Chain, list[Counted]]:
    """Read everything that counts in one partition, up to the end; raises `Broken`."""
    reader = await open_reader(bootstrap, family.decisions, {partition: 0}, as_row)
    try:
        start, end = (await reader.starts())[partition], (await reader.ends())[partition]
        reader.seek(partition, start)
        rows = [row async for part in reader.read_to(partition, end) for row in part]
    finally:
        await reader.close()
    return anchor(log.log_id, family.commands, partition, rows)


def as_row(offset: int, _timestamp_ms: int, _key: bytes | None, value: bytes | None) -> Row:
    """Build what a chain is fed with."""
    return (offset, value)
