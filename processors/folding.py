"""Taking over a decision that counts (docs/log-protocol.md, rule 3)."""

import msgspec

from infra.chain import Broken
from infra.codec import CLOCK_TICK, Decision, decode_event
from processors.draft import Draft
from processors.idempotence import key_of
from processors.standing import HALTED, Standing

_HALTED = b'{"type":"' + HALTED.encode() + b'"'


def take_over(standing: Standing, offset: int, decision: Decision) -> None:
    """Bring a partition to where this decision left it; raises `Broken`."""
    if decision.rules > standing.rules.version:
        raise Broken(offset, f"decided by rules {decision.rules}, newer than ours")
    raw_ms = decision.at_ms if decision.raw_ms is None else decision.raw_ms
    asked = decision.command
    draft = Draft(asked.offset, raw_ms, decision.at_ms)
    try:
        for entry in decision.entries:
            _take_entry(standing, offset, draft, entry.aggregate, entry.seq, entry.events)
    except (msgspec.MsgspecError, AssertionError, LookupError, TypeError, ValueError) as error:
        raise Broken(offset, "its events do not fit what came before") from error
    clock = standing.clock
    clock.next_offset = asked.offset + 1
    clock.at_ms = clock.decided_at_ms = decision.at_ms
    clock.tick_raw_ms, clock.heard_ms = decision.tick_ms, decision.heard_ms
    if asked.type == CLOCK_TICK and decision.outcome == "decided":
        clock.tick_offset, clock.tick_at_ms = asked.offset, decision.at_ms
    clock.input = bytes.fromhex(decision.input)
    clock.head_hex = standing.chain.head_hex
    if asked.digest is not None and asked.actor is not None and asked.id is not None:
        key = key_of(asked.actor, asked.id)
        standing.answers.add(key, bytes.fromhex(asked.digest), asked.offset)


def _take_entry(
    standing: Standing,
    offset: int,
    draft: Draft,
    aggregate: str,
    seq: int,
    raw: list[msgspec.Raw],
) -> None:
    before = standing.holdings.get(aggregate)
    if before.seq != seq:
        raise Broken(offset, f"{aggregate} is at {before.seq}, not {seq}")
    if not raw:
        return
    plain = list(map(bytes, raw))
    halted = plain[-1].startswith(_HALTED)
    messages = standing.rules.messages
    events = [decode_event(messages, event) for event in (plain[:-1] if halted else plain)]
    after = standing.evolved(before, aggregate, events, draft) if events else before
    if halted:
        after = after.stopped(draft.public(aggregate))
    standing.holdings.take(aggregate, after)
