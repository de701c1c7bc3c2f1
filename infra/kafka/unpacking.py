"""How a fetched partition becomes records, in every consumer of this program (aiokafka fetches).

Rule 1: each offset is one record. Where a batch cannot be unpacked, where its
records end early or skip an offset, and where it holds no records but a transaction's marker,
there stands a record with neither key nor value, stamped with the batch's largest time. So nothing
that was appended ends a reader, and a decider answers it like any other record.
Rule 2: what can be unpacked depends on no machine: nothing or gzip, within a bound (infra.packed).
Rule 3: a wrong checksum is no record of anybody's, but damage: it is an error (infra.kafka.reader).
Records of transactions count like all others, aborted or not.
Rule 4: for a `LogReader` the row is what was unpacked; aiokafka's own `ConsumerRecord` costs 2 µs,
more than all that comes before it.
"""

import logging
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record import default_records

from infra.chain import Broken
from infra.packed import CODEC_MASK, GZIP, PLAIN, unpack

log = logging.getLogger("infra.kafka")


def as_it_is(key: bytes) -> bytes:
    """Mark a consumer as one of a `LogReader` (rule 4)."""
    return key


class Damaged(Broken):
    """A record batch is not what the broker wrote. `offset`: of its first record not yet read."""

    def __init__(self, topic: str, partition: int, offset: int) -> None:
        super().__init__(offset, "its checksum is wrong")
        self.args = (f"record {offset} of {topic} {partition} is damaged: {self.reason}",)


class _Blank(NamedTuple):
    """What stands where nothing can be read."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: None = None
    value: None = None
    headers: tuple[()] = ()
    checksum: None = None


class _Unpacked(fetcher.PartitionRecords):
    """A fetched partition: for a `LogReader` the records as unpacked, for others aiokafka's own."""

    next_fetch_offset: int
    _why = ""  # the batch at hand cannot be read

    def __iter__(self) -> Iterator[Any]:
        return iter(self._records_iterator) if self._key_deserializer is as_it_is else self

    def _unpack_records(self) -> Iterator[Any]:
        first, records, at = self.next_fetch_offset, self._records, self._tp
        while records.has_next():
            batch = records.next_batch()
            if self._check_crcs and not batch.validate_crc():
                if self.next_fetch_offset == first:
                    raise self._damage()
                return  # the records before it are returned; the next fetch begins with it
            end = batch.next_offset
            if not isinstance(batch, default_records.DefaultRecordBatch):
                yield from self._of_older_format(batch)
                continue
            for record in self._readable(batch):
                offset = record.offset
                if offset >= end:
                    break
                if offset > self.next_fetch_offset:
                    yield from self._blanks(batch, offset)
                if offset >= self.next_fetch_offset:
                    self.next_fetch_offset = offset + 1
                    yield self._consumer_record(at, record)
            yield from self._blanks(batch, end)
            self.next_fetch_offset = max(self.next_fetch_offset, end)

    def _readable(self, batch: Any) -> Iterator[Any]:
        """Yield the records of a batch as far as they can be read."""
        self._why = ""
        if batch.is_control_batch:
            self._why = "it is a mark of a transaction"
        elif batch.attributes & CODEC_MASK not in (PLAIN, GZIP):
            self._why = "it is packed with a codec that is not read"
        else:
            try:
                yield from batch
            except Exception as error:  # noqa: BLE001 - whatever a stranger wrote
                self._why = f"{type(error).__name__}: {error}"

    def _blanks(self, batch: Any, end: int) -> Iterator[Any]:
        """Yield what stands for each offset of a batch that has no record, up to `end` (rule 1)."""
        begin = max(self.next_fetch_offset, batch.base_offset)
        if begin < end:
            level = logging.INFO if self._why else logging.DEBUG
            at = (self._tp.topic, self._tp.partition, begin, end - 1, self._why)
            log.log(level, "unreadable topic=%s partition=%d offsets=%d-%d reason=%s", *at)
        for offset in range(begin, end):
            blank = _Blank(offset, batch.max_timestamp, batch.timestamp_type)
            self.next_fetch_offset = offset + 1
            yield self._consumer_record(self._tp, blank)

    def _of_older_format(self, batch: Any) -> Iterator[Any]:
        """Yield the records of a batch from before format 2, which no log of ours has."""
        for record in batch:
            if record.offset >= self.next_fetch_offset:
                self.next_fetch_offset = record.offset + 1
                yield self._consumer_record(self._tp, record)

    def _damage(self) -> Exception:
        at = self._tp
        if self._key_deserializer is as_it_is:
            return Damaged(at.topic, at.partition, self.next_fetch_offset)
        error: Exception = CorruptRecordException(f"Invalid CRC - {at}")
        return error

    def _consumer_record(self, at: TopicPartition, record: Any) -> Any:
        if self._key_deserializer is as_it_is:
            return record
        return super()._consumer_record(at, record)


fetcher.PartitionRecords = _Unpacked  # there is no public way: the fetcher names its class,
_reader_of_batches = sys.modules[default_records.DefaultRecordBatch.__module__]
vars(_reader_of_batches)["gzip_decode"] = unpack  # and the reader of batches what unpacks gzip
