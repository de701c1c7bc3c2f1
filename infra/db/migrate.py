"""Bringing a read model's tables to the newest form, and taking them away.

Rule 1: migrations are run, never guessed; their list is infra/db/migrations/versions.
Rule 2: only tables of the read model are touched: another schema may live in the same database.
"""

import threading
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text

from infra.db.engine import writing
from infra.db.schema import METADATA

VERSION_TABLE: Final = "read_model_version"
_PLACE: Final = Path(__file__).with_name("migrations")
_ALONE: Final = threading.Lock()  # alembic keeps its context in globals
_LOCK: Final = 7_305_215  # of PostgreSQL: two that start at once migrate one after the other


def migrate(engine: Engine) -> None:
    """Run the migrations that have not been run."""
    with _ALONE, writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), "head")


def drop(engine: Engine) -> None:
    """Take away every table of the read model."""
    with writing(engine) as connection:
        METADATA.drop_all(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {VERSION_TABLE}"))


def missing(engine: Engine) -> set[str]:
    """Return which tables are not there."""
    return set(METADATA.tables) - set(inspect(engine).get_table_names())


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_PLACE))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLE
    return config
