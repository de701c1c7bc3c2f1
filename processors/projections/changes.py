"""What a projection says: changes of rows, as values.

Rule 1: a change names its table and rows by the names in infra/db/schema.py, and does nothing.
Rule 2: a new value may be plain, what a column held before (`Old`), a sum (`Plus`), or a move
(`Moves`): a projection keeps no state and asks no database.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

import msgspec


class Old(NamedTuple):
    """What another column of the row held before the change."""

    column: str


class Plus(NamedTuple):
    """So much more than the column held before."""

    amount: int


class Moves(NamedTuple):
    """What the column is moved to, by what it held; it stays where that is not named."""

    pairs: tuple[tuple[str, str], ...]


Value: TypeAlias = int | str | Old | Plus | Moves | None
Row: TypeAlias = Mapping[str, Value]


class Insert(NamedTuple):
    """A new row. That it is there already is an error."""

    table: str
    row: Row


class Upsert(NamedTuple):
    """A row that is there afterwards as said, whether or not it was there before."""

    table: str
    key: Row
    values: Row


class Keep(NamedTuple):
    """A row that is new, or stays as it is: of repeats the first counts."""

    table: str
    key: Row
    values: Row


class Update(NamedTuple):
    """What changes in the rows that match; none may."""

    table: str
    key: Row
    values: Row


class Delete(NamedTuple):
    """Rows that go."""

    table: str
    key: Row


Change: TypeAlias = Insert | Upsert | Keep | Update | Delete


@dataclass(frozen=True, slots=True)
class Context:
    """Where an event stands. `seq` is the event's own number in its aggregate."""

    aggregate: str
    seq: int
    public_seq: int
    at_ms: int
    partition: int
    offset: int
    hash: str
    actor: str = ""
    role: str = ""

    @property
    def place(self) -> dict[str, Value]:
        """The columns that say which decision a row was made of."""
        return {
            "partition": self.partition,
            "decision_offset": self.offset,
            "decision_hash": self.hash,
        }


class Project(Protocol):
    """A projection: what an event changes in the read model. Pure."""

    def __call__(self, event: object, context: Context) -> Iterator[Change]:
        """Yield the changes, in order."""
        ...


def as_json(value: Any) -> str:
    """Return a value as it is kept in a text column."""
    return msgspec.json.encode(value).decode()


def merge(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Return the changes by table, in their order, with updates of the same row made one.

    The tables are independent of each other, so their order among each other does not matter.
    """
    by_table: dict[str, list[Change]] = {}
    latest: dict[str, dict[tuple[object, ...], int]] = {}
    for change in changes:
        found = by_table.setdefault(change.table, [])
        places = latest.setdefault(change.table, {})
        if isinstance(change, Insert):
            found.append(change)
            continue
        key = tuple(sorted(change.key.items()))
        index = places.get(key)
        before = None if index is None else found[index]
        if isinstance(change, Update) and isinstance(before, Update) and not _looks_back(change):
            assert index is not None
            found[index] = Update(change.table, change.key, _after(before.values, change.values))
            continue
        if not isinstance(change, Update) or {name for name, _ in key} != _columns(places):
            places.clear()
        places[key] = len(found)
        found.append(change)
    return by_table


def _looks_back(change: Update) -> bool:
    return any(isinstance(value, Old | Moves) for value in change.values.values())


def _columns(places: Mapping[tuple[object, ...], int]) -> set[object]:
    """The columns of the keys that updates may still be added to: all the same."""
    return {pair[0] for pair in next(iter(places), ()) if isinstance(pair, tuple)}


def _after(before: Row, values: Row) -> Row:
    after = dict(before)
    for name, value in values.items():
        held = after.get(name)
        if isinstance(value, Plus) and isinstance(held, Plus | int):
            amount = held.amount if isinstance(held, Plus) else held
            summed = amount + value.amount
            after[name] = Plus(summed) if isinstance(held, Plus) else summed
        else:
            after[name] = value
    return after
