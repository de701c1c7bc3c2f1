"""The databases on which the read model must behave the same: SQLite, and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.db.engine import url_of
from infra.db.place import FILE_NAME
from tests.support.postgres import Postgres, start_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One cluster for all tests; each makes a database of its own."""
    started = start_postgres()
    yield started
    started.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return url_of(None, tmp_path, FILE_NAME)
    cluster: Postgres = request.getfixturevalue("postgres")
    return cluster.new_database()
