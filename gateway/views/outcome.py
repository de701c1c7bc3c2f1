"""What became of a command, as the one is told who gave it.

Rule 1: the events are a view of them that the caller chose; `judged` and other people's entries are
never copied.
Rule 2: no position is told while it would reveal something (push.md, part 1); the hash always is.
"""

from typing import Any

import msgspec

from infra.codec import Decision, Entry, event_type


def entry_of(decision: Decision, root: str) -> Entry | None:
    """Return what a decision did to one aggregate."""
    return next((entry for entry in decision.entries if entry.aggregate == root), None)


def told_of(entry: Entry) -> list[msgspec.Raw]:
    """Return an entry's events without `halted`, which is the host's and of no aggregate."""
    return [raw for raw in entry.events if event_type(raw) != "halted"]


def view_outcome(
    decision: Decision,
    entry: Entry | None,
    events: list[dict[str, Any]],
    *,
    partition: int,
    decision_offset: int,
    decision_hash: str,
    with_positions: bool = True,
) -> dict[str, Any]:
    """Return the outcome of a command, with its receipt."""
    rejection = None if entry is None else entry.rejection
    return {
        "outcome": decision.outcome,
        "command_id": decision.command.id,
        "type": decision.command.type,
        "code": None if rejection is None else rejection.code,
        "params": {} if rejection is None else dict(rejection.params),
        "events": events,
        "receipt": {
            "partition": partition,
            "command_offset": decision.command.offset if with_positions else None,
            "decision_offset": decision_offset if with_positions else None,
            "hash": decision_hash,
            "at_ms": decision.at_ms,
        },
    }
