"""The broker's files."""

import sqlite3
from pathlib import Path

import pytest

from infra.broker.storage import (
    FolderInUseError,
    FolderTooNewError,
    Storage,
    create_batches,
    insert_batch,
)
from tests.support.batches import batch


def filled(folder: Path) -> Storage:
    """Three batches: offsets 0-1 up to 10 ms, 2 at 30 ms, 3-5 up to 50 ms."""
    storage = Storage(folder)
    rows = [(0, 1, 10, b"first"), (2, 2, 30, b"second"), (3, 5, 50, b"third")]
    storage.commit([create_batches(1), *((insert_batch(1), row) for row in rows)])
    return storage


def test_a_folder_is_held_by_one_broker_only(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    with pytest.raises(FolderInUseError):
        Storage(tmp_path)
    storage.close()
    Storage(tmp_path).close()


def test_a_folder_of_a_newer_version_is_refused_and_left_unlocked(tmp_path: Path) -> None:
    Storage(tmp_path).close()
    (tmp_path / "FORMAT").write_text("2\n")
    with pytest.raises(FolderTooNewError, match="2"):
        Storage(tmp_path)
    (tmp_path / "FORMAT").write_text("1\n")
    Storage(tmp_path).close()


def test_the_log_id_is_made_once_and_kept(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "one")
    made = storage.log_id
    storage.close()
    again, other = Storage(tmp_path / "one"), Storage(tmp_path / "two")
    assert again.log_id == made != other.log_id
    again.close()
    other.close()


def test_a_commit_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    storage = filled(tmp_path)
    with pytest.raises(sqlite3.IntegrityError):
        storage.commit(
            [(insert_batch(1), (6, 6, 60, b"new")), (insert_batch(1), (0, 0, 0, b"taken"))]
        )
    assert storage.tail(1) == (6, 50)
    storage.close()


def test_reading_starts_with_the_batch_that_holds_the_offset(tmp_path: Path) -> None:
    storage = filled(tmp_path)
    assert storage.batches(1, 1, 6, 1_000) == [b"first", b"second", b"third"]
    assert storage.batches(1, 4, 6, 1_000) == [b"third"]
    assert storage.batches(1, 0, 3, 1_000) == [b"first", b"second"]
    storage.close()


def test_reading_gives_one_batch_at_least_and_no_more_than_fits(tmp_path: Path) -> None:
    storage = filled(tmp_path)
    assert storage.batches(1, 0, 6, 1) == [b"first"]
    assert storage.batches(1, 0, 6, len(b"firstsecond")) == [b"first", b"second"]
    storage.close()


@pytest.mark.parametrize(
    ("at_ms", "expected"),
    [(0, b"first"), (10, b"first"), (11, b"second"), (31, b"third"), (50, b"third"), (51, None)],
)
def test_a_time_finds_the_first_batch_not_older(
    tmp_path: Path, at_ms: int, expected: bytes | None
) -> None:
    storage = filled(tmp_path)
    assert storage.batch_at_time(1, at_ms, 6) == expected
    storage.close()


def test_an_empty_partition_ends_at_zero(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    storage.commit([create_batches(4)])
    assert storage.tail(4) == (0, -1)
    assert storage.batch_at_time(4, 0, 0) is None
    storage.close()


def test_a_log_at_its_limit_of_pages_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    storage = Storage(tmp_path, pages_max=40)
    storage.commit([create_batches(1), (insert_batch(1), (0, 0, 1, batch([b"small"])))])
    with pytest.raises(sqlite3.OperationalError, match="full"):
        storage.commit([(insert_batch(1), (1, 1, 1, b"\0" * 1_000_000))])
    assert storage.tail(1) == (1, 1)
    storage.close()
