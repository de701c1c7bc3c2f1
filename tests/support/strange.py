"""Record batches as nobody of ours writes them, byte by byte, and a plain way to produce them."""

from __future__ import annotations

import asyncio
import gzip
import os
import sqlite3
import struct
from pathlib import Path

from crc32c import crc32c

from infra.broker.kafka_python import producer

MEBIBYTE = 1024 * 1024
ATTRIBUTES_AT = 21
HEAD = struct.Struct(">qiibIhiqqqhii")
CONTROL, TRANSACTIONAL, APPEND_TIME = 0x20, 0x10, 0x08
GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
ENDED = -100  # no answer: the connection was closed (-1 is an error of Kafka's own)
AT_MS = 1_790_000_000_000


def number(value: int) -> bytes:
    """A zigzag varint."""
    value = (value << 1) ^ (value >> 63)
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def record(
    value: bytes | None,
    key: bytes | None = None,
    *,
    delta: int = 0,
    headers: list[tuple[bytes, bytes | None]] | None = None,
    headers_count: int | None = None,
) -> bytes:
    """A record of format 2; `headers_count` may lie."""
    named = headers or []
    parts = [b"\0", number(0), number(delta)]
    parts += map(_sized, (key, value))
    parts.append(number(len(named) if headers_count is None else headers_count))
    parts += map(_sized, (part for pair in named for part in pair))
    body = b"".join(parts)
    return number(len(body)) + body


def _sized(part: bytes | None) -> bytes:
    return number(-1) if part is None else number(len(part)) + part


def batch(
    *records: bytes,
    count: int | None = None,
    last: int | None = None,
    attributes: int = 0,
    magic: int = 2,
    base: int = 0,
    crc: int | None = None,
    producing: tuple[int, int, int] = (-1, -1, -1),
) -> bytes:
    """A batch of these records; whatever is named may lie. `producing`: id, epoch, sequence."""
    data = b"".join(records)
    if attributes & 7 == GZIP:
        data = gzip.compress(data)
    count = len(records) if count is None else count
    last = count - 1 if last is None else last
    whole = bytearray(
        HEAD.pack(
            base, 49 + len(data), 0, magic, 0, attributes, last, AT_MS, AT_MS, *producing, count
        )
        + data
    )
    struct.pack_into(">I", whole, 17, crc32c(whole[ATTRIBUTES_AT:]) if crc is None else crc)
    return bytes(whole)


def message_set(value: bytes, magic: int) -> bytes:
    """A message of the formats before 2."""
    stamp = struct.pack(">q", AT_MS) if magic else b""
    body = bytes([magic, 0]) + stamp + struct.pack(">i", -1) + struct.pack(">i", len(value)) + value
    message = struct.pack(">I", 0) + body
    return struct.pack(">qi", 0, len(message)) + message


def accepted_and_odd() -> dict[str, bytes]:
    """Batches that a broker may take."""
    many: list[tuple[bytes, bytes | None]] = [(b"h%d" % one, b"x") for one in range(10_000)]
    return {
        "neither key nor value": batch(record(None)),
        "no value": batch(record(None, b"b-1")),
        "no key": batch(record(b"{}")),
        "nothing": batch(record(b"", b"")),
        "no text": batch(record(b"\xff\xfe\0", b"\xff\xfe\0")),
        "deep": batch(record(b"[" * 60_000, b"b-1")),
        "ten thousand headers": batch(record(b"{}", b"b-1", headers=many)),
        "a large header": batch(record(b"{}", b"b-1", headers=[(b"h", b"x" * 700_000)])),
        "a header that is no text": batch(record(b"{}", b"b-1", headers=[(b"\xff\xfe", None)])),
        "a large key": batch(record(b"{}", b"k" * (MEBIBYTE - 200))),
        "two large keys": batch(
            record(b"{}", b"k" * 500_000), record(b"{}", b"l" * 500_000, delta=1)
        ),
        "a large value": batch(record(b"x" * (MEBIBYTE - 200), b"b-1")),
        "gzip": batch(record(b"{}", b"b-1"), attributes=GZIP),
    }


