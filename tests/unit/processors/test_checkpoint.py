"""A pruned log is decided again from a trusted checkpoint on, and every change is named."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from infra.chain import hash_decision
from infra.codec import decode_decision, encode_decision
from infra.frozen import Unfit, seal, unsealed
from infra.topics import BIDDING
from processors.checkpoint import read_checkpoint
from processors.freeze import freeze
from processors.verify import DecisionRecord, Result
from tests.support.written import Written, asks, host, verify, write

BIDS = 12


@pytest.fixture(scope="module", name="log")
def _log() -> Written:
    asked = asks(BIDS)
    return write([*asked, asked[6], *asked[-2:]])  # a bid of long ago is repeated at the end


def checkpoint(log: Written, after: int) -> bytes:
    """The snapshot taken once the decision with offset `after` was folded."""
    one = host()
    for record in log.decisions[: after + 1]:
        one.fold(record.offset, record.value)
    return freeze(one)


def next_command(log: Written, after: int) -> int:
    return decode_decision(log.decisions[after].value or b"").command.offset + 1


def pruned(log: Written, starts: tuple[int, int]) -> Written:
    return Written(log.commands[starts[1] :], log.decisions[starts[0] :])


def told(record: DecisionRecord) -> tuple[int, str]:
    return record.offset, hash_decision(record.value or b"").hex()


def forged(record: DecisionRecord) -> DecisionRecord:
    decision = decode_decision(record.value or b"")
    decision.at_ms += 1
    return record._replace(value=encode_decision(decision))


def test_all_that_comes_after_any_checkpoint_is_decided_again(log: Written) -> None:
    for after in range(len(log.decisions)):
        data = checkpoint(log, after)
        for first in {0, after // 2, after, after + 1}:
            starts = (first, next_command(log, after) if first else 0)
            left = pruned(log, starts)
            report = verify(left.commands, left.decisions, starts=starts, checkpoint=data)
            assert report.difference is None
            assert report.result is Result.PARTIAL
            assert report.checkpoint == told(log.decisions[after])
            assert report.head == told(log.decisions[-1])
            assert report.counted_count == len(log.decisions) - after - 1


def test_a_checkpoint_of_a_whole_log_is_gone_on_from_too(log: Written) -> None:
    report = verify(log.commands, log.decisions, checkpoint=checkpoint(log, 5))
    assert report.result is Result.PARTIAL
    assert report.counted_count == len(log.decisions) - 6


def test_without_a_checkpoint_only_the_chain_of_a_pruned_log_is_followed(log: Written) -> None:
    starts = (6, next_command(log, 5))
    left = pruned(log, starts)
    report = verify(left.commands, left.decisions, starts=starts)
    assert (report.result, report.checkpoint) == (Result.PARTIAL, None)
    cut = verify(left.commands[:1], left.decisions, starts=starts)
    assert cut.result is Result.PARTIAL  # nothing was decided again


def test_every_change_after_the_checkpoint_is_named(log: Written) -> None:
    data, starts = checkpoint(log, 5), (6, next_command(log, 5))
    for index in range(6, len(log.decisions)):
        planted = [
            *log.decisions[6:index],
            forged(log.decisions[index]),
            *log.decisions[index + 1 :],
        ]
        report = verify(log.commands[starts[1] :], planted, starts=starts, checkpoint=data)
        assert report.result is Result.DIFFERS
        assert report.difference is not None
        assert (report.difference.decision_offset, report.difference.what) == (index, "at_ms")


def test_a_changed_command_after_the_checkpoint_is_named(log: Written) -> None:
    data, starts = checkpoint(log, 5), (6, next_command(log, 5))
    for index in range(starts[1], len(log.commands) - 1):
        changed = list(log.commands)
        later_ms = changed[index].timestamp_ms + 1
        changed[index] = msgspec.structs.replace(changed[index], timestamp_ms=later_ms)
        report = verify(changed[starts[1] :], log.decisions[6:], starts=starts, checkpoint=data)
        assert report.result is Result.DIFFERS


def test_a_log_that_was_written_anew_up_to_the_checkpoint_differs(log: Written) -> None:
    other = write(asks(BIDS + 1))
    data = checkpoint(log, len(log.decisions) - 1)
    report = verify(other.commands, other.decisions, checkpoint=data)
    assert report.result is Result.DIFFERS
    assert report.difference is not None
    assert "checkpoint" in report.difference.what


def test_a_log_that_ends_before_the_checkpoint_differs(log: Written) -> None:
    data = checkpoint(log, 9)
    report = verify(log.commands, log.decisions[:9], checkpoint=data)
    assert report.result is Result.DIFFERS
    assert report.difference is not None
    assert report.difference.decision_offset == 9


def test_what_follows_a_checkpoint_of_another_history_breaks_the_chain(log: Written) -> None:
    data = checkpoint(write(asks(BIDS + 1)), len(log.decisions) - 3)
    starts = (len(log.decisions) - 2, next_command(log, len(log.decisions) - 3))
    left = pruned(log, starts)
    other = verify(left.commands, left.decisions, starts=starts, checkpoint=data)
    assert other.result is Result.DIFFERS


def test_an_undecided_tail_is_listed_after_a_checkpoint_too(log: Written) -> None:
    report = verify(log.commands, log.decisions[:-2], checkpoint=checkpoint(log, 5))
    assert report.result is Result.PARTIAL
    assert len(report.undecided) == 2


def test_a_head_beside_a_checkpoint_must_be_at_it_or_after(log: Written) -> None:
    data = checkpoint(log, 5)
    for index in (5, 8, len(log.decisions) - 1):
        head = told(log.decisions[index])
        found = verify(log.commands, log.decisions, head=head, checkpoint=data)
        assert found.result is Result.PARTIAL
    other = verify(log.commands, log.decisions, head=(8, "0" * 64), checkpoint=data)
    assert other.result is Result.DIFFERS
    with pytest.raises(Unfit, match="head lies before"):
        verify(log.commands, log.decisions, head=told(log.decisions[2]), checkpoint=data)


def test_a_checkpoint_does_not_fit_where_the_log_begins_after_it(log: Written) -> None:
    data = checkpoint(log, 5)
    for starts in ((7, next_command(log, 5)), (6, next_command(log, 5) + 1)):
        left = pruned(log, starts)
        with pytest.raises(Unfit, match="begins after"):
            verify(left.commands, left.decisions, starts=starts, checkpoint=data)


@pytest.mark.parametrize(
    "change",
    [
        {"log_id": "another"},
        {"topic": "roadshow.commands"},
        {"partition": 1},
        {"partitions": 2},
        {"rules": 99},
    ],
)
def test_a_checkpoint_of_another_place_does_not_fit(
    log: Written, change: dict[str, object]
) -> None:
    frozen = unsealed(checkpoint(log, 5))
    frozen.place = msgspec.structs.replace(frozen.place, **change)
    with pytest.raises(Unfit, match="it is of"):
        verify(log.commands, log.decisions, checkpoint=seal(frozen))


def test_a_file_is_a_checkpoint_only_with_the_sum_that_was_written_down(
    log: Written, tmp_path: Path
) -> None:
    file = tmp_path / "kept:by-me.snapshot"
    file.write_bytes(checkpoint(log, 5))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    found = read_checkpoint(f"{digest}:{file}")
    assert (found.place.topic, found.place.partition) == (BIDDING.commands, 0)
    assert read_checkpoint(f"{digest.upper()}:{file}") == found
    for text, complaint in (
        (f"{'0' * 64}:{file}", "not the one named"),
        (str(file), "is not SHA256:FILE"),
        (f"{digest}:", "is not SHA256:FILE"),
        (f"{digest}:{tmp_path}/none", "cannot be read"),
    ):
        with pytest.raises(ValueError, match=complaint):
            read_checkpoint(text)


def test_a_file_that_is_no_snapshot_is_none_whatever_its_sum(tmp_path: Path) -> None:
    file = tmp_path / "other"
    file.write_bytes(b"not a snapshot at all, though it has a sum of its own")
    with pytest.raises(ValueError, match="is no snapshot"):
        read_checkpoint(f"{hashlib.sha256(file.read_bytes()).hexdigest()}:{file}")
