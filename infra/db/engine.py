"""Engines for the two databases we run on: SQLite in the data folder, PostgreSQL by its URL.

Rule 1: a URL names the database; without one it is a SQLite file in the data folder.
Rule 2: SQLite is in WAL mode with foreign keys on, and a writer takes its lock at the beginning: a
transaction that reads first and then writes would fail at once when another one has written.
Rule 3: everything is synchronous and runs in a worker thread, never on the loop.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

__all__ = [
    "DatabaseError",
    "Engine",
    "one_at_a_time",
    "open_engine",
    "reading",
    "url_of",
    "writing",
]

DatabaseError = SQLAlchemyError  # for those who do not speak SQL themselves

BUSY_MS: Final = 5_000
CONNECTIONS_MAX: Final = 10
CONNECT_SECONDS_MAX: Final = 5
_BEGIN: Final = "sqlite_begin"
_POSTGRES: Final = ("postgres", "postgresql")


def url_of(given: str | None, data: Path, file_name: str) -> str:
    """Return the URL that was given, or that of a SQLite file in the data folder."""
    if given:
        return given
    return URL.create("sqlite", database=str(data / file_name)).render_as_string()


def open_engine(url: str, *, durable: bool = False) -> Engine:
    """Open an engine; `durable`: what is committed on SQLite outlives a power cut.

    The read model need not (it can be rebuilt); what exists nowhere else must.
    """
    found = make_url(url)
    if found.get_backend_name() == "sqlite":
        return _sqlite(found, durable=durable)
    if found.drivername in _POSTGRES:
        found = found.set(drivername="postgresql+psycopg")
    return create_engine(
        found,
        pool_size=CONNECTIONS_MAX,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_SECONDS_MAX},
    )


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that writes; it commits at the end, and rolls back on an exception."""
    with engine.connect() as connection:
        writer = connection.execution_options(**{_BEGIN: "IMMEDIATE"})
        with writer.begin():
            yield writer


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that only reads: one state of the database from first to last."""
    with engine.connect() as connection, connection.begin():
        yield connection


def one_at_a_time(connection: Connection, key: int) -> None:
    """Wait until no other transaction that asked for this key is open (SQLite has one writer)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _sqlite(url: URL, *, durable: bool) -> Engine:
    engine = create_engine(url)
    synchronous = "FULL" if durable else "NORMAL"

    @event.listens_for(engine, "connect")
    def _set(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins, not the driver
        for pragma in (
            f"busy_timeout = {BUSY_MS}",
            "journal_mode = WAL",
            "foreign_keys = ON",
            f"synchronous = {synchronous}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options: dict[str, Any] = dict(connection.get_execution_options())
        connection.exec_driver_sql(f"BEGIN {options.get(_BEGIN, 'DEFERRED')}")

    return engine
