"""In what two answers to one command differ: for whoever is to look at it."""

from typing import Final

import msgspec

from infra.codec import Decision, decode_decision, event_type

_FIELDS: Final = Decision.__struct_fields__


def halted_in(decision: Decision) -> list[str]:
    """Return the aggregates that this decision halts (rule 10)."""
    return [
        entry.aggregate
        for entry in decision.entries
        if any(event_type(event) == "halted" for event in entry.events)
    ]


def what_differs(ours: bytes, theirs: Decision, *, given: bool = False) -> str:
    """Name the fields that differ; with `given`, what a halt changes does not count."""
    mine = decode_decision(ours)
    if mine.command.offset < theirs.command.offset:
        return f"command {mine.command.offset} has no decision"
    if given:
        halted = halted_in(theirs)
        for decision in (mine, theirs):
            decision.entries = [one for one in decision.entries if one.aggregate not in halted]
            decision.outcome = ""
            decision.next_due_ms = None
    names = [name for name in _FIELDS if _plain(mine, name) != _plain(theirs, name)]
    if not names and not given:
        return "its bytes"
    return ", ".join(names)


def _plain(decision: Decision, name: str) -> bytes:
    return msgspec.json.encode(getattr(decision, name))
