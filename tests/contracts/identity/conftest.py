"""The fixture `engine`: an empty identity database, once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from infra.db.engine import url_of
from infra.identity.migrations import open_identity
from tests.support.postgres import Postgres, start_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    running = start_postgres()
    yield running
    running.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return url_of(None, tmp_path, "identity.db")
    running: Postgres = request.getfixturevalue("postgres")
    return running.new_database()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_identity(url)
    yield opened
    opened.dispose()
