"""One partition of one family, folded from its decisions without deciding (protocol rules 2, 3).

Rule 1: it is given every record of the decision topic in log order, and returns what those that
count have changed; stale ones change nothing, a break raises and nothing follows it.
Rule 2: what it knows of an aggregate is a value: whoever holds one may keep it.
"""

from typing import Any, NamedTuple

import msgspec

from infra.chain import Broken, Chain, Position, Verdict, genesis
from infra.codec import Decision, Entry, decode_event
from infra.frozen import Frozen, Place, thaw_state
from infra.topics import Family
from trading.outcome import Rules

_HALTED = b'{"type":"halted"'


class Known(NamedTuple):
    """An aggregate as the log has it."""

    state: Any = None
    seq: int = 0
    public_seq: int = 0
    halted: bool = False


NOTHING = Known()


class Change(NamedTuple):
    """What a decision did to one aggregate. `events` are decoded; `halted` is not among them."""

    aggregate: str
    before: Known
    after: Known
    events: tuple[Any, ...]
    entry: Entry

    @property
    def is_public(self) -> bool:
        """Whether screens count it."""
        return self.after.public_seq > self.before.public_seq


class Step(NamedTuple):
    """A decision that counts; `hash` is lowercase hex."""

    family: Family
    partition: int
    offset: int
    decision: Decision
    hash: str
    changes: tuple[Change, ...]


class Answer(NamedTuple):
    """A decision that counts; `hash` is lowercase hex."""

    family: Family
    partition: int
    offset: int
    decision: Decision
    hash: str


class FoldedPartition:
    """Follows the chain of a partition and holds its aggregates."""

    def __init__(self, family: Family, rules: Rules[Any], log_id: str, partition: int) -> None:
        """Begins before the first decision."""
        self.family = family
        self.partition = partition
        self.known: dict[str, Known] = {}
        self.chain = Chain(genesis(log_id, family.commands, partition))
        self.read_offset = -1
        self._rules = rules
        self._log_id = log_id

    def place(self, partitions: int) -> Place:
        """Return what a snapshot must be of to fit here."""
        version = self._rules.version
        return Place(self._log_id, self.family.commands, self.partition, partitions, version)

    def thaw(self, frozen: Frozen) -> None:
        """Begin where a snapshot was taken; raises `Unfit` and stays at the beginning."""
        state = self._rules.state
        known = {
            row.aggregate: Known(thaw_state(row, state), row.seq, row.public_seq, row.halted)
            for row in frozen.aggregates
        }
        self.chain.load(Position(*frozen.position), frozen.chain)
        self.read_offset = frozen.position[0]
        self.known = known

    def take(self, offset: int, value: bytes | None) -> Step | None:
        """Take one record; None where it does not count. Raises `Broken`."""
        verdict, decision = self.chain.read(offset, value)
        self.read_offset = offset
        if verdict is not Verdict.COUNTED:
            return None
        if decision.rules > self._rules.version:
            raise Broken(offset, f"decided by rules {decision.rules}, newer than ours")
        changes = tuple(self._change(offset, entry) for entry in decision.entries)
        for change in changes:
            self.known[change.aggregate] = change.after
        return Step(self.family, self.partition, offset, decision, self.chain.head_hex, changes)

    def _change(self, offset: int, entry: Entry) -> Change:
        before = self.known.get(entry.aggregate, NOTHING)
        if before.seq != entry.seq:
            raise Broken(offset, f"{entry.aggregate} is at {before.seq}, not {entry.seq}")
        raw = entry.events
        halted = bool(raw) and bytes(raw[-1]).startswith(_HALTED)
        try:
            messages = self._rules.messages
            events = tuple(decode_event(messages, one) for one in (raw[:-1] if halted else raw))
            state = before.state
            for event in events:
                state = self._rules.evolve(state, entry.aggregate, event)
        except (msgspec.MsgspecError, AssertionError, LookupError, TypeError, ValueError) as error:
            raise Broken(offset, "its events do not fit what came before") from error
        public_seq = max(entry.public_seq, before.public_seq)
        after = Known(state, before.seq + len(raw), public_seq, before.halted or halted)
        return Change(entry.aggregate, before, after, events, entry)
