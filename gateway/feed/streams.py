"""Reading a topic without deciders (notices, insight, signals) from near its end on."""

from collections.abc import Callable
from typing import Final

from infra.kafka.reader import LogReader, Record, open_reader

READ_MS: Final = 250

Take = Callable[[int, Record], None]


class StreamReader:
    """One topic, all partitions."""

    def __init__(self, bootstrap: str, topic: str, partitions: int, back: int) -> None:
        """`back`: how many records before the end of each partition to begin with."""
        self._bootstrap = bootstrap
        self._topic = topic
        self._back = back
        self._reader: LogReader[Record] | None = None
        self.read = dict.fromkeys(range(partitions), 0)  # the next offset, by partition
        self.since = dict.fromkeys(range(partitions), 0)  # where reading began

    async def catch_up(self, take: Take) -> None:
        """Read what there is near the end."""
        self._reader = await open_reader(self._bootstrap, self._topic, self.read, Record)
        ends, starts = await self._reader.ends(), await self._reader.starts()
        for partition, end in ends.items():
            begin = max(starts[partition], end - self._back)
            self.read[partition] = self.since[partition] = begin
            self._reader.seek(partition, begin)
        while any(self.read[partition] < end for partition, end in ends.items()):
            await self._read(self._reader, take)

    async def follow(self, take: Take) -> None:
        """Read on until cancelled."""
        assert self._reader is not None, "catch up first"
        while True:
            await self._read(self._reader, take)

    async def _read(self, reader: LogReader[Record], take: Take) -> None:
        for partition, records in (await reader.read(READ_MS)).items():
            for record in records:
                self.read[partition] = record.offset + 1
                take(partition, record)

    async def close(self) -> None:
        """End the connection."""
        if self._reader is not None:
            await self._reader.close()
