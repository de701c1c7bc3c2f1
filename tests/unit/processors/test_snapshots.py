"""A snapshot is a cache: what fits is used, the rest is ignored, and a full disk costs nothing."""

from __future__ import annotations

from pathlib import Path

from infra.topics import BIDDING
from processors.freeze import freeze
from processors.host import PartitionHost
from processors.snapshots import Snapshots
from tests.support.written import asks, host, write
from trading.dispatch import BIDDING as RULES


def _filled() -> PartitionHost:
    one = host()
    for record in write(asks(8)).decisions:
        one.fold(record.offset, record.value)
    return one


def test_a_host_comes_back_as_it_was(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path / "snapshots")
    before = _filled()
    kept.save(BIDDING.commands, 0, freeze(before))
    after = host()
    assert kept.load(after)
    assert after.position == before.position
    assert after.next_command_offset == before.next_command_offset
    assert freeze(after) == freeze(before)


def test_without_a_file_there_is_nothing_to_load(tmp_path: Path) -> None:
    assert not Snapshots(tmp_path).load(host())


def test_a_changed_byte_makes_it_unfit_and_leaves_the_host_fresh(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path)
    data = freeze(_filled())
    for index in range(0, len(data), 97):
        forged = bytearray(data)
        forged[index] ^= 1
        kept.save(BIDDING.commands, 0, bytes(forged))
        one = host()
        assert not kept.load(one)
        assert one.next_command_offset == 0
    kept.save(BIDDING.commands, 0, b"")
    assert not kept.load(host())


def test_a_snapshot_of_another_log_is_unfit(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path)
    kept.save(BIDDING.commands, 0, freeze(_filled()))
    assert not kept.load(PartitionHost(RULES, "another-log", BIDDING.commands, 0, 1))


def test_a_snapshot_that_cannot_be_written_is_only_missing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    kept = Snapshots(blocked)
    kept.save(BIDDING.commands, 0, freeze(_filled()))
    assert not kept.load(host())
