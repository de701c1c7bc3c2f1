"""Proving one partition of a log: everything is decided again and compared byte for byte.

Without I/O: feed records of both topics in log order, then ask for the report.

Rule 1: the first difference is named by decision and command offset, and ends the comparison.
Where a command is missing that is the first decision made after it: all before are compared.
Rule 2: a halt (rule 10 of the log) is taken as given and listed; all else is compared.
Rule 3: records that do not count are listed, never hidden.
Rule 4: of a pruned log only the chain is followed, unless a trusted checkpoint is given: then all
that comes after it is decided again. Either way the result is partial.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count, islice, takewhile
from typing import Any, Final, NamedTuple

import msgspec

from infra.chain import HALTED, Broken, Chain, Verdict, genesis, hash_decision, is_noise
from infra.codec import Decision, decode_decision
from infra.frozen import Unfit
from infra.topics import BATCH_RECORDS_MAX
from processors.differing import halted_in, what_differs
from processors.freeze import thaw_older
from processors.host import CommandRecord, PartitionHost
from trading.outcome import Rules

_GROUP: Final = 500
_DAMAGED: Final = "damaged: the checksum of its record batch is wrong"
_NOT_OF_CHECKPOINT: Final = "the decision that the checkpoint was taken at is not in the log"


class Result(IntEnum):
    """What a verification came to; also the exit code."""

    PROVEN = 0
    DIFFERS = 1
    UNDECIDED = 2
    PARTIAL = 3


class DecisionRecord(NamedTuple):
    """A record of a decision topic."""

    offset: int
    key: bytes | None
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that is not as it must be."""

    decision_offset: int | None
    command_offset: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Halt:
    """An aggregate that stopped for a fault in its rules."""

    decision_offset: int
    aggregate: str


@dataclass(slots=True)
class Report:
    """What was found in one partition. `head` is (offset, hash) of the last that counts.

    checkpoint: (offset, hash) of the decision after which all was decided again, if it began there.
    """

    partition: int
    head: tuple[int, str]
    checkpoint: tuple[int, str] | None = None
    commands_count: int = 0
    counted_count: int = 0
    stale: list[int] = field(default_factory=list)
    halts: list[Halt] = field(default_factory=list)
    undecided: list[int] = field(default_factory=list)
    silent_count: int = 0
    difference: Difference | None = None
    partial: bool = False

    @property
    def result(self) -> Result:
        """The gravest of what was found."""
        if self.difference is not None:
            return Result.DIFFERS
        if self.partial:
            return Result.PARTIAL
        return Result.UNDECIDED if self.undecided else Result.PROVEN


class _Judged(NamedTuple):
    record: DecisionRecord
    decision: Decision
    counts: bool


