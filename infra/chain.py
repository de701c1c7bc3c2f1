"""Which decisions count (docs/log-protocol.md, rule 2), and the hashes that bind them.

Rule 1: a decision counts if it continues the chain: its `prev` is the head and its command lies
beyond the head's.
Rule 2: another is stale, if its command is not beyond the head's or it follows a stale record.
Rule 3: what is no decision at all, whoever wrote it, does not count and changes nothing: it is
noise. A record that says it is one (`prev` and `rules`) but cannot be read is not noise.
Rule 4: everything else is a break; nobody appends to a broken log.
"""

import hashlib
import json
import struct
from dataclasses import dataclass
from enum import Enum
from typing import Final

import msgspec

from infra.codec import Asked, Decision, decode_decision

STALE_RUN_MAX: Final = 1_000
HALTED: Final = b'{"type":"halted"'
_HEADER: Final = struct.Struct(">qqi")
_LENGTH: Final = struct.Struct(">i")


def genesis(log_id: str, topic: str, partition: int) -> bytes:
    """Return what the first decision of a partition follows; `topic` is the command topic."""
    name = json.dumps(["shuoguo/1", log_id, topic, partition], separators=(",", ":"))
    return hashlib.sha256(name.encode()).digest()


def next_input(
    previous: bytes, offset: int, raw_ms: int, key: bytes | None, value: bytes | None
) -> bytes:
    """Return the hash of everything that came in, one command record further."""
    key_length = -1 if key is None else len(key)
    value_length = -1 if value is None else len(value)
    return hashlib.sha256(
        previous
        + _HEADER.pack(offset, raw_ms, key_length)
        + (key or b"")
        + _LENGTH.pack(value_length)
        + (value or b"")
    ).digest()


def hash_decision(value: bytes) -> bytes:
    """Return the hash by which the next decision names this one."""
    return hashlib.sha256(value).digest()


class Verdict(Enum):
    """What a record of a decision topic is to a reader."""

    COUNTED = "counted"
    STALE = "stale"
    NOISE = "noise"


class _Claim(msgspec.Struct):
    """What only a decision has."""

    prev: str
    rules: int


_claim: Final = msgspec.json.Decoder(_Claim)
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
NO_DECISION: Final = Decision(Asked(-1), 0, 0, 0, "", [], 0, "", "")
"""Stands for the decision that noise is not."""


def is_noise(value: bytes | None) -> bool:
    """Whether a value of a decision topic is no decision, nor says so (rule 3)."""
    try:
        _claim.decode(value or b"")
    except _UNREADABLE:
        return True
    return False


class Broken(Exception):
    """The chain does not go on from here: stop, and tell the desk."""

    def __init__(self, offset: int, reason: str) -> None:
        """`offset` is the decision record's."""
        super().__init__(f"decision {offset}: {reason}")
        self.offset = offset
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Position:
    """Where a reader is: the last counted record, and its hash. (-1, genesis) before the first."""

    offset: int
    hash: bytes


class Chain:
    """Follows one partition of a decision topic and says which records count.

    Feed it every record in log order with `judge`.
    """

    def __init__(self, start: bytes) -> None:
        """`start` is the genesis."""
        self._offset = -1
        self._hash = start
        self.command_offset = -1
        self._follows = ""  # the head's own prev
        self._rules = 0
        self._value = b""
        self._stale_hash = ""
        self._stale_run = 0
        self.head_hex = start.hex()

    @property
    def rules(self) -> int:
        """The version of the rules that decided the head; 0 before the first."""
        return self._rules

    @property
    def position(self) -> Position:
        """The last record that counted."""
        return Position(self._offset, self._hash)

    def read(self, offset: int, value: bytes | None) -> tuple[Verdict, Decision]:
        """Decode and judge a record; raises `Broken`. The decision of noise is `NO_DECISION`."""
        try:
            decision = decode_decision(value or b"")
        except _UNREADABLE as error:
            if is_noise(value):
                return Verdict.NOISE, NO_DECISION
            raise Broken(offset, "a record that cannot be decoded") from error
        return self.judge(offset, value or b"", decision), decision

    def judge(self, offset: int, value: bytes, decision: Decision) -> Verdict:
        """Say whether a record counts, and move the head where it does; raises `Broken`."""
        beyond = decision.command.offset > self.command_offset
        if decision.prev == self.head_hex and beyond:
            self.advance(offset, value, decision, hash_decision(value))
            return Verdict.COUNTED
        self._check_one_answer(offset, value, decision)
        if beyond and decision.prev != self._stale_hash:
            raise Broken(offset, "it does not continue the chain")
        self._stale_run = self._stale_run + 1 if decision.prev == self._stale_hash else 1
        if self._stale_run > STALE_RUN_MAX:
            raise Broken(offset, "too many records that do not count in one run")
        self._stale_hash = hash_decision(value).hex()
        return Verdict.STALE

    def advance(self, offset: int, value: bytes, decision: Decision, digest: bytes) -> None:
        """Move the head to a record that counts; `digest` is the hash of its value."""
        self._offset, self._hash = offset, digest
        self.head_hex = digest.hex()
        self.command_offset = decision.command.offset
        self._follows = decision.prev
        self._rules = decision.rules
        self._value = value
        self._stale_hash = ""
        self._stale_run = 0

    def dump(self) -> list[int | bytes | str]:
        """Return what the next record is judged by, beside the position."""
        return [self.command_offset, self._rules, self._follows, self._value]

    def load(self, position: Position, dumped: bytes) -> None:
        """Take over a position and what `dump` returned there, as msgpack."""
        self._offset, self._hash = position.offset, position.hash
        self.head_hex = position.hash.hex()
        self.command_offset, self._rules, self._follows, self._value = msgspec.msgpack.decode(
            dumped, type=tuple[int, int, str, bytes]
        )

    def _check_one_answer(self, offset: int, value: bytes, decision: Decision) -> None:
        same_head = decision.prev == self._follows and decision.rules == self._rules
        if same_head and value != self._value and HALTED not in value and HALTED not in self._value:
            raise Broken(offset, "two answers on one head")
