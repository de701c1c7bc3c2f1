"""The broker's files: one SQLite database, a lock, a format number.

A partition is a table of its own with rowid = base offset, so that every insert is an append.
`top_ms` of a row is the largest timestamp up to and with that batch: it never falls, so a time is
found by halving.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from infra.private import own_folder

FORMAT = 1
_SETTINGS = (
    "page_size=8192",
    "locking_mode=EXCLUSIVE",  # the folder's lock says the same; it saves a lock and a shared map
    "journal_mode=WAL",
    "synchronous=FULL",
)

Statement = tuple[str, tuple[Any, ...]]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS topic (name TEXT PRIMARY KEY, configs TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS partition
    (uid INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, number INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS producer (partition INTEGER, producer INTEGER, epoch INTEGER NOT NULL,
    recent TEXT NOT NULL, PRIMARY KEY (partition, producer)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generation
    (name TEXT PRIMARY KEY, number INTEGER NOT NULL, protocol_type TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS committed (name TEXT, topic TEXT, number INTEGER,
    next_offset INTEGER NOT NULL, epoch INTEGER NOT NULL, metadata TEXT,
    PRIMARY KEY (name, topic, number)) WITHOUT ROWID;
"""


class FolderInUseError(Exception):
    """Another broker holds the folder's lock."""


class FolderTooNewError(Exception):
    """The folder was written by a newer version of the broker."""


class Storage:
    """An open data folder; `close()` releases the lock."""

    def __init__(self, folder: Path, *, pages_max: int | None = None) -> None:
        own_folder(folder)
        self._lock = _take_lock(folder)
        try:
            _check_format(folder)
            self._database = sqlite3.connect(
                folder / "log.sqlite", isolation_level=None, cached_statements=1024
            )
            for setting in _SETTINGS:
                self._database.execute(f"PRAGMA {setting}")
            if pages_max is not None:
                self._database.execute(f"PRAGMA max_page_count={pages_max}")
            self._database.executescript(_SCHEMA)
            self.log_id = self._log_id()
        except BaseException:
            self._lock.close()
            raise

    def commit(self, statements: Iterable[Statement]) -> None:
        """Make all of `statements` durable together, or none; raises sqlite3.Error."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            for sql, values in statements:
                self._database.execute(sql, values)
            self._database.execute("COMMIT")
        except sqlite3.Error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """Read committed rows."""
        return self._database.execute(sql, values).fetchall()

    def tail(self, uid: int) -> tuple[int, int]:
        """(next offset, largest timestamp or -1) of a partition."""
        found = self.rows(
            f"SELECT last_offset + 1, top_ms FROM batches_{uid:d} ORDER BY base_offset DESC LIMIT 1"  # noqa: S608
        )
        return (int(found[0][0]), int(found[0][1])) if found else (0, -1)

    def batches(self, uid: int, offset: int, end: int, bytes_max: int) -> list[bytes]:
        """Whole batches from the one that holds `offset`, below `end`; one at least."""
        table = f"batches_{uid:d}"
        cursor = self._database.execute(
            f"SELECT data FROM {table} WHERE base_offset >= coalesce("  # noqa: S608
            f"(SELECT max(base_offset) FROM {table} WHERE base_offset <= ?), 0)"
            " AND base_offset < ? ORDER BY base_offset",
            (offset, end),
        )
        found: list[bytes] = []
        for (data,) in cursor:
            bytes_max -= len(data)
            if found and bytes_max < 0:
                break
            found.append(data)
            if bytes_max <= 0:
                break
        cursor.close()
        return found

    def batch_at_time(self, uid: int, at_ms: int, end: int) -> bytes | None:
        """The first batch that holds a record stamped `at_ms` or later, below offset `end`."""
        table = f"batches_{uid:d}"
        at = f"SELECT base_offset, last_offset, top_ms FROM {table} WHERE base_offset <= ?"  # noqa: S608
        low, high, found = 0, end, None
        while low < high:
            row = self.rows(f"{at} ORDER BY base_offset DESC LIMIT 1", ((low + high) // 2,))
            if not row:
                return None
            base, last, top_ms = row[0]
            if top_ms >= at_ms:
                high, found = base, base
            else:
                low = last + 1
        if found is None:
            return None
        data = self.rows(f"SELECT data FROM {table} WHERE base_offset = ?", (found,))  # noqa: S608
        return bytes(data[0][0])

    def close(self) -> None:
        """Close the database and release the folder."""
        self._database.close()
        self._lock.close()

    def _log_id(self) -> str:
        made = ("INSERT OR IGNORE INTO meta VALUES ('log_id', ?)", (secrets.token_urlsafe(16),))
        self.commit([made])
        return str(self.rows("SELECT value FROM meta WHERE name = 'log_id'")[0][0])


def create_batches(uid: int) -> Statement:
    """The table of a new partition."""
    sql = (
        f"CREATE TABLE batches_{uid:d} (base_offset INTEGER PRIMARY KEY,"
        " last_offset INTEGER NOT NULL, top_ms INTEGER NOT NULL, data BLOB NOT NULL)"
    )
    return sql, ()


def drop_batches(uid: int) -> Statement:
    """Forget a partition's batches."""
    return (f"DROP TABLE batches_{uid:d}", ())


def insert_batch(uid: int) -> str:
    """The insert for (base offset, last offset, top_ms, data)."""
    return f"INSERT INTO batches_{uid:d} VALUES (?, ?, ?, ?)"  # noqa: S608


def _take_lock(folder: Path) -> IO[str]:
    lock = (folder / "LOCK").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise FolderInUseError(str(folder)) from None
    return lock


def newer_format(folder: Path) -> str | None:
    """Return the format of a folder that a newer version wrote, None of all others."""
    path = folder / "FORMAT"
    found = path.read_text().strip() if path.exists() else str(FORMAT)
    return None if found.isdecimal() and int(found) <= FORMAT else found


def _check_format(folder: Path) -> None:
    newer = newer_format(folder)
    if newer is not None:
        raise FolderTooNewError(newer)
    path = folder / "FORMAT"
    if path.exists():
        return
    fresh = folder / "FORMAT.new"
    with fresh.open("w") as file:
        file.write(f"{FORMAT}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
