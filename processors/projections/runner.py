"""Writes what projections say, and where they are, in one transaction: exactly once.

Rule 1: rows and the position of their reader commit together, or not at all.
Rule 2: a position moves only from where the writer believes it is; where it is elsewhere (another
writer, a rebuild, a commit whose answer was lost) nothing is written and `Moved` is raised.
Rule 3: a read model of another log, or of another revision of the projections, is dropped, aloud.
Rule 4: everything here is synchronous and runs in a worker thread.
"""

import logging
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Engine, String, Table, and_, case, delete, insert, select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from infra.chain import Position
from infra.db.engine import open_engine, reading, writing
from infra.db.migrate import migrate
from infra.db.schema import METADATA, MODEL, POSITIONS
from processors.projections.changes import (
    Change,
    Delete,
    Insert,
    Keep,
    Moves,
    Old,
    Plus,
    Row,
    Update,
    Upsert,
    merge,
)

log = logging.getLogger("processors.projections")

REVISION: Final = 3  # raise it with any change in what a projection writes
AWAY: Final = (OperationalError, InterfaceError)  # the database cannot be asked now
_ONLY: Final = 1


class Moved(Exception):
    """The read model is not where this writer left it: read the positions again."""


class ReadModel:
    """The read model as its writer sees it."""

    def __init__(self, url: str, log_id: str) -> None:
        """Open the database; nothing is asked of it yet."""
        self._engine: Engine = open_engine(url)
        self._log_id = log_id
        self.began = -1  # the generation that our positions are of

    def prepare(self) -> None:
        """Make the tables, and drop what was made of another log or by other projections."""
        migrate(self._engine)
        with writing(self._engine) as connection:
            found = connection.execute(select(MODEL.c.log_id, MODEL.c.revision)).one_or_none()
            if found is None:
                row = {"id": _ONLY, "log_id": self._log_id, "revision": REVISION, "generation": 1}
                connection.execute(insert(MODEL), row)
            elif tuple(found) != (self._log_id, REVISION):
                log.warning("starts_over reason=it was made of log %s, revision %d", *found)
                self._forget(connection)

    def generation(self) -> int:
        """Return how often the read model has been begun."""
        with reading(self._engine) as connection:
            return int(connection.execute(select(MODEL.c.generation)).scalar_one())

    def positions(self) -> dict[tuple[str, int], Position]:
        """Return where each reader is, and take part in the present generation from here on."""
        with reading(self._engine) as connection:
            self.began = int(connection.execute(select(MODEL.c.generation)).scalar_one())
            rows = connection.execute(select(POSITIONS)).all()
        return {
            (row.topic, row.partition): Position(row.offset, bytes.fromhex(row.hash))
            for row in rows
        }

    def apply(
        self,
        reader: tuple[str, int],
        before: Position | None,
        after: Position,
        at_ms: int,
        changes: Iterable[Change],
    ) -> None:
        """Write changes and the reader's new position in one transaction; raises `Moved`."""
        by_table = merge(changes)
        with writing(self._engine) as connection:
            found = connection.execute(select(MODEL.c.generation)).scalar_one()
            if found != self.began or not _move(connection, reader, before, after, at_ms):
                raise Moved(f"{reader[0]} {reader[1]} is not at {before}")
            for name, some in by_table.items():
                _write(connection, METADATA.tables[name], some)

    def forget(self) -> None:
        """Drop everything: the next reader begins at the beginning of the log."""
        with writing(self._engine) as connection:
            self._forget(connection)

    def close(self) -> None:
        """End all connections."""
        self._engine.dispose()

    def _forget(self, connection: Connection) -> None:
        for table in METADATA.sorted_tables:
            if table is not MODEL:
                connection.execute(delete(table))
        said = {
            "log_id": self._log_id,
            "revision": REVISION,
            "generation": MODEL.c.generation + 1,
        }
        connection.execute(update(MODEL).values(said))


def _move(
    connection: Connection,
    reader: tuple[str, int],
    before: Position | None,
    after: Position,
    at_ms: int,
) -> bool:
    """Move a position from where it must be; whether it was there."""
    key = {"topic": reader[0], "partition": reader[1]}
    values = {"offset": after.offset, "hash": after.hash.hex(), "at_ms": at_ms}
    if before is None:
        if connection.execute(select(POSITIONS).where(_matches(POSITIONS, key))).first():
            return False
        connection.execute(insert(POSITIONS), {**key, **values})
        return True
    held = {**key, "offset": before.offset, "hash": before.hash.hex()}
    moved = update(POSITIONS).where(_matches(POSITIONS, held)).values(values)
    return connection.execute(moved).rowcount == 1


def _write(connection: Connection, table: Table, changes: list[Change]) -> None:
    for kind, some in groupby(changes, _kind):
        if kind[0] is Insert:
            rows = [_fitted(table, one.row) for one in some if isinstance(one, Insert)]
            connection.execute(insert(table), rows)
            continue
        for change in some:
            _write_one(connection, table, change)


def _kind(change: Change) -> tuple[type, tuple[str, ...]]:
    """Rows with the same columns can be written at once."""
    return (type(change), tuple(change.row) if isinstance(change, Insert) else ())


def _write_one(connection: Connection, table: Table, change: Change) -> None:
    match change:
        case Update(key=key, values=values):
            connection.execute(_updating(table, key, values))
        case Upsert(key=key, values=values):
            if not connection.execute(_updating(table, key, values)).rowcount:
                connection.execute(insert(table), _fitted(table, {**key, **values}))
        case Keep(key=key, values=values):
            if connection.execute(select(table).where(_matches(table, key))).first() is None:
                connection.execute(insert(table), _fitted(table, {**key, **values}))
        case Delete(key=key):
            connection.execute(delete(table).where(_matches(table, key)))
        case Insert(row=row):
            connection.execute(insert(table), _fitted(table, row))


def _updating(table: Table, key: Row, values: Row) -> Any:
    said = {name: _value(table, name, value) for name, value in values.items()}
    return update(table).where(_matches(table, key)).values(said)


def _value(table: Table, name: str, value: object) -> Any:
    if isinstance(value, Old):
        return table.c[value.column]
    if isinstance(value, Moves):
        held = table.c[name]
        return case(dict(value.pairs), value=held, else_=held)
    if isinstance(value, Plus):
        return table.c[name] + value.amount
    return _fit(table, name, value)


def _matches(table: Table, key: Mapping[str, Any]) -> Any:
    return and_(*(table.c[name] == _fit(table, name, value) for name, value in key.items()))


def _fitted(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _fit(table, name, value) for name, value in row.items()}


def _fit(table: Table, name: str, value: Any) -> Any:
    """A text as a database can hold it: no record may ever stop the reader."""
    if not isinstance(value, str):
        return value
    kind = table.c[name].type
    length = kind.length if isinstance(kind, String) else None
    return value.replace("\0", "\ufffd")[:length]
