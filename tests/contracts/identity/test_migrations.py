"""Migrations lead to the schema, once, whoever comes first; a newer database is refused."""

import threading

import pytest
from sqlalchemy import Engine, inspect

from infra.db.engine import open_engine, reading, writing
from infra.identity.migrations import MIGRATIONS, TooNew, migrate, open_identity
from infra.identity.schema import TABLES, version


def shape_of(engine: Engine) -> dict[str, object]:
    """What a database looks like: columns, keys, what is unique, indexes."""
    look = inspect(engine)
    found: dict[str, object] = {}
    for table in look.get_table_names():
        columns = {
            one["name"]: (str(one["type"]), one["nullable"]) for one in look.get_columns(table)
        }
        found[table] = (
            columns,
            look.get_pk_constraint(table)["constrained_columns"],
            sorted(tuple(one["column_names"]) for one in look.get_unique_constraints(table)),
            sorted(
                (str(one["name"]), tuple(one["column_names"]))
                for one in look.get_indexes(table)
                if not one.get("duplicates_constraint")
            ),
            sorted(
                (tuple(one["constrained_columns"]), one["referred_table"])
                for one in look.get_foreign_keys(table)
            ),
        )
    return found


def test_the_migrations_lead_to_the_schema(engine: Engine) -> None:
    migrated = shape_of(engine)
    with writing(engine) as connection:
        TABLES.drop_all(connection)
        TABLES.create_all(connection)
    assert migrated == shape_of(engine)
    assert migrated.keys() == set(TABLES.tables)


def test_opening_again_changes_nothing(engine: Engine, url: str) -> None:
    before = shape_of(engine)
    again = open_identity(url)
    assert shape_of(again) == before
    again.dispose()


def test_several_processes_may_come_first_at_once(url: str) -> None:
    gate, errors = threading.Barrier(6), list[Exception]()

    def come() -> None:
        mine = open_engine(url, durable=True)
        gate.wait()
        try:
            migrate(mine)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)
        finally:
            mine.dispose()

    threads = [threading.Thread(target=come) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    found = open_engine(url)
    with reading(found) as connection:
        assert connection.execute(version.select()).all() == [(len(MIGRATIONS),)]
    found.dispose()


def test_a_newer_database_is_refused_and_left_alone(engine: Engine, url: str) -> None:
    with writing(engine) as connection:
        connection.execute(version.update().values(version=len(MIGRATIONS) + 1))
    with pytest.raises(TooNew):
        open_identity(url)
    with reading(engine) as connection:
        assert connection.execute(version.select()).scalar_one() == len(MIGRATIONS) + 1
