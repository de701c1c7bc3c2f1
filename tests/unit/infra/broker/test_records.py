"""The header of a record batch."""

import pytest

from infra.broker.errors import Error
from infra.broker.records import BatchHeader, mark, read_batch, read_header
from tests.support import strange
from tests.support.batches import batch, records


def header_of(data: bytes) -> BatchHeader:
    header = read_header(data)
    assert isinstance(header, BatchHeader)
    return header


def test_a_sound_batch_tells_its_count_times_and_producer() -> None:
    header = header_of(batch([b"a", b"b"], producer_id=7, epoch=1, sequence=5))
    assert (header.count, header.largest_ms) == (2, 1_001)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (7, 1, 5)
    assert header.last_sequence == 6


def test_sequences_wrap_after_the_largest_int() -> None:
    header = header_of(batch([b"a", b"b", b"c"], producer_id=7, epoch=0, sequence=2**31 - 2))
    assert header.last_sequence == 0


def test_a_changed_byte_is_a_corrupt_message() -> None:
    data = bytearray(batch([b"money"]))
    data[-1] ^= 1
    assert read_header(bytes(data)) is Error.CORRUPT_MESSAGE


@pytest.mark.parametrize("kept", [0, 20, 60, 65])
def test_a_batch_cut_short_is_a_corrupt_message(kept: int) -> None:
    assert read_header(batch([b"money"])[:kept]) is Error.CORRUPT_MESSAGE


def test_two_batches_at_once_are_refused() -> None:
    assert read_header(batch([b"a"]) + batch([b"b"])) is Error.CORRUPT_MESSAGE


def test_an_older_message_format_is_refused() -> None:
    data = bytearray(batch([b"a"]))
    data[16] = 1
    assert read_header(bytes(data)) is Error.UNSUPPORTED_FOR_MESSAGE_FORMAT


def test_a_transactional_batch_is_refused() -> None:
    data = batch([b"a"], producer_id=1, epoch=0, sequence=0, transactional=True)
    assert read_header(data) is Error.INVALID_TXN_STATE


def test_an_idempotent_batch_needs_a_sequence() -> None:
    assert read_header(batch([b"a"], producer_id=1, epoch=0)) is Error.INVALID_RECORD


def test_a_stamped_batch_has_the_brokers_time_on_every_record_and_a_right_checksum() -> None:
    data = batch([b"a", b"b"], timestamps_ms=[5, 9])
    kept = mark(data, header_of(data), base_offset=40, append_ms=777)
    assert records(kept) == [(40, 777, b"a"), (41, 777, b"b")]


def test_without_a_stamp_the_clients_times_stay() -> None:
    data = batch([b"a", b"b"], timestamps_ms=[5, 9])
    kept = mark(data, header_of(data), base_offset=3, append_ms=None)
    assert records(kept) == [(3, 5, b"a"), (4, 9, b"b")]


def test_a_batch_is_kept_unpacked_and_whole() -> None:
    records = [strange.record(b"x" * 3_000, b"key"), strange.record(None, delta=1)]
    plain = strange.batch(*records)
    found = read_batch(strange.batch(*records, attributes=strange.GZIP), 10_000)
    assert not isinstance(found, Error)
    assert found[0] == plain
    assert found[1].count == 2


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (strange.batch(strange.record(b"x" * 5_000), attributes=strange.GZIP), 10),
        (strange.batch(strange.record(b"x" * 5_000)), 10),
        *((strange.batch(b"??", count=1, attributes=codec), 76) for codec in (2, 3, 4)),
        (strange.batch(b"??", count=1, attributes=5), 87),
        (strange.batch(strange.record(b"1"), count=2), 87),
        (strange.batch(strange.record(b"1"), b"\0", count=1), 87),
        (strange.batch(b"\xff\xff\xff\xff\xff\xff", count=1), 87),
        (strange.batch(b"\x01", count=1), 87),
        (strange.refused()["gzip of something else"], 87),
        (strange.refused()["broken gzip"], 2),
        (strange.refused()["a mark of a transaction"], 48),
    ],
    ids=lambda value: f"{value}" if isinstance(value, int) else "sent",  # gzip bears its time
)
def test_what_no_reader_could_read_is_refused_by_the_protocols_errors(
    sent: bytes, error: int
) -> None:
    assert read_batch(sent, 4_000) == error
