"""The migrations of identity, and carrying them out.

Rule 1: a migration is SQL that SQLite and PostgreSQL both read; one that has been released is never
changed, another is added behind it.
Rule 2: all that is missing is carried out in one transaction, by one process at a time.
"""

import os
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect

from infra.db.engine import one_at_a_time, open_engine, reading, url_of, writing
from infra.identity.schema import VERSION_TABLE, version

FILE: Final = "identity.db"
URL_VARIABLE: Final = "SHUOGUO_IDENTITY_URL"
_LOCK: Final = 7_215_004_771

_FIRST: Final = """
CREATE TABLE identity_organisations (
  org_id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  credit_code TEXT UNIQUE,
  created_at_ms BIGINT NOT NULL
);
CREATE TABLE identity_accounts (
  account_id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  org_id TEXT REFERENCES identity_organisations,
  password_hash TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  password_changed_at_ms BIGINT NOT NULL,
  disabled_at_ms BIGINT
);
CREATE TABLE identity_sign_ins (
  sign_in_id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES identity_accounts,
  started_at_ms BIGINT NOT NULL,
  ends_at_ms BIGINT NOT NULL,
  revoked_at_ms BIGINT,
  revoked_why TEXT
);
CREATE INDEX identity_sign_ins_account ON identity_sign_ins (account_id);
CREATE INDEX identity_sign_ins_revoked ON identity_sign_ins (revoked_at_ms);
CREATE TABLE identity_refresh_tokens (
  token_hash TEXT NOT NULL PRIMARY KEY,
  sign_in_id TEXT NOT NULL REFERENCES identity_sign_ins,
  expires_at_ms BIGINT NOT NULL,
  used_at_ms BIGINT
);
CREATE INDEX identity_refresh_tokens_sign_in ON identity_refresh_tokens (sign_in_id);
CREATE TABLE identity_failed_logins (
  attempt_id TEXT NOT NULL PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  login_key TEXT NOT NULL,
  address TEXT NOT NULL
);
CREATE INDEX identity_failed_logins_at ON identity_failed_logins (at_ms);
CREATE TABLE identity_read_marks (
  account_id TEXT NOT NULL REFERENCES identity_accounts,
  notice_id TEXT NOT NULL,
  read_at_ms BIGINT NOT NULL,
  PRIMARY KEY (account_id, notice_id)
)
"""

_REMINDERS: Final = """
CREATE TABLE identity_reminders (
  account_id TEXT NOT NULL REFERENCES identity_accounts,
  root TEXT NOT NULL,
  set_at_ms BIGINT NOT NULL,
  PRIMARY KEY (account_id, root)
)
"""

_RENEWALS: Final = """
ALTER TABLE identity_refresh_tokens ADD COLUMN given_for TEXT;
ALTER TABLE identity_refresh_tokens ADD COLUMN given_anew_at_ms BIGINT;
CREATE INDEX identity_refresh_tokens_given ON identity_refresh_tokens (given_for);
CREATE INDEX identity_failed_logins_login ON identity_failed_logins (login_key, at_ms);
CREATE INDEX identity_failed_logins_address ON identity_failed_logins (address, at_ms)
"""

MIGRATIONS: Final = (_FIRST, _REMINDERS, _RENEWALS)


class TooNew(Exception):
    """The database was written by a newer version of this program."""


def identity_url(data: Path) -> str:
    """Return where identity is kept: `SHUOGUO_IDENTITY_URL`, or a file in the data folder.

    A URL may hold a password, so it is no argument that every process listing shows.
    """
    return url_of(os.environ.get(URL_VARIABLE), data, FILE)


def open_identity(url: str) -> Engine:
    """Open the database and bring it up to date; raises `TooNew`. A file is ours alone to read."""
    engine = open_engine(url, durable=True)
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).touch(mode=0o600)
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def migrate(engine: Engine) -> None:
    """Carry out what is missing, all or nothing; several processes may come at once."""
    with reading(engine) as connection:
        if _version(connection) == len(MIGRATIONS):
            return
    with writing(engine) as connection:
        one_at_a_time(connection, _LOCK)
        found = _version(connection)
        if found > len(MIGRATIONS):
            raise TooNew(f"identity is of version {found}, this program knows {len(MIGRATIONS)}")
        if found == 0:
            connection.exec_driver_sql(f"CREATE TABLE {VERSION_TABLE} (version INTEGER NOT NULL)")
            connection.execute(version.insert().values(version=0))
        for statement in (each for step in MIGRATIONS[found:] for each in step.split(";")):
            connection.exec_driver_sql(statement)
        connection.execute(version.update().values(version=len(MIGRATIONS)))


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table(VERSION_TABLE):
        return 0
    return int(connection.execute(version.select()).scalar_one())
