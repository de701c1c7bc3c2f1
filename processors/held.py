"""The aggregates of one partition: which are open, what is due, and the way back.

Rule 1: what a command reads or changes of an aggregate stands in one immutable `Held`.
Rule 2: what can be derived is derived once, never kept beside it: whether it is open when it is
made, what is due when it is put.
Rule 3: until `confirm`, `rollback` leads back to the last confirmed state.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any

import msgspec

from trading.outcome import Rules


class Held(msgspec.Struct, frozen=True, gc=False):
    """One aggregate. `since_*` is the record at which it was opened or resumed (rule 7a).

    `is_open` is what the rules say of `state`; what is halted is not open, whatever they say.
    """

    state: Any
    is_open: bool = False
    seq: int = 0
    public_seq: int = 0
    halted: bool = False
    since_offset: int = -1
    since_raw_ms: int = 0
    since_at_ms: int = 0

    def stopped(self, counted: int) -> "Held":
        """Return it halted by one more event (rule 10); `counted`: 1 where screens count it."""
        seq, public_seq = self.seq + 1, self.public_seq + counted
        return msgspec.structs.replace(self, seq=seq, public_seq=public_seq, halted=True)


NOTHING = Held(None)


class Holdings:
    """All aggregates of a partition, indexed by what a record may set off."""

    def __init__(self, rules: Rules[Any]) -> None:
        """`rules` says what is open and what is due."""
        self._rules = rules
        self._held: dict[str, Held] = {}
        self._before: dict[str, Held | None] = {}
        self._taken: set[str] = set()
        self._open: dict[str, int] = {}
        self.open_count = 0
        self._threshold_min_ms: int | None = None
        self._due: dict[str, int] = {}
        self._moved: set[str] = set()
        self._heap: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._held)

    def items(self) -> Iterator[tuple[str, Held]]:
        """Every aggregate, in the order of arrival."""
        return iter(self._held.items())

    def get(self, aggregate: str) -> Held:
        """Return the aggregate, `NOTHING` where there is none."""
        return self._held.get(aggregate, NOTHING)

    def put(self, aggregate: str, held: Held) -> None:
        """Put the aggregate as it is now."""
        if aggregate not in self._before:
            self._before[aggregate] = self._held.get(aggregate)
        self._held[aggregate] = held
        self._index(aggregate, held)

    def take(self, aggregate: str, held: Held) -> None:
        """Put what the log says it is: no way back, and no index until `settle`."""
        self._held[aggregate] = held
        self._taken.add(aggregate)

    def settle(self) -> None:
        """Index what was taken; ask for nothing but `get` before."""
        for aggregate in self._taken:
            self._index(aggregate, self._held[aggregate])
        self._taken.clear()

    def open_ids(self) -> list[str]:
        """Return the open ones, by id."""
        return sorted(self._open)

    @property
    def threshold_min_ms(self) -> int:
        """The shortest silence that suspends one of the open."""
        if self._threshold_min_ms is None:
            self._threshold_min_ms = min(self._open.values())
        return self._threshold_min_ms

    def due_ms(self, aggregate: str) -> int | None:
        """Return when an aggregate's earliest timer is due."""
        return self._due.get(aggregate)

    def earliest(self) -> tuple[int, str] | None:
        """Return (due, aggregate) of the earliest timer."""
        for aggregate in self._moved:
            if aggregate in self._due:
                heappush(self._heap, (self._due[aggregate], aggregate))
        self._moved.clear()
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0] if self._heap else None

    def due_by(self, at_ms: int, passed: set[str]) -> str | None:
        """Return the aggregate whose timer is due first by (due, id), leaving out `passed`."""
        aside: list[tuple[int, str]] = []
        found = None
        while (first := self.earliest()) is not None and first[0] <= at_ms:
            if first[1] not in passed:
                found = first[1]
                break
            aside.append(heappop(self._heap))
        for item in aside:
            heappush(self._heap, item)
        return found

    def confirm(self) -> None:
        """Make what was put the state to come back to."""
        self._before.clear()

    def rollback(self) -> None:
        """Go back to the last confirmed state."""
        for aggregate, held in self._before.items():
            if held is None:
                del self._held[aggregate]
                self._index(aggregate, NOTHING)
            else:
                self._held[aggregate] = held
                self._index(aggregate, held)
        self._before.clear()

    def _index(self, aggregate: str, held: Held) -> None:
        alive = held.state is not None and not held.halted
        is_open = alive and held.is_open
        if is_open is not (aggregate in self._open):
            if is_open:
                self._open[aggregate] = self._rules.threshold_ms(held.state)
            else:
                del self._open[aggregate]
            self.open_count = len(self._open)
            self._threshold_min_ms = None
        due_ms = self._rules.due_ms(held.state) if alive else None
        if due_ms != self._due.get(aggregate):
            self._moved.add(aggregate)
            if due_ms is None:
                del self._due[aggregate]
            else:
                self._due[aggregate] = due_ms
