"""The log in memory: offsets, stamps, idempotent producers, and what a failed commit takes back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.broker.commits import CommitFailedError
from infra.broker.errors import Error
from infra.broker.log import Appended, Log, ProducerState, StampClock
from infra.broker.records import BatchHeader, read_header
from infra.broker.storage import Storage
from tests.support.batches import batch, records


def still_clock() -> int:
    return 100


async def opened(folder: Path, *, wall_ms: int = 5_000, pages_max: int | None = None) -> Log:
    log = Log(Storage(folder, pages_max=pages_max), lambda: wall_ms, still_clock)
    if "t" not in log.topics:
        log.create_topic("t", 2, {"message.timestamp.type": "LogAppendTime"})
        log.create_topic("client-time", 1, {})
        await log.committer.settled()
    return log


async def closed(log: Log) -> None:
    log.committer.flush()
    log.storage.close()


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    started = await opened(tmp_path)
    yield started
    await closed(started)


def append(log: Log, data: bytes, topic: str = "t", number: int = 0) -> Appended | Error:
    partition = log.partition(topic, number)
    assert partition is not None
    return log.append(log.topics[topic], partition, data)


def sent(sequence: int, count: int = 1, *, producer_id: int = 1, epoch: int = 0) -> bytes:
    values = [b"v"] * count
    return batch(values, producer_id=producer_id, epoch=epoch, sequence=sequence)


def header(sequence: int, count: int = 1, epoch: int = 0) -> BatchHeader:
    found = read_header(sent(sequence, count, epoch=epoch))
    assert isinstance(found, BatchHeader)
    return found


async def test_offsets_follow_each_other_without_a_gap(log: Log) -> None:
    first, second = append(log, batch([b"a", b"b"])), append(log, batch([b"c"]))
    assert (first, second) == (Appended(0, 5_000), Appended(2, 5_000))


async def test_nothing_is_shown_before_it_is_durable(log: Log) -> None:
    append(log, batch([b"a"]))
    partition = log.partition("t", 0)
    assert partition is not None
    assert (partition.next_offset, partition.durable) == (1, 0)
    await log.committer.settled()
    assert partition.durable == 1


async def test_a_batch_larger_than_the_topic_allows_is_refused(log: Log) -> None:
    assert append(log, batch([b"x" * 1_100_000])) is Error.MESSAGE_TOO_LARGE


async def test_a_repeated_batch_gets_the_first_answer_and_is_kept_once(log: Log) -> None:
    first = append(log, sent(0, 3))
    assert append(log, sent(0, 3)) == first
    assert append(log, sent(3)) == Appended(3, 5_000)


async def test_a_skipped_sequence_is_out_of_order(log: Log) -> None:
    append(log, sent(0))
    assert append(log, sent(2)) is Error.OUT_OF_ORDER_SEQUENCE_NUMBER


async def test_an_unknown_producer_begins_with_sequence_zero(log: Log) -> None:
    assert append(log, sent(4)) is Error.OUT_OF_ORDER_SEQUENCE_NUMBER


async def test_an_older_epoch_is_fenced(log: Log) -> None:
    append(log, sent(0, epoch=1))
    assert append(log, sent(0, epoch=0)) is Error.INVALID_PRODUCER_EPOCH


async def test_a_new_epoch_begins_with_sequence_zero(log: Log) -> None:
    append(log, sent(0))
    assert append(log, sent(1, epoch=1)) is Error.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert append(log, sent(0, epoch=1)) == Appended(1, 5_000)


async def test_producers_and_partitions_do_not_meet(log: Log) -> None:
    assert append(log, sent(0)) == Appended(0, 5_000)
    assert append(log, sent(0), number=1) == Appended(0, 5_000)
    assert append(log, sent(0, producer_id=2)) == Appended(1, 5_000)


async def test_what_a_producer_sent_last_is_known_after_a_restart(tmp_path: Path) -> None:
    log = await opened(tmp_path)
    first = append(log, sent(0, 3))
    await log.committer.settled()
    await closed(log)
    again = await opened(tmp_path)
    assert append(again, sent(0, 3)) == first
    assert append(again, sent(3)) == Appended(3, 5_000)
    await closed(again)


async def test_stamps_do_not_go_back_when_the_wall_clock_does(tmp_path: Path) -> None:
    log = await opened(tmp_path, wall_ms=9_000)
    append(log, batch([b"a"]))
    await closed(log)
    again = await opened(tmp_path, wall_ms=1_000)
    assert append(again, batch([b"b"])) == Appended(1, 9_000)
    await closed(again)


async def test_a_clients_time_does_not_move_the_brokers_clock(tmp_path: Path) -> None:
    log = await opened(tmp_path)
    append(log, batch([b"a"], timestamps_ms=[99_000_000]), topic="client-time")
    await closed(log)
    again = await opened(tmp_path)
    assert append(again, batch([b"b"])) == Appended(0, 5_000)
    await closed(again)


async def test_a_failed_commit_takes_everything_queued_back_and_the_log_goes_on(
    tmp_path: Path,
) -> None:
    log = await opened(tmp_path, pages_max=60)
    assert append(log, sent(0)) == Appended(0, 5_000)
    await log.committer.settled()
    append(log, sent(1))
    append(log, batch([b"x" * 900_000]), number=1)
    with pytest.raises(CommitFailedError):
        await log.committer.settled()
    partition = log.partition("t", 0)
    assert partition is not None
    assert (partition.next_offset, partition.durable) == (1, 1)
    assert append(log, sent(1)) == Appended(1, 5_000)
    await log.committer.settled()
    kept = log.storage.batches(partition.uid, 0, 2, 10_000)
    assert [row for data in kept for row in records(data)] == [(0, 5_000, b"v"), (1, 5_000, b"v")]
    await closed(log)


async def test_a_deleted_topic_made_again_is_empty(log: Log) -> None:
    append(log, sent(0))
    log.delete_topic(log.topics["t"])
    log.create_topic("t", 1, {})
    await log.committer.settled()
    assert append(log, sent(0)) == Appended(0, -1)


def test_only_the_last_five_batches_are_remembered() -> None:
    state = ProducerState(0)
    for sequence in range(7):
        assert state.judge(header(sequence)) is None
        state.record(header(sequence), Appended(sequence, -1))
    assert state.judge(header(2)) == Appended(2, -1)
    assert state.judge(header(1)) is Error.OUT_OF_ORDER_SEQUENCE_NUMBER


def test_after_the_largest_sequence_comes_zero() -> None:
    state = ProducerState(0, [(0, 2**31 - 1, 0, -1)])
    assert state.judge(header(0)) is None


@pytest.mark.parametrize(("wall_ms", "last_ms", "first"), [(50, 10, 50), (50, 90, 90)])
def test_the_stamp_clock_starts_at_the_later_and_goes_on_monotonically(
    wall_ms: int, last_ms: int, first: int
) -> None:
    moments = iter([1_000, 1_000, 1_007])
    clock = StampClock(wall_ms, lambda: next(moments), last_ms)
    assert (clock.now_ms(), clock.now_ms()) == (first, first + 7)