class Verifier:
    """Proves one partition. Feed it from `reads_from` on."""

    def __init__(
        self,
        rules: Rules[Any],
        log_id: str,
        topic: str,
        partition: int,
        partitions: int,
        *,
        head: tuple[int, str] | None = None,
        starts: tuple[int, int] = (0, 0),
        checkpoint: bytes | None = None,
    ) -> None:
        """`topic` is the command topic; `head` (offset, hex) must be on the chain.

        starts: the first decision and the first command that the log still has.
        checkpoint: a trusted snapshot; raises `Unfit` where it does not fit the log.
        """
        self._host = PartitionHost(rules, log_id, topic, partition, partitions)
        self._chain = Chain(genesis(log_id, topic, partition))
        self._judged: deque[_Judged] = deque()
        self._commands: deque[CommandRecord] = deque()
        self._break: Difference | None = None
        self._damage: Difference | None = None  # a command that cannot be read
        self._head = head
        self._head_seen = False
        self._starts = starts
        self._begun = not any(starts)
        self._decides = self._begun or checkpoint is not None
        self._report = Report(partition, (-1, self._chain.head_hex), partial=not self._begun)
        if checkpoint is not None:
            self._go_on_from(checkpoint)

    @property
    def reads_from(self) -> tuple[int, int]:
        """The first decision and the first command to be fed."""
        if self._report.checkpoint is None:
            return self._starts
        return max(self._starts[0], self._report.checkpoint[0]), self._host.next_command_offset

    def _go_on_from(self, checkpoint: bytes) -> None:
        thaw_older(self._host, checkpoint)
        position, chain = self._host.position, self._host.standing.chain
        first = (position.offset + 1, self._host.next_command_offset)
        if self._starts[0] > first[0] or self._starts[1] > first[1]:
            raise Unfit("the log begins after it")
        if self._head is not None and self._head[0] < position.offset:
            raise Unfit("the named head lies before it")
        self._chain.load(position, msgspec.msgpack.encode(chain.dump()))
        self._begun = self._starts[0] == first[0]
        self._report.partial = True
        self._report.head = self._report.checkpoint = (position.offset, self._chain.head_hex)
        self._head_seen = self._head == self._report.head

    @property
    def needs_commands(self) -> bool:
        """Whether commands must be fed before what has been fed of decisions can be compared."""
        self._compare()
        return bool(self._judged) and self._report.difference is None

    def feed_decisions(self, records: Iterable[DecisionRecord]) -> None:
        """Take the next records of the decision topic."""
        for record in records:
            if self._break is not None:
                return
            try:
                self._judge(record)
            except Broken as error:
                self._break = Difference(error.offset, _command_offset(record), error.reason)

    def feed_commands(self, records: Iterable[CommandRecord]) -> None:
        """Take the next records of the command topic."""
        for record in records:
            self._report.commands_count += 1
            if self._decides:
                self._commands.append(record)

    def decision_is_damaged(self, offset: int) -> None:
        """A decision record cannot be read for its checksum; none that follows will be fed."""
        self._break = self._break or Difference(offset, None, _DAMAGED)

    def command_is_damaged(self, offset: int) -> None:
        """A command record cannot be read for its checksum; none that follows will be fed."""
        self._damage = Difference(None, offset, _DAMAGED)

    def finish(self) -> Report:
        """Compare what is left, and look at the tail that no decision covers yet."""
        self._compare()
        report = self._report
        if self._damage is not None:
            report.difference = report.difference or self._damage
        elif self._judged:
            first = next((one for one in self._judged if one.counts), self._judged[0])
            self._differs(first, "its command is not in the log")
        elif self._break is not None:
            report.difference = report.difference or self._break
        elif report.checkpoint is not None and not self._begun:
            report.difference = Difference(report.checkpoint[0], None, _NOT_OF_CHECKPOINT)
        elif self._decides and report.difference is None:
            self._look_at_tail()
        if self._head is not None and not self._head_seen and report.difference is None:
            report.difference = Difference(self._head[0], None, "the named head is not in the log")
        return report

    # the chain

    def _judge(self, record: DecisionRecord) -> None:
        report, rules = self._report, self._chain.rules
        if report.checkpoint is not None and record.offset <= report.checkpoint[0]:
            self._meet_checkpoint(record, report.checkpoint)
            return
        if not self._begun and is_noise(record.value):
            report.stale.append(record.offset)
            return
        if not self._begun:
            decision = _decoded(record)
            value = record.value or b""
            self._chain.advance(record.offset, value, decision, hash_decision(value))
            self._begun = True
            counts = True
        else:
            verdict, decision = self._chain.read(record.offset, record.value)
            counts = verdict is Verdict.COUNTED
        if counts and decision.rules < rules:
            raise Broken(record.offset, "its rules are older than those before it")
        if counts:
            report.counted_count += 1
            report.head = (record.offset, self._chain.head_hex)
            self._head_seen = self._head_seen or report.head == self._head
            halted = halted_in(decision)
            report.halts += [Halt(record.offset, aggregate) for aggregate in halted]
        else:
            report.stale.append(record.offset)
        if self._decides:
            self._judged.append(_Judged(record, decision, counts))

    def _meet_checkpoint(self, record: DecisionRecord, checkpoint: tuple[int, str]) -> None:
        """What comes before is taken on trust; the decision it was taken at must be that one."""
        if (record.offset, hash_decision(record.value or b"").hex()) == checkpoint:
            self._begun = True
        elif record.offset == checkpoint[0]:
            raise Broken(record.offset, _NOT_OF_CHECKPOINT)

    # deciding again

    def _compare(self) -> None:
        while self._judged and self._report.difference is None:
            group = [self._judged[index] for index in range(min(_GROUP, len(self._judged)))]
            counted = _of_one_version([one for one in group if one.counts])
            if not counted:
                self._fold(len(group))
            elif not self._compare_group(counted):
                return

    def _compare_group(self, counted: Sequence[_Judged]) -> bool:
        """Decide the commands of a group again; False where more commands must come first."""
        target = counted[-1].decision.command.offset
        commands = self._take_commands(target)
        if not commands:
            if self._commands:
                self._differs(counted[0], self._gone())
            return False
        try:
            self._host.answer_as(counted[0].decision.rules)
        except LookupError:
            self._differs(counted[0], f"rules {counted[0].decision.rules} are not known here")
            return False
        batch = self._host.decide(commands)
        if not batch.values:
            self._host.appended(-1)
            self._drop_commands()
            return True
        same = self._same_count(counted, batch.keys, batch.values)
        self._host.rollback()
        if same:
            self._fold_counted(same)
        return self._report.difference is None

    def _take_commands(self, target: int) -> list[CommandRecord]:
        """The next commands up to `target`, as far as none is missing and a batch holds them."""
        offsets = count(self._host.next_command_offset)
        records = islice(self._commands, BATCH_RECORDS_MAX)
        return [
            record
            for record, _ in takewhile(
                lambda pair: pair[0].offset == pair[1] <= target,
                zip(records, offsets, strict=False),
            )
        ]

    def _gone(self) -> str:
        return f"command {self._host.next_command_offset} is not in the log"

    def _same_count(
        self, counted: Sequence[_Judged], keys: list[bytes | None], values: list[bytes]
    ) -> int:
        """Return how many decisions are the same; notes a difference, stops at a halt."""
        for index, (one, key, value) in enumerate(zip(counted, keys, values, strict=False)):
            record = one.record
            if record.value == value and record.key == key:
                continue
            if record.key == key and HALTED in (record.value or b""):
                what = what_differs(value, one.decision, given=True)
                if not what:
                    return index + 1
            else:
                what = "key" if record.value == value else what_differs(value, one.decision)
            self._differs(one, what)
            return index
        return min(len(counted), len(values))

    def _fold_counted(self, count: int) -> None:
        rows = 0
        for one in self._judged:
            rows += 1
            count -= one.counts
            if not count:
                break
        self._fold(rows)
        self._drop_commands()

    def _fold(self, rows: int) -> None:
        for _ in range(rows):
            one = self._judged.popleft()
            try:
                self._host.fold(one.record.offset, one.record.value)
            except Broken as error:
                self._differs(one, error.reason)
                return

    def _drop_commands(self) -> None:
        while self._commands and self._commands[0].offset < self._host.next_command_offset:
            self._commands.popleft()

    def _look_at_tail(self) -> None:
        """What is not decided yet. Ticks that may be silent need no record."""
        report = self._report
        self._host.answer_as(self._host.standing.rules.version)
        while self._commands:
            records = self._take_commands(self._commands[-1].offset)
            if not records:
                missing = self._host.next_command_offset
                report.difference = Difference(None, missing, self._gone())
                return
            batch = self._host.decide(records)
            report.silent_count += batch.taken - len(batch.values)
            for value in batch.values:
                report.undecided.append(decode_decision(value).command.offset)
            self._host.appended(self._host.read_offset + 1)
            for _ in range(batch.taken):
                self._commands.popleft()

    def _differs(self, one: _Judged, what: str) -> None:
        if self._report.difference is None:
            self._report.difference = Difference(
                one.record.offset, one.decision.command.offset, what
            )


def _of_one_version(counted: Sequence[_Judged]) -> list[_Judged]:
    """Return those that the rules of the first decided: over an upgrade they are more (rule 9)."""
    return list(takewhile(lambda one: one.decision.rules == counted[0].decision.rules, counted))


def _decoded(record: DecisionRecord) -> Decision:
    try:
        return decode_decision(record.value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Broken(record.offset, "a record that cannot be decoded") from error


def _command_offset(record: DecisionRecord) -> int | None:
    try:
        return _decoded(record).command.offset
    except Broken:
        return None


def check_head(text: str) -> tuple[int, tuple[int, str]]:
    """Read `PARTITION:OFFSET:HASH`; raises ValueError."""
    partition, offset, digest = text.split(":")
    if len(bytes.fromhex(digest)) != len(hash_decision(b"")):
        raise ValueError("the hash of a head has 64 hexadecimal digits")
    return int(partition), (int(offset), digest.lower())
