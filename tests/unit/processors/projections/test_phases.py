"""Every transition of every aggregate moves its row as it moves the aggregate."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from infra.chain import Position
from infra.db.engine import open_engine, reading, url_of
from infra.db.schema import METADATA
from processors.projections import bid_rooms, interests, questions, showcase, shows
from processors.projections.changes import Context, Project, Row, Upsert
from processors.projections.runner import ReadModel
from roadshow.interest.evolve import TRANSITIONS as INTEREST
from roadshow.question.evolve import TRANSITIONS as QUESTION
from roadshow.session.evolve import ITEM_TRANSITIONS as ITEM
from roadshow.session.evolve import TRANSITIONS as SESSION
from roadshow.showcase.evolve import TRANSITIONS as SHOWCASE
from trading.bidding.evolve import TRANSITIONS as BIDDING

ROOT, PART = "root", "x"
Transitions = Mapping[tuple[Any, type], tuple[Any, ...]]
TABLES: dict[str, tuple[Transitions, Project, Row]] = {
    "biddings": (BIDDING, bid_rooms.project, {"bidding_id": ROOT}),
    "sessions": (SESSION, shows.project, {"session_id": ROOT}),
    "agenda_items": (ITEM, shows.project, {"session_id": ROOT, "item_id": PART}),
    "questions": (QUESTION, questions.project, {"session_id": ROOT, "question_id": PART}),
    "interests": (INTEREST, interests.project, {"session_id": ROOT, "interest_id": PART}),
    "cards": (SHOWCASE, showcase.project, {"card_id": ROOT}),
}
PLAIN: dict[Any, Any] = {str: PART, int: 1, bool: False, tuple: (), types.NoneType: None}


def example(kind: Any) -> Any:
    """A value of a type: the plainest one."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return example(typing.get_args(kind)[0])
    if origin is typing.Literal:
        return typing.get_args(kind)[0]
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        named = {one.name: example(hints[one.name]) for one in dataclasses.fields(kind)}
        return typing.cast("type", kind)(**named)
    found = origin or getattr(kind, "__supertype__", kind)
    return PLAIN.get(found, {})


def test_every_transition_moves_its_row_as_it_moves_the_aggregate(tmp_path: Path) -> None:
    url = url_of(None, tmp_path, "model.sqlite")
    model = ReadModel(url, "a-log")
    model.prepare()
    model.positions()
    engine, reader, at = open_engine(url), ("bidding.decisions", 0), None
    wrong: list[str] = []
    for name, (transitions, project, key) in TABLES.items():
        for offset, ((before, kind), to) in enumerate(transitions.items()):
            context = Context(ROOT, offset + 1, offset, 7, 0, offset, "h")
            start = {"phase": before}
            if name == "biddings":
                start["phase_before"] = to[0]  # what it goes back to
            changes = [Upsert(name, key, start), *project(example(kind), context)]
            after = Position((-1 if at is None else at.offset) + 1, bytes(32))
            model.apply(reader, at, after, 7, changes)
            at = after
            with reading(engine) as connection:
                table = METADATA.tables[name]
                (phase,) = connection.execute(select(table.c.phase))
            if phase[0] not in to:
                wrong.append(f"{name} {before} {kind.__name__}: {phase[0]}, not {to}")
    model.close()
    engine.dispose()
    assert wrong == []
