"""Keeping the heat's windows and telling the ranking; a table is whatever holds keys and values.

Rule 1: a table changes only where a beat counts anew; a repeat writes nothing.
Rule 2: what stands in a table and is none of ours is as if it were not there.
Rule 3: a ranking is told when it changes, and at most once a look (once a second).
"""

from collections.abc import MutableMapping
from typing import Any, Final, TypeVar

import msgspec

from infra.headcounts import Headcounts, Report
from infra.topics import INSIGHT, partition_of
from processors.heat import (
    WINDOW_SECONDS,
    Beat,
    Cell,
    Ranked,
    Standing,
    add,
    be_present,
    last_window_start,
    rank,
    stand,
    window_starts,
)
from processors.outbox import Outbox

_OPEN_END: Final = 0.1  # as Faust writes a window: up to, not including, the next
Range = tuple[float, float]
Cells = MutableMapping[str, Any]  # "session/item" → window → cell, as builtins
Kept = TypeVar("Kept")
Standings = MutableMapping[str, Any]  # session → standing, as builtins


class Heater:
    """The heat of the sessions of some partitions."""

    def __init__(self, cells: Cells, standings: Standings, outbox: Outbox, partitions: int) -> None:
        """`partitions` is how many a topic has."""
        self._cells = cells
        self._standings = standings
        self._outbox = outbox
        self._partitions = partitions
        self._told: dict[str, tuple[Ranked, ...]] = {}
        self._headcounts = Headcounts()

    def take_beat(self, beat: Beat) -> None:
        """Count what a decision adds."""
        after = stand(self._standing(beat.session_id), beat)
        for item_id in beat.counts:
            for window in _windows(beat.at_ms):
                self._put(beat.session_id, item_id, window, add, beat, item_id)
        if beat.over:
            self._standings.pop(beat.session_id, None)
            self._told.pop(beat.session_id, None)
        elif after is not None:
            self._standings[beat.session_id] = msgspec.to_builtins(after)

    def take_signal(self, partition: int, report: Report) -> None:
        """Count who is present for the item on stage, at all gateways."""
        at_ms = report.at_ms
        changed = self._headcounts.take(partition, report, at_ms)
        for room in changed | self._headcounts.expire(at_ms):
            kind, _, session_id = room.partition(":")
            standing = self._standing(session_id) if kind == "roadshow" else None
            if standing is None or not standing.stage:
                continue
            present_count = self._headcounts.of(room).people
            for window in _windows(at_ms):
                self._put(session_id, standing.stage, window, be_present, present_count)

    async def tell(self, now_ms: int, owned: set[int]) -> int:
        """Tell the rankings that have changed, of sessions in `owned`; returns how many."""
        start = last_window_start(now_ms)
        window = (float(start), start + WINDOW_SECONDS - _OPEN_END)
        told_count = 0
        for session_id in [one for one in self._standings if isinstance(one, str)]:
            standing = self._standing(session_id)
            if standing is None or partition_of(session_id, self._partitions) not in owned:
                continue
            before = self._told.get(session_id, ())
            cells = {one: self._cell(session_id, one, window) for one in standing.items}
            ranking = rank(standing, cells, before)
            if _same(ranking, before):
                continue
            self._told[session_id] = ranking
            value = {"session_id": session_id, "at_ms": now_ms, "ranking": ranking}
            await self._outbox.append(INSIGHT, session_id, msgspec.json.encode(value))
            told_count += 1
        return told_count

    def _standing(self, session_id: str) -> Standing | None:
        return _read(self._standings.get(session_id), Standing)

    def _cell(self, session_id: str, item_id: str, window: Range) -> Cell | None:
        return _read(self._cells[f"{session_id}/{item_id}"][window] or None, Cell)

    def _put(
        self, session_id: str, item_id: str, window: Range, change: Any, *arguments: Any
    ) -> None:
        after = change(self._cell(session_id, item_id, window), *arguments)
        if after is not None:
            self._cells[f"{session_id}/{item_id}"][window] = msgspec.to_builtins(after)


def _read(found: Any, kind: type[Kept]) -> Kept | None:
    """Return what a table keeps; None of what a stranger wrote into its topic."""
    try:
        return None if found is None else msgspec.convert(found, kind)
    except msgspec.ValidationError:
        return None


def _windows(at_ms: int) -> list[Range]:
    return [(float(start), start + WINDOW_SECONDS - _OPEN_END) for start in window_starts(at_ms)]


def _same(ranking: tuple[Ranked, ...], before: tuple[Ranked, ...]) -> bool:
    """Whether nothing but the change against the one before differs."""
    return [(one.item_id, one.score) for one in ranking] == [
        (one.item_id, one.score) for one in before
    ]
