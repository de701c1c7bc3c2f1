"""Where a partition stands: time, the chain, the aggregates, and what was asked before.

Folding the decision topic gives all of it (docs/log-protocol.md, rule 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from infra.chain import Chain, genesis
from processors.draft import Draft
from processors.held import Held, Holdings
from processors.idempotence import Answers
from trading.outcome import Rules

HALTED: Final = "halted"


@dataclass(slots=True)
class Clock:
    """Where time stands in a partition, in milliseconds; raw ones as the broker stamped them."""

    next_offset: int = 0
    at_ms: int = 0
    tick_offset: int = -1
    tick_raw_ms: int = 0
    tick_at_ms: int = 0
    heard_ms: int = 0
    decided_at_ms: int = 0
    opened_offset: int = -1
    input: bytes = b""
    head_hex: str = ""


class Standing:
    """The state of one partition, with a way back to where a batch began."""

    def __init__(
        self, rules: Rules[Any], log_id: str, topic: str, partition: int, partitions: int
    ) -> None:
        """`topic` is the command topic; `partitions` how many the log has."""
        start = genesis(log_id, topic, partition)
        self.rules = rules
        self.log_id = log_id
        self.topic = topic
        self.partition = partition
        self.partitions = partitions
        self.chain = Chain(start)
        self.holdings = Holdings(rules)
        self.answers = Answers()
        self.clock = Clock(input=start, head_hex=start.hex())
        self._before: Clock | None = None

    def begin(self) -> None:
        """Remember where a batch began."""
        self.holdings.settle()
        self.confirm()
        self._before = replace(self.clock)

    def confirm(self) -> None:
        """Make this the state that `rollback` comes back to."""
        self.holdings.confirm()
        self.answers.confirm()
        self._before = None

    def rollback(self) -> None:
        """Go back to where the batch began."""
        if self._before is not None:
            self.holdings.rollback()
            self.answers.rollback()
            self.clock = self._before
            self._before = None

    def evolved(self, before: Held, aggregate: str, events: Sequence[object], draft: Draft) -> Held:
        """Return an aggregate as it is after events; `draft` is the record that brought them.

        It is opened where any of the events opens it: one record may stop what runs, and begin it
        again, and whoever folds the two together must see what was seen one after the other.
        """
        rules = self.rules
        state, is_open = before.state, before.is_open
        public = opened = False
        shown = rules.messages.public
        for event in events:
            state = rules.evolve(state, aggregate, event)
            public = public or type(event) in shown
            was_open, is_open = is_open, rules.is_open(state)
            opened = opened or (is_open and not was_open)
        seq = before.seq + len(events)
        public_seq = before.public_seq + (draft.public(aggregate) if public else 0)
        if not opened:
            return Held(
                state, is_open, seq, public_seq, before.halted,
                before.since_offset, before.since_raw_ms, before.since_at_ms,
            )  # fmt: skip
        self.clock.opened_offset = draft.offset
        return Held(
            state, is_open, seq, public_seq, before.halted,
            draft.offset, draft.raw_ms, draft.at_ms,
        )  # fmt: skip
