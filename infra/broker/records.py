"""A record batch (format 2): check it, unpack it, put the broker's marks into it.

The base offset and the leader epoch lie before the CRC and are patched freely; the timestamp type
and the largest timestamp lie inside it, so stamping computes the CRC anew. Batches are kept
unpacked, whatever they came packed with: no reader needs a codec, and no record hides its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

from crc32c import crc32c

from infra.broker.errors import Error
from infra.packed import CODEC_MASK, GZIP, PLAIN, TooLarge, Unpackable, unpack

# base offset, length, leader epoch, magic, crc, attributes, last offset delta, first and largest
# timestamp, producer id, producer epoch, base sequence, count of records
_HEADER = Struct(">qiibIhiqqqhii")
_BASE_OFFSET = Struct(">q")
_LENGTH = Struct(">i")
_LEADER_EPOCH = Struct(">i")
_CRC = Struct(">I")
_ATTRIBUTES = Struct(">h")
_LARGEST_MS = Struct(">q")

HEADER_BYTES = _HEADER.size
_LENGTH_AT = 8
_LEADER_EPOCH_AT = 12
_CRC_AT = 17
_ATTRIBUTES_AT = 21
_LARGEST_MS_AT = 35
_LENGTH_COVERS_FROM = 12
_MAGIC = 2
_APPEND_TIME_BIT = 0x08
_TRANSACTIONAL_BIT = 0x10
_CONTROL_BIT = 0x20
_CODEC_MAX = 4
_VARINT_SHIFT_MAX = 28

NO_PRODUCER = -1


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """What the broker needs to know of a batch."""

    count: int
    attributes: int
    largest_ms: int
    producer_id: int
    producer_epoch: int
    base_sequence: int

    @property
    def codec(self) -> int:
        """What the records are packed with."""
        return self.attributes & CODEC_MASK

    @property
    def last_sequence(self) -> int:
        """The sequence of the last record; sequences wrap after 2^31 - 1."""
        return (self.base_sequence + self.count - 1) & 0x7FFFFFFF


def read_batch(batch: bytes, bytes_max: int) -> tuple[bytes, BatchHeader] | Error:
    """The one batch that `batch` must be, unpacked, and its header; or why it is refused.

    `bytes_max`: the largest that is taken, packed or not.
    """
    if len(batch) > bytes_max:
        return Error.MESSAGE_TOO_LARGE
    header = read_header(batch)
    if isinstance(header, Error):
        return header
    if header.codec == GZIP:
        try:
            batch = _unpacked(batch, header, bytes_max)
        except TooLarge:
            return Error.MESSAGE_TOO_LARGE
        except Unpackable:
            return Error.CORRUPT_MESSAGE
        header = read_header(batch)
        if isinstance(header, Error):
            return header
    return (batch, header) if _holds(batch, header.count) else Error.INVALID_RECORD


def read_header(batch: bytes) -> BatchHeader | Error:
    """The header of a batch, or why it is refused."""
    if len(batch) < HEADER_BYTES:
        return Error.CORRUPT_MESSAGE
    fields = _HEADER.unpack_from(batch)
    _, length, _, magic, crc, attributes, last_delta, _, largest_ms, *producer, count = fields
    if magic != _MAGIC:
        return Error.UNSUPPORTED_FOR_MESSAGE_FORMAT
    whole = length == len(batch) - _LENGTH_COVERS_FROM
    if not whole or crc32c(memoryview(batch)[_ATTRIBUTES_AT:]) != crc:
        return Error.CORRUPT_MESSAGE
    header = BatchHeader(count, attributes, largest_ms, *producer)
    if attributes & _TRANSACTIONAL_BIT:
        return Error.INVALID_TXN_STATE
    if not _sound(header, last_delta):
        return Error.INVALID_RECORD
    return header if header.codec in (PLAIN, GZIP) else Error.UNSUPPORTED_COMPRESSION_TYPE


def _sound(header: BatchHeader, last_delta: int) -> bool:
    if header.count <= 0 or last_delta != header.count - 1:
        return False
    if header.attributes & _CONTROL_BIT or header.codec > _CODEC_MAX:
        return False
    return header.producer_id < 0 or (header.base_sequence >= 0 and header.producer_epoch >= 0)


def is_packed(batch: bytes) -> bool:
    """Whether a kept batch has its records packed, as older versions kept them."""
    return bool(_ATTRIBUTES.unpack_from(batch, _ATTRIBUTES_AT)[0] & CODEC_MASK)


def _unpacked(batch: bytes, header: BatchHeader, bytes_max: int) -> bytes:
    """The same batch, its records unpacked; raises `Unpackable`."""
    records = unpack(batch[HEADER_BYTES:], bytes_max - HEADER_BYTES)
    plain = bytearray(batch[:HEADER_BYTES]) + records
    _LENGTH.pack_into(plain, _LENGTH_AT, len(plain) - _LENGTH_COVERS_FROM)
    _ATTRIBUTES.pack_into(plain, _ATTRIBUTES_AT, header.attributes & ~CODEC_MASK)
    _CRC.pack_into(plain, _CRC_AT, crc32c(memoryview(plain)[_ATTRIBUTES_AT:]))
    return bytes(plain)


def _holds(batch: bytes, count: int) -> bool:
    """Whether so many records fill the batch exactly, by the length that each begins with."""
    at = HEADER_BYTES
    try:
        for _ in range(count):
            length = shift = 0
            while (byte := batch[at]) & 0x80 and shift < _VARINT_SHIFT_MAX:
                length |= (byte & 0x7F) << shift
                shift += 7
                at += 1
            length |= byte << shift
            if length & 1:  # zigzag: a negative one
                return False
            at += 1 + (length >> 1)
    except IndexError:
        return False
    return at == len(batch)


def mark(batch: bytes, header: BatchHeader, base_offset: int, append_ms: int | None) -> bytes:
    """The batch as kept: at `base_offset`, stamped `append_ms` (None: the client's time stays)."""
    kept = bytearray(batch)
    _BASE_OFFSET.pack_into(kept, 0, base_offset)
    _LEADER_EPOCH.pack_into(kept, _LEADER_EPOCH_AT, 0)
    attributes = header.attributes & ~_APPEND_TIME_BIT
    if append_ms is not None:
        attributes |= _APPEND_TIME_BIT
        _LARGEST_MS.pack_into(kept, _LARGEST_MS_AT, append_ms)
    if append_ms is not None or attributes != header.attributes:
        _ATTRIBUTES.pack_into(kept, _ATTRIBUTES_AT, attributes)
        _CRC.pack_into(kept, _CRC_AT, crc32c(memoryview(kept)[_ATTRIBUTES_AT:]))
    return bytes(kept)
