"""Who sees which field of which event: what the tables of the families are made of, and the check.

Rule 1: every event of a family has one row, and every field of it stands in that row: in `public`,
`own` or `staff`, or in `untold`. Nothing else is ever copied out of an event.
Rule 2: an event or a field that does not say who sees it does not start: `check` is called where a
process takes up the rules of a family (gateway/feed/families.py).
Rule 3: what is `untold` goes out with no event; a view may tell it of the state, by its own rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

import msgspec

Names: TypeAlias = tuple[str, ...]
Audience: TypeAlias = Literal["public", "own", "staff"]


@dataclass(frozen=True, slots=True)
class Seen:
    """The fields of one event, by who sees them; None: he is not told of the event.

    public: whoever may follow the room or session. own: the one whose command it answers, or whom
    it is about, beside what all see. staff: who runs it, beside what all see.
    """

    public: Names | None = None
    own: Names | None = None
    staff: Names | None = None
    untold: Names = ()

    def to(self, audience: Audience) -> Names | None:
        """Return the fields that an audience sees, None where it is told nothing."""
        if audience == "public":
            return self.public
        beside = self.own if audience == "own" else self.staff
        if self.public is None:
            return beside
        return self.public + tuple(name for name in beside or () if name not in self.public)


Table: TypeAlias = Mapping[type, Seen]


class Unsaid(Exception):
    """Of an event or a field nobody has said who sees it; nothing may start with it."""


def check(table: Table, events: Mapping[str, type]) -> None:
    """Raise `Unsaid` unless a table says of each event, and of each of its fields, who sees it."""
    for name, event in events.items():
        row = table.get(event)
        if row is None:
            raise Unsaid(f"{name}: who sees it?")
        told = {*(row.public or ()), *(row.own or ()), *(row.staff or ())}
        there = {one.name for one in fields(event)}
        for field in sorted(there - told - set(row.untold)):
            raise Unsaid(f"{name}.{field}: who sees it?")
        for field in sorted((told | set(row.untold)) - there):
            raise Unsaid(f"{name}.{field}: there is no such field")
        for field in sorted(told & set(row.untold)):
            raise Unsaid(f"{name}.{field}: told, or untold?")
    for event in set(table) - set(events.values()):
        raise Unsaid(f"{event.__name__}: no event of this family")


def as_seen(event: Any, table: Table, audience: Audience) -> dict[str, Any] | None:
    """Return an event as an audience sees it, None where it does not."""
    row = table.get(type(event))
    names = None if row is None else row.to(audience)
    if names is None:
        return None
    return {
        "type": event.type,
        **{name: msgspec.to_builtins(getattr(event, name)) for name in names},
    }
