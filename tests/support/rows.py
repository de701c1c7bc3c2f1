"""The read model's rows, for tests that compare: events in, rows out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from infra.chain import Position
from infra.db.engine import open_engine, reading, url_of
from infra.db.place import FILE_NAME
from infra.db.schema import METADATA
from processors.projections.changes import Change, Context, Project
from processors.projections.runner import ReadModel

AT_MS = 1_800_000_000_000
HASH = "cd" * 32
Rows = dict[str, list[dict[str, Any]]]


def context(aggregate: str, seq: int = 1, at_ms: int = AT_MS) -> Context:
    """Where an event of a test stands."""
    return Context(aggregate, seq, seq, at_ms, 0, seq, HASH)


def changes_of(
    project: Project, aggregate: str, events: Iterable[object], at_ms: int = AT_MS
) -> list[Change]:
    """What a projection says of events, one after the other."""
    return [
        change
        for seq, event in enumerate(events, 1)
        for change in project(event, context(aggregate, seq, at_ms))
    ]


def written(folder: Path, changes: Iterable[Change], *, one_by_one: bool = False) -> Rows:
    """Write changes into a fresh read model, at once or one by one; returns its rows."""
    url = url_of(None, folder, FILE_NAME)
    model = ReadModel(url, "a-log")
    model.prepare()
    model.positions()
    some = list(changes)
    batches = [[change] for change in some] if one_by_one else [some]
    before = None
    for offset, batch in enumerate(batches):
        after = Position(offset, bytes(32))
        model.apply(("a-topic", 0), before, after, AT_MS, batch)
        before = after
    model.close()
    return rows_of(url)


def rows_of(url: str) -> Rows:
    """Every row of every table, in the order of the keys; all but which generation it is."""
    engine = open_engine(url)
    found: Rows = {}
    try:
        with reading(engine) as connection:
            for name, table in METADATA.tables.items():
                if name == "model":
                    continue
                asked = select(table).order_by(*table.primary_key.columns)
                found[name] = [dict(row) for row in connection.execute(asked).mappings()]
    finally:
        engine.dispose()
    return found
