"""Group commit."""

import asyncio
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest

from infra.broker.commits import CommitFailedError, Committer
from infra.broker.storage import Statement, Storage

PUT = "INSERT INTO meta VALUES (?, ?)"


class CountingStorage(Storage):
    """A storage that counts its commits."""

    commits = 0

    def commit(self, statements: Iterable[Statement]) -> None:
        self.commits += 1
        super().commit(statements)


def names(storage: Storage) -> set[str]:
    return {row[0] for row in storage.rows("SELECT name FROM meta")} - {"log_id"}


async def test_what_is_queued_in_one_turn_of_the_loop_shares_a_commit(tmp_path: Path) -> None:
    storage = CountingStorage(tmp_path)
    before = storage.commits
    committer = Committer(storage, lambda: None)
    for number in range(100):
        committer.add([(PUT, (f"n{number}", ""))])
    await committer.settled()
    assert len(names(storage)) == 100
    assert storage.commits - before == 1
    storage.close()


async def test_one_who_gives_up_waiting_does_not_take_the_others_along(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    committer = Committer(storage, lambda: None)
    committer.add([(PUT, ("kept", ""))])
    impatient, patient = committer.settled(), committer.settled()
    impatient.cancel()
    await patient
    assert impatient.cancelled()
    assert names(storage) == {"kept"}
    storage.close()


async def test_a_failed_commit_fails_all_of_it_and_the_next_one_works(tmp_path: Path) -> None:
    storage, reloads = Storage(tmp_path), []
    committer = Committer(storage, lambda: reloads.append(1))
    committer.add([(PUT, ("beside", ""))])
    committer.add([("INSERT INTO nowhere VALUES (1)", ())])
    lost = await asyncio.gather(committer.settled(), committer.settled(), return_exceptions=True)
    committer.add([(PUT, ("later", ""))])
    await committer.settled()
    assert [type(each) for each in lost] == [CommitFailedError] * 2
    assert (names(storage), reloads) == ({"later"}, [1])
    storage.close()


async def test_a_person_is_told_once_that_the_disk_refuses_and_once_that_it_takes_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.broker.commits.CALM_SECONDS", 0.0)
    storage = Storage(tmp_path)
    committer = Committer(storage, lambda: None)
    for _ in range(3):
        committer.add([("INSERT INTO nowhere VALUES (1)", ())])
        committer.flush()
    committer.tell(lambda _: None)  # commits nothing: says nothing about the disk
    committer.flush()
    refused = capsys.readouterr().err
    committer.add([(PUT, ("later", ""))])
    committer.flush()
    assert refused.count("LOG_NOT_WRITABLE the log cannot be written (no such table") == 1
    assert capsys.readouterr().err.count("the log is written again") == 1
    storage.close()


async def test_a_log_that_cannot_be_loaded_again_is_broken_and_nobody_is_told_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreadable() -> None:
        raise sqlite3.OperationalError("disk I/O error")

    storage, broken, told = Storage(tmp_path), asyncio.Event(), list[CommitFailedError | None]()
    committer = Committer(storage, unreadable)
    committer.on_broken = broken.set
    committer.add([("INSERT INTO nowhere VALUES (1)", ())])
    committer.tell(told.append)
    await broken.wait()
    assert told == []
    assert "disk I/O error" in capsys.readouterr().err
    storage.close()


async def test_only_the_latest_statement_of_a_key_is_written(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    committer = Committer(storage, lambda: None)
    for value in ("old", "new"):
        committer.add_latest(("key",), (PUT, ("name", value)))
    committer.flush()
    assert storage.rows("SELECT value FROM meta WHERE name = 'name'") == [("new",)]
    storage.close()
