"""Which phase an event leads to: read off the table by which the log is folded, never another.

Rule 1: a row's phase is a column that moves as the aggregate does. An event that leads from every
phase to the same sets it; one that leads from each to its own moves it (`Moves`).
Rule 2: where an event itself says which (its rows lead to several), its projection does.
"""

from collections.abc import Mapping
from typing import Any

from processors.projections.changes import Moves, Value


class Phases:
    """What the events of an aggregate make of the column `phase`."""

    def __init__(self, transitions: Mapping[tuple[Any, type], tuple[Any, ...]]) -> None:
        """`transitions`: the aggregate's own, (phase, event) → phases."""
        kinds = {kind for _, kind in transitions}
        self._after = {kind: _after(transitions, kind) for kind in kinds}

    def after(self, event: object) -> dict[str, Value]:
        """Return the column as an event leaves it; nothing where it stays."""
        phase = self._after.get(type(event))
        return {} if phase is None else {"phase": phase}


def _after(
    transitions: Mapping[tuple[Any, type], tuple[Any, ...]], kind: type
) -> str | Moves | None:
    rows = {before: to for (before, event), to in transitions.items() if event is kind}
    if any(len(to) > 1 for to in rows.values()):
        return None
    moved = tuple((before, to[0]) for before, to in rows.items() if before != to[0])
    ends = {to[0] for to in rows.values()}
    if moved and len(ends) == 1:
        return str(ends.pop())
    return Moves(moved) if moved else None
