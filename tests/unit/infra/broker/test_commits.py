"""Group commit."""

import asyncio
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


async def test_what_arrives_during_a_commit_shares_the_next(tmp_path: Path) -> None:
    storage = CountingStorage(tmp_path)
    before = storage.commits
    committer = Committer(storage, lambda: None)
    for number in range(100):
        committer.add([(PUT, (f"n{number}", ""))])
        await asyncio.sleep(0)
    await committer.settled()
    assert len(names(storage)) == 100
    assert storage.commits - before < 100
    await committer.close()
    storage.close()


async def test_one_who_gives_up_waiting_does_not_take_the_others_along(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    committer = Committer(storage, lambda: None)
    committer.add([(PUT, ("kept", ""))])
    impatient, patient = committer.settled(), committer.settled()
    impatient.cancel()
    await patient
    assert names(storage) == {"kept"}
    await committer.close()
    storage.close()


async def test_a_failed_commit_fails_what_was_built_on_it_and_the_next_one_works(
    tmp_path: Path,
) -> None:
    storage, reloads = Storage(tmp_path), []
    committer = Committer(storage, lambda: reloads.append(1))
    committer.add([("INSERT INTO nowhere VALUES (1)", ())])
    first = committer.settled()
    await asyncio.sleep(0)  # the first commit is on its way: what comes now is built on it
    committer.add([(PUT, ("behind", ""))])
    second = committer.settled()
    for lost in (first, second):
        with pytest.raises(CommitFailedError):
            await lost
    committer.add([(PUT, ("later", ""))])
    await committer.settled()
    assert (names(storage), reloads) == ({"later"}, [1])
    await committer.close()
    storage.close()


async def test_only_the_latest_statement_of_a_key_is_written(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    committer = Committer(storage, lambda: None)
    for value in ("old", "new"):
        committer.add_latest(("key",), (PUT, ("name", value)))
    await committer.settled()
    assert storage.rows("SELECT value FROM meta WHERE name = 'name'") == [("new",)]
    await committer.close()
    storage.close()
