"""The phase of every row of the read model is the phase that the log's own fold has.

Kept logs of every version, and simulated ones of every family, are folded and projected side by
side; after every few records each aggregate and each part of it must stand in the same phase.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from gateway.feed.folded import FoldedPartition, Known
from infra.db.engine import reading, url_of
from infra.db.schema import (
    AGENDA_ITEMS,
    BIDDINGS,
    CARDS,
    INTERESTS,
    METADATA,
    PEOPLE,
    QUESTIONS,
    SESSIONS,
)
from infra.topics import BIDDING, ROADSHOW, TRADING, Family
from processors.families import RULES
from processors.projections.runner import ReadModel
from processors.projections.sources import Decisions, Row
from tests.replay.golden_logs import FOLDER, read_golden
from tests.simulation.families import AccountWorld, ShowWorld
from tests.simulation.world import LOG_ID, PARTITION, PARTITIONS, World

SEEDS = (11, 12)
STEP = 40
KEYS: dict[Family, dict[Table, tuple[str, ...]]] = {
    BIDDING: {BIDDINGS: ("bidding_id",)},
    TRADING: {PEOPLE: ("account_id",)},
    ROADSHOW: {
        SESSIONS: ("session_id",), AGENDA_ITEMS: ("session_id", "item_id"),
        QUESTIONS: ("session_id", "question_id"), INTERESTS: ("session_id", "interest_id"),
        CARDS: ("card_id",),
    },
}  # fmt: skip
Phases = dict[tuple[str, ...], str]


def of_state(aggregate: str, state: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """The phases of an aggregate and its parts, by table and key."""
    show, card = getattr(state, "show", None), getattr(state, "card", None)
    if show is not None:
        session = show.session
        yield ("sessions", aggregate), session.phase
        for item in session.items.values():
            yield ("agenda_items", aggregate, item.item_id), item.phase
        for asked in show.questions.questions.values():
            yield ("questions", aggregate, asked.question_id), asked.phase
        for interest in show.interests.interests.values():
            yield ("interests", aggregate, interest.interest_id), interest.phase
    elif card is not None:
        yield ("cards", aggregate), card.phase
    elif hasattr(state, "phase"):
        yield ("people" if hasattr(state, "roles") else "biddings", aggregate), state.phase


def of_rows(connection: Connection, family: Family) -> Phases:
    """The phases of all rows, by table and key."""
    found: Phases = {}
    for table, keys in KEYS[family].items():
        for row in connection.execute(select(table)):
            phase = ("banned" if row.is_banned else "active") if table is PEOPLE else row.phase
            found[(table.name, *(str(getattr(row, key)) for key in keys))] = phase
    return found


def of_known(known: dict[str, Known]) -> Phases:
    return {
        key: phase
        for aggregate, one in known.items()
        if one.state is not None
        for key, phase in of_state(aggregate, one.state)
    }


def compare(
    folder: Path, family: Family, log_id: str, place: tuple[int, int], values: Sequence[bytes]
) -> Phases:
    """Fold and project side by side; returns the phases at the end."""
    url = url_of(None, folder, f"{family.name}-{len(list(folder.iterdir()))}.sqlite")
    model = ReadModel(url, log_id)
    model.prepare()
    reader = (family.decisions, place[0])
    before = model.positions().get(reader)
    source = Decisions(family, log_id, place[0])
    folded = FoldedPartition(family, RULES[family], log_id, place[0])
    seen: Phases = {}
    for start in range(0, len(values), STEP):
        rows = [
            Row(offset, 0, None, value)
            for offset, value in enumerate(values[start : start + STEP], start)
        ]
        taken = source.take(rows)
        assert taken.broken is None
        if taken.position is not None:
            model.apply(reader, before, taken.position, taken.at_ms, taken.changes)
            before = taken.position
        for row in rows:
            folded.take(row.offset, row.value)
        seen = of_known(folded.known)
        with reading(model._engine) as connection:
            assert of_rows(connection, family) == seen, f"after record {start + len(rows)}"
    model.close()
    return seen


def logs() -> Iterator[tuple[Family, str, tuple[int, int], list[bytes]]]:
    for path in sorted(FOLDER.glob("*.jsonl")):
        golden = read_golden(path)
        values = [value for _, value in golden.rows if value is not None]
        yield golden.family, golden.log_id, (golden.partition, golden.partitions), values
    for family, world in ((BIDDING, World), (ROADSHOW, ShowWorld), (TRADING, AccountWorld)):
        for seed in SEEDS:
            yield family, LOG_ID, (PARTITION, PARTITIONS), world(seed).run().log.decisions


def test_every_phase_of_the_read_model_is_the_logs(tmp_path: Path) -> None:
    tables: set[str] = set()
    for family, log_id, place, values in logs():
        found = compare(tmp_path, family, log_id, place, values)
        tables |= {key[0] for key in found}
    with_phases = {name for name, table in METADATA.tables.items() if "phase" in table.c}
    assert tables == with_phases | {"people"}, "every table that has phases was compared"
