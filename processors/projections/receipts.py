"""What became of each command of a bidder, with its place on the log (table receipts).

Rule 1: refusals too: who was refused can show what, when and why.
Rule 2: a bidder is his number; which account bears it is told by `numbers`.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from infra.codec import Decision
from processors.projections.changes import Change, Context, Insert, Value, as_json

BIDDERS: Final = ("bidder", "priority_holder")
_AMOUNTS: Final = ("amount_fen", "limit_fen", "price_fen")


def project(decision: Decision, place: Context) -> Iterator[Change]:
    """Say what the answer to a command changes; `place` is that of the decision."""
    asked = decision.command
    if asked.acting_role not in BIDDERS or asked.actor is None or not place.aggregate:
        return
    refusal = next((one.rejection for one in decision.entries if one.rejection is not None), None)
    row: dict[str, Value] = {
        "partition": place.partition,
        "decision_offset": place.offset,
        "decision_hash": place.hash,
        "command_offset": asked.offset,
        "command_id": asked.id or "",
        "bidding_id": place.aggregate,
        "number": asked.actor,
        "type": asked.type or "",
        "outcome": decision.outcome,
        "code": "" if refusal is None else refusal.code,
        "params": "{}" if refusal is None else as_json(refusal.params),
        "amount_fen": _amount(decision, asked.actor),
        "at_ms": decision.at_ms,
    }
    yield Insert("receipts", row)


def _amount(decision: Decision, number: str) -> int | None:
    """The amount in the first event that bears the bidder's number."""
    for raw in (raw for entry in decision.entries for raw in entry.events):
        event = msgspec.json.decode(raw)
        if event.get("bidder") == number:
            return next((event[name] for name in _AMOUNTS if name in event), None)
    return None
