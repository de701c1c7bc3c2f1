"""Engines: what a URL opens, and that two writers wait for each other."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from infra.db.engine import open_engine, reading, url_of, writing


def test_without_a_url_it_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    assert url_of(None, tmp_path, "read.db") == f"sqlite:///{tmp_path}/read.db"
    assert url_of("postgresql://x/y", tmp_path, "read.db") == "postgresql://x/y"


def test_a_postgresql_url_takes_psycopg_3() -> None:
    for url in ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
        assert open_engine(url).driver == "psycopg"


def test_sqlite_is_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    engine = open_engine(url_of(None, tmp_path, "a.db"), durable=True)
    with reading(engine) as connection:
        asked = ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        found = [connection.execute(text(f"PRAGMA {one}")).scalar() for one in asked]
    assert found == ["wal", 1, 5_000, 2]
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE child (id INTEGER REFERENCES parent)"))
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text("INSERT INTO child VALUES (7)"))
    engine.dispose()


def test_writers_that_read_first_wait_for_each_other(tmp_path: Path) -> None:
    engine = open_engine(url_of(None, tmp_path, "a.db"))
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE count (n INTEGER)"))
        connection.execute(text("INSERT INTO count VALUES (0)"))
    gate = threading.Barrier(4)

    def add() -> None:
        gate.wait()
        for _ in range(25):
            with writing(engine) as connection:
                n = connection.execute(text("SELECT n FROM count")).scalar_one()
                connection.execute(text("UPDATE count SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as connection:
        assert connection.execute(text("SELECT n FROM count")).scalar_one() == 100
    engine.dispose()


def test_an_exception_leaves_nothing_behind(tmp_path: Path) -> None:
    engine = open_engine(url_of(None, tmp_path, "a.db"))

    def make_and_fail() -> None:
        with writing(engine) as connection:
            connection.execute(text("CREATE TABLE t (n INTEGER)"))
            raise KeyError

    with pytest.raises(KeyError):
        make_and_fail()
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one() == 0
    engine.dispose()