def unreadable() -> dict[str, bytes]:
    """Batches that a broker of today refuses, but that an older one may have kept."""
    return {
        "snappy": batch(os.urandom(90), count=3, attributes=SNAPPY),
        "lz4": batch(os.urandom(90), count=2, attributes=LZ4),
        "zstd": batch(os.urandom(90), count=1, attributes=ZSTD),
        "a codec that there is not": batch(os.urandom(90), count=1, attributes=5),
        "a bomb": batch(record(b"\0" * (20 * MEBIBYTE)), attributes=GZIP),
        "fewer records than it says": batch(record(b"{}", b"a"), count=4),
        "more records than it says": batch(record(b"1"), record(b"2", delta=1), count=1),
        "a gap between records": batch(record(b"1"), record(b"2", delta=2), last=4),
        "the same place twice": batch(record(b"1"), record(b"2"), record(b"3", delta=1), count=3),
        "a place beyond": batch(record(b"1"), record(b"2", delta=2**30), count=2),
        "a place before": batch(record(b"1", delta=-5), count=1),
        "a header count below none": batch(record(b"1", headers_count=-3)),
        "a header count that lies": batch(record(b"1", headers_count=2**30)),
        "random bytes": batch(os.urandom(400), count=5),
        "a mark of a transaction": batch(
            record(b"\0\0\0\0\0\0", b"\0\0\0\1"), attributes=CONTROL | TRANSACTIONAL,
            producing=(7, 0, -1),
        ),
        "of a transaction": batch(
            record(b"{}", b"b-1"), attributes=TRANSACTIONAL, producing=(7, 0, 0)
        ),
    }  # fmt: skip


def refused() -> dict[str, bytes]:
    """What no broker takes."""
    packed = gzip.compress(b"no records")
    return {
        **unreadable(),
        "a wrong checksum": batch(record(b"{}"), crc=1),
        "format 0": message_set(b"{}", 0),
        "format 1": message_set(b"{}", 1),
        "format 3": batch(record(b"{}"), magic=3),
        "no records at all": batch(count=0),
        "gzip of something else": _as_gzip(packed),
        "broken gzip": _as_gzip(packed[:-9]),
        "ten megabytes": batch(record(b"x" * (10 * MEBIBYTE))),
        "two batches": batch(record(b"1")) + batch(record(b"2")),
        "half a batch": batch(record(b"1"))[:-1],
        "no batch": b"\0" * 70,
    }


def _as_gzip(data: bytes) -> bytes:
    whole = bytearray(batch(data, count=1))
    struct.pack_into(">h", whole, ATTRIBUTES_AT, GZIP)
    struct.pack_into(">I", whole, 17, crc32c(whole[ATTRIBUTES_AT:]))
    return bytes(whole)


async def produce(bootstrap: str, topic: str, partition: int, records: bytes) -> int:
    """Produce these bytes as they are; the error code of the answer, or `ENDED`."""
    data = producer.ProduceRequest.TopicProduceData
    part = data.PartitionProduceData(index=partition, records=records)
    request = producer.ProduceRequest(
        acks=-1, timeout_ms=10_000, topic_data=[data(name=topic, partition_data=[part])], version=8
    )
    request.with_header(correlation_id=1, client_id="stranger")
    host, _, port = bootstrap.rpartition(":")
    reading, writing = await asyncio.open_connection(host, int(port))
    try:
        writing.write(bytes(request.encode(header=True, framed=True)))
        (size,) = struct.unpack(">i", await reading.readexactly(4))
        answer = await reading.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return ENDED
    finally:
        writing.close()
    found = producer.ProduceResponse.decode(answer[4:], version=8)
    return int(found.responses[0].partition_responses[0].error_code)


def keep(folder: Path, topic: str, partition: int, batches: list[bytes]) -> None:
    """Put batches into a stopped broker's folder as an older version may have kept them."""
    with sqlite3.connect(folder / "log.sqlite") as database:
        (uid,) = database.execute(
            "SELECT uid FROM partition WHERE topic = ? AND number = ?", (topic, partition)
        ).fetchone()
        table = f"batches_{uid}"
        offset, top_ms = database.execute(
            f"SELECT coalesce(max(last_offset), -1) + 1, coalesce(max(top_ms), 0) FROM {table}"  # noqa: S608
        ).fetchone()
        for one in batches:
            kept = bytearray(one)
            struct.pack_into(">q", kept, 0, offset)
            struct.pack_into(">h", kept, ATTRIBUTES_AT, _attributes(one) | APPEND_TIME)
            struct.pack_into(">q", kept, 35, top_ms)
            struct.pack_into(">I", kept, 17, crc32c(kept[ATTRIBUTES_AT:]))
            last = offset + struct.unpack_from(">i", kept, 23)[0]
            row = (offset, last, top_ms, bytes(kept))
            database.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", row)  # noqa: S608
            offset = last + 1
    database.close()


def _attributes(one: bytes) -> int:
    return int(struct.unpack_from(">h", one, ATTRIBUTES_AT)[0])
