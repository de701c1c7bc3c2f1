"""The migrations lead to the tables that the code speaks of, on every database."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from infra.db.engine import open_engine, writing
from infra.db.migrate import VERSION_TABLE, drop, migrate
from infra.db.schema import METADATA


def test_migrations_lead_to_the_tables_of_the_schema(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_migrating_twice_is_migrating_once(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    migrate(engine)
    assert set(METADATA.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_dropping_takes_our_tables_and_no_others(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE of_another (id BIGINT)")
    drop(engine)
    assert inspect(engine).get_table_names() == ["of_another"]
    engine.dispose()
