"""The host of one partition: from command records to decision records, without I/O.

The caller reads and writes the log; this object says what to write and what counts.

* Give every record of the decision topic to `fold`, in log order: that is the whole state (rule 3).
* Give command records to `decide`, from `next_command_offset` on; append `Batch.values` as one
  record batch (rule 4); tell the broker's answer with `appended`. Where the answer is unknown call
  `rollback` and read on with `fold`.

The rules cited are those of docs/log-protocol.md, part 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from infra.chain import Position, Verdict
from infra.topics import (
    BATCH_BYTES_MAX,
    BATCH_RECORDS_MAX,
    DECISION_BYTES_MAX,
    DECISION_RECORD_BYTES_MAX,
)
from processors.deciding import CommandRecord, Decider, Written, WrongOffset
from processors.folding import take_over
from processors.standing import Standing
from trading.outcome import Rules

__all__ = ["Batch", "CommandRecord", "PartitionHost", "UnknownOutcome", "WrongOffset"]

_CONFIRM_EVERY: Final = 1_024


class UnknownOutcome(Exception):
    """The broker's answer does not say that exactly this batch stands where it should."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Decision records to append as one record batch, and how many commands they took."""

    taken: int
    keys: list[bytes | None]
    values: list[bytes]


class PartitionHost:
    """Decides one partition, and says which decisions count."""

    def __init__(
        self, rules: Rules[Any], log_id: str, topic: str, partition: int, partitions: int
    ) -> None:
        """`topic` is the command topic; `partitions` how many the log has."""
        self.standing = Standing(rules, log_id, topic, partition, partitions)
        self.decider = Decider(self.standing, rules)
        self._answers_as = rules.version
        self.read_offset = -1  # of the last decision record read or confirmed
        self._in_flight_count = 0
        self._last_written: Written | None = None

    @property
    def position(self) -> Position:
        """The last decision record that counted."""
        return self.standing.chain.position

    @property
    def next_command_offset(self) -> int:
        """The command record that `decide` takes next."""
        return self.standing.clock.next_offset

    @property
    def in_flight(self) -> bool:
        """Whether a batch waits for the broker's answer."""
        return self._in_flight_count > 0

    def answer_as(self, version: int) -> None:
        """Decide as this version of the rules did (rule 9); raises `LookupError`."""
        if version != self._answers_as:
            rules = self.standing.rules
            answering = rules if version == rules.version else rules.older[version]
            self.decider = Decider(self.standing, answering)
            self._answers_as = version

    def decide(self, records: Sequence[CommandRecord]) -> Batch:
        """Decide as many records as fit in one batch; raises `WrongOffset`."""
        assert not self.in_flight, "one batch at a time"
        self.standing.begin()
        keys: list[bytes | None] = []
        values: list[bytes] = []
        taken = size = 0
        last: Written | None = None
        decide = self.decider.decide
        for record in records[:BATCH_RECORDS_MAX]:
            if taken and size + len(record.key or b"") > BATCH_BYTES_MAX - DECISION_BYTES_MAX:
                break
            written = decide(record)
            taken += 1
            if written is not None:
                last = written
                key = _key_of(record.key, written.value)
                keys.append(key)
                values.append(written.value)
                size += len(written.value) + len(key or b"")
        self._in_flight_count, self._last_written = len(values), last
        return Batch(taken, keys, values)

    def appended(self, base_offset: int) -> None:
        """Confirm a batch by the offset of its first record; raises `UnknownOutcome`.

        A batch of silent ticks alone has nothing to append; any offset confirms it.
        """
        last = self._last_written
        if last is not None:
            if base_offset != self.read_offset + 1:
                message = f"appended at {base_offset}, expected {self.read_offset + 1}"
                raise UnknownOutcome(message)
            self.read_offset += self._in_flight_count
            self.standing.chain.advance(self.read_offset, last.value, last.decision, last.hash)
        self._in_flight_count, self._last_written = 0, None
        self.standing.confirm()

    def rollback(self) -> None:
        """Go back to the last confirmed state; go on with `fold`."""
        self._in_flight_count, self._last_written = 0, None
        self.standing.rollback()

    def fold(self, offset: int, value: bytes | None) -> Verdict:
        """Take over one record of the decision topic; raises `Broken`."""
        assert not self.in_flight, "roll back before reading on"
        verdict, decision = self.standing.chain.read(offset, value)
        self.read_offset = offset
        if verdict is Verdict.COUNTED:
            take_over(self.standing, offset, decision)
            if not offset % _CONFIRM_EVERY:
                self.standing.confirm()
        return verdict


def _key_of(key: bytes | None, value: bytes) -> bytes | None:
    """A decision has the key of its command, unless no topic would take the two together."""
    fits = key is None or len(key) + len(value) <= DECISION_RECORD_BYTES_MAX
    return key if fits else None
