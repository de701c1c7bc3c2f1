"""Record batches as a producer sends them, built by kafka-python."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

with warnings.catch_warnings():  # it reads its schemas by a deprecated function
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder


def batch(
    values: Sequence[bytes],
    *,
    producer_id: int = -1,
    epoch: int = -1,
    sequence: int = -1,
    timestamps_ms: Sequence[int] = (),
    transactional: bool = False,
) -> bytes:
    """One batch with these values; without a producer id it is not idempotent."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=transactional,
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=sequence,
        batch_size=1_000_000,
    )
    for index, value in enumerate(values):
        at_ms = timestamps_ms[index] if timestamps_ms else 1_000 + index
        builder.append(index, timestamp=at_ms, key=None, value=value, headers=[])
    return bytes(builder.build())


def records(kept: bytes) -> list[tuple[int, int, bytes]]:
    """(offset, timestamp, value) of what the broker keeps; fails if its checksum is wrong."""
    read = DefaultRecordBatch(kept)
    assert read.validate_crc()
    return [(record.offset, record.timestamp, record.value) for record in read]
