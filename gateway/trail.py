"""Who has read what by the right of his office: the entries of the audit trail, chained (T26).

Rule 1: an entry says who, in which role, what, when, from where, and how it was answered. What was
read is named, never shown; no query, body, token or name stands in it.
Rule 2: each process that reads for people is a writer with a chain of its own: an entry bears its
number and the hash of the one before, so that no two processes have to agree. The order of all is
that of the topic.
Rule 3: what is missing, changed, put in or put elsewhere breaks a writer's chain; a tail that was
cut off is seen by whoever holds a later head.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

WHAT_MAX: Final = 200
ADDRESS_MAX: Final = 64


class Reading(msgspec.Struct, frozen=True):
    """One read. answer: the HTTP status, or the protocol's error code (0: none)."""

    at_ms: int
    who: str
    role: str
    what: str
    address: str
    answer: int


class Entry(Reading, frozen=True):
    """A record of the topic `audit`: a read, and its place in its writer's chain."""

    writer: str
    number: int
    prev: str


class Head(NamedTuple):
    """The newest entry of a writer: what one keeps to see later that nothing before it changed."""

    writer: str
    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.writer}:{self.number}:{self.hash}"


class Pen:
    """Writes the entries of one process."""

    def __init__(self, log_id: str) -> None:
        """Begins a chain."""
        self._writer = secrets.token_hex(8)
        self._number = 0
        self._prev = begin(log_id, self._writer)

    def write(self, reading: Reading) -> bytes:
        """Return the next record's value."""
        self._number += 1
        entry = Entry(
            reading.at_ms, reading.who, reading.role, reading.what[:WHAT_MAX],
            reading.address[:ADDRESS_MAX], reading.answer, self._writer, self._number, self._prev,
        )  # fmt: skip
        value = msgspec.json.encode(entry)
        self._prev = hash_of(value)
        return value


@dataclass(frozen=True, slots=True)
class Trail:
    """What the topic holds. faults: what is wrong with it, in words; entries in order."""

    entries: list[Entry] = field(default_factory=list[Entry])
    faults: list[str] = field(default_factory=list[str])
    heads: list[Head] = field(default_factory=list[Head])


def begin(log_id: str, writer: str) -> str:
    """Return what stands for the hash before a writer's first entry."""
    return hash_of(json.dumps(["shuoguo-audit/1", log_id, writer], separators=(",", ":")).encode())


def hash_of(value: bytes) -> str:
    """Return the hash of a record's value."""
    return hashlib.sha256(value).hexdigest()


def read_trail(log_id: str, values: Iterable[bytes | None], heads: Sequence[Head] = ()) -> Trail:
    """Check all records of the topic; `heads`: entries that must be there, as kept before."""
    trail, newest, known = Trail(), dict[str, Head](), set[Head]()
    for value in values:
        entry = _decoded(value)
        if entry is None:
            trail.faults.append("a record cannot be read")
            continue
        head = Head(entry.writer, entry.number, hash_of(value or b""))
        if head in known:
            continue  # sent again where the broker's answer was lost
        before = newest.get(entry.writer, Head(entry.writer, 0, begin(log_id, entry.writer)))
        if (entry.number, entry.prev) != (before.number + 1, before.hash):
            trail.faults.append(f"{entry.writer}:{entry.number} does not follow {before.number}")
        newest[entry.writer] = head
        known.add(head)
        trail.entries.append(entry)
    trail.faults.extend(f"{head} is not there" for head in heads if head not in known)
    trail.heads.extend(newest.values())
    return trail


def head_of(text: str) -> Head:
    """Return a head as it was printed; raises `ValueError`."""
    writer, number, digest = text.split(":")
    return Head(writer, int(number), digest)


def _decoded(value: bytes | None) -> Entry | None:
    try:
        return msgspec.json.decode(value or b"", type=Entry)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
