"""From records to changes of rows: what counts, in order, and where the reader is then.

Rule 1: of decisions only those count that continue the chain (docs/log-protocol.md, rule 2).
Rule 2: a position is (offset, hash) of the last record that counted; who goes on from one reads
that record again first (rule 12), and starts over where it is another.
Rule 3: this is pure: reading and writing are the worker's.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from infra.chain import Broken, Chain, Position, Verdict, genesis, hash_decision
from infra.codec import Decision, Entry, decode_decision, decode_event
from infra.topics import BIDDING, NOTICES, ROADSHOW, TRADING, Family
from processors.families import RULES
from processors.projections import (
    bid_rooms,
    interests,
    notices,
    people,
    questions,
    receipts,
    showcase,
    shows,
)
from processors.projections.changes import Change, Context, Project

HALTED: Final = b'{"type":"halted"'
PROJECTIONS: Final[Mapping[Family, tuple[Project, ...]]] = {
    BIDDING: (bid_rooms.project,),
    TRADING: (people.project,),
    ROADSHOW: (shows.project, questions.project, interests.project, showcase.project),
}
FAULTS: Final[Mapping[Family, Callable[[Context], Iterator[Change]]]] = {
    BIDDING: bid_rooms.halted,
    ROADSHOW: shows.halted,
}


class Row(NamedTuple):
    """A record as it was read."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


class StartOver(Exception):
    """What the read model was made of is no longer what the log says (F39)."""


class Taken(NamedTuple):
    """What some records change, and where the reader is then; `position` None: nothing counted."""

    changes: list[Change]
    position: Position | None
    at_ms: int
    broken: Broken | None = None


class Source(Protocol):
    """One partition of a topic, followed from a position on."""

    def resume(self, position: Position, row: Row) -> None:
        """Go on after the record at a position; raises `StartOver` where it is another."""
        ...

    def take(self, rows: Sequence[Row]) -> Taken:
        """Return what records change, up to where the chain breaks."""
        ...


class Decisions:
    """The decisions of one partition of a family."""

    def __init__(self, family: Family, log_id: str, partition: int) -> None:
        """Begin at the genesis."""
        self._family = family
        self._partition = partition
        self._chain = Chain(genesis(log_id, family.commands, partition))

    def resume(self, position: Position, row: Row) -> None:
        """Go on after the decision at a position."""
        value = row.value or b""
        if row.offset != position.offset or hash_decision(value) != position.hash:
            raise StartOver(
                f"{self._family.decisions} {self._partition}:{position.offset} is another record"
            )
        self._chain.advance(row.offset, value, decode_decision(value), position.hash)

    def take(self, rows: Sequence[Row]) -> Taken:
        """Return what decisions change."""
        changes: list[Change] = []
        position, at_ms = None, 0
        for row in rows:
            try:
                verdict, decision = self._chain.read(row.offset, row.value)
                counts = verdict is Verdict.COUNTED
                found = list(self._changes(row, decision)) if counts else []
            except Broken as error:
                return Taken(changes, position, at_ms, error)
            if counts:
                changes += found
                position, at_ms = self._chain.position, decision.at_ms
        return Taken(changes, position, at_ms)

    def _changes(self, row: Row, decision: Decision) -> Iterator[Change]:
        try:
            root = (row.key or b"").decode(errors="replace")
            asked = decision.command
            place = Context(
                root, 0, 0, decision.at_ms, self._partition, row.offset, self._chain.head_hex,
                asked.actor or "", asked.acting_role or "",
            )  # fmt: skip
            if self._family is BIDDING:
                yield from receipts.project(decision, place)
            for entry in decision.entries:
                yield from self._of_entry(entry, place)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Broken(row.offset, f"its events cannot be read: {error}") from error

    def _of_entry(self, entry: Entry, place: Context) -> Iterator[Change]:
        messages = RULES[self._family].messages
        for index, raw in enumerate(entry.events):
            context = Context(
                entry.aggregate, entry.seq + index + 1, entry.public_seq, place.at_ms,
                place.partition, place.offset, place.hash, place.actor, place.role,
            )  # fmt: skip
            if bytes(raw).startswith(HALTED):
                if self._family in FAULTS:
                    yield from FAULTS[self._family](context)
                continue
            event = decode_event(messages, raw)
            for project in PROJECTIONS[self._family]:
                yield from project(event, context)


class Records:
    """One partition of a topic without a chain: every record counts."""

    def __init__(self, topic: str, partition: int, project: "ProjectRecord") -> None:
        """Begin at the first record."""
        self._topic = topic
        self._partition = partition
        self._project = project

    def resume(self, position: Position, row: Row) -> None:
        """Go on after the record at a position."""
        if row.offset != position.offset or hash_record(row) != position.hash:
            raise StartOver(f"{self._topic} {self._partition}:{position.offset} is another record")

    def take(self, rows: Sequence[Row]) -> Taken:
        """Return what records change."""
        if not rows:
            return Taken([], None, 0)
        changes = [one for row in rows for one in self._project(self._partition, row)]
        last = rows[-1]
        return Taken(changes, Position(last.offset, hash_record(last)), last.timestamp_ms)


class ProjectRecord(Protocol):
    """A projection of a topic without decisions."""

    def __call__(self, partition: int, row: Any) -> Iterator[Change]:
        """Yield the changes, in order; a record that cannot be read changes nothing."""
        ...


def hash_record(row: Row) -> bytes:
    """Return by what a record without a chain is known again."""
    return hashlib.sha256((row.key or b"") + b"\0" + (row.value or b"")).digest()


def topics() -> list[str]:
    """Return the topics that the read model is made of."""
    return [*(family.decisions for family in PROJECTIONS if family in RULES), NOTICES]


def source_of(topic: str, log_id: str, partition: int) -> Source:
    """Return what follows one partition of a topic."""
    for family in PROJECTIONS:
        if topic == family.decisions:
            return Decisions(family, log_id, partition)
    return Records(topic, partition, notices.project)
