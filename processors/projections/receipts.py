"""What became of each command of a bidder, with its place on the log (table receipts).

Rule 1: refusals too: who was refused can show what, when and why.
Rule 2: a bidder is his number; which account bears it is told by `numbers`.
Rule 3: a limit is no price: what a standing limit may go to is never in the column of amounts.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from infra.codec import Decision
from processors.projections.changes import Change, Context, Insert, Value, as_json

BIDDERS: Final = ("bidder", "priority_holder")
_AMOUNTS: Final = ("amount_fen", "price_fen")
_LIMITS: Final = ("limit_fen",)


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
        "amount_fen": _figure(decision, asked.actor, _AMOUNTS),
        "limit_fen": _figure(decision, asked.actor, _LIMITS),
        "at_ms": decision.at_ms,
    }
    yield Insert("receipts", row)


def _figure(decision: Decision, number: str, names: tuple[str, ...]) -> int | None:
    """The figure of one of these names in the first event of the bidder that has one."""
    for raw in (raw for entry in decision.entries for raw in entry.events):
        event = msgspec.json.decode(raw)
        found = [event[name] for name in names if name in event]
        if event.get("bidder") == number and found:
            return int(found[0])
    return None
