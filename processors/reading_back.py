"""Reading parts of topics back from the log: what a reactor rebuilds itself from."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from infra.chain import Broken, Chain, genesis
from infra.follow import Counted, follow
from infra.kafka.admin import Log
from infra.kafka.reader import LogReader, open_reader
from infra.tail import Row, as_row
from infra.topics import ROADSHOW, Family

Bounds = tuple[int, int]
Ranges = Callable[[Mapping[int, int], Mapping[int, int]], Mapping[int, int]]


async def read_parts(
    bootstrap: str, topic: str, partitions: set[int], begin: Ranges
) -> dict[int, list[Row]]:
    """Read some partitions up to their end now; `begin(starts, ends)` says where each begins."""
    reader = await open_reader(bootstrap, topic, dict.fromkeys(partitions, 0), as_row)
    rows: dict[int, list[Row]] = {partition: [] for partition in partitions}
    try:
        ends = await reader.ends()
        at = dict(begin(await reader.starts(), ends))
        for partition, offset in at.items():
            reader.seek(partition, offset)
        async for partition, found in _until(reader, at, ends):
            rows[partition] += found
    finally:
        await reader.close()
    return rows


async def _until(
    reader: LogReader[Row], at: dict[int, int], ends: Mapping[int, int]
) -> AsyncIterator[tuple[int, list[Row]]]:
    while any(at[partition] < ends[partition] for partition in at):
        for partition, found in (await reader.read(timeout_ms=200)).items():
            at[partition] = found[-1][0] + 1
            yield partition, found


class Follower:
    """Reads what counts of all partitions of a family from the beginning, as far as one asks.

    A broken partition is passed over: whoever owns it says so.
    """

    def __init__(self, reader: LogReader[Row], log: Log, family: Family) -> None:
        """Use `open_follower`."""
        self._reader = reader
        self._at = dict.fromkeys(range(log.partitions), 0)
        self._chains = {
            partition: Chain(genesis(log.log_id, family.commands, partition))
            for partition in self._at
        }
        self._broken: set[int] = set()

    async def catch_up(self, take: Callable[[int, Counted], Any]) -> None:
        """Read on to the end that there is now, and hand over what counts."""
        ends = await self._reader.ends()
        async for partition, rows in _until(self._reader, self._at, ends):
            if partition in self._broken:
                continue
            try:
                counted = follow(self._chains[partition], rows)
            except Broken:
                self._broken.add(partition)
                continue
            for one in counted:
                take(partition, one)

    async def close(self) -> None:
        """Stop reading."""
        await self._reader.close()


async def open_follower(bootstrap: str, log: Log, family: Family = ROADSHOW) -> Follower:
    """Begin at the beginning."""
    starts = dict.fromkeys(range(log.partitions), 0)
    return Follower(await open_reader(bootstrap, family.decisions, starts, as_row), log, family)
