"""The file format of a partition's snapshot (docs/log-protocol.md, rule 12), for whoever reads one.

It is a cache. `unseal` refuses what does not fit exactly: another log, topic, partition, count of
partitions or version of the rules, or a changed byte. What the states of the aggregates mean is
the reader's business: here they are bytes.
"""

import hashlib
from typing import Any, Final, NamedTuple

import msgspec

SUM_BYTES: Final = 32
SUFFIX: Final = "snapshot"


class Unfit(Exception):
    """The snapshot is of no use here; read the log instead."""


class Place(msgspec.Struct, frozen=True):
    """Which log, which command topic, which partition of how many, decided by which rules."""

    log_id: str
    topic: str
    partition: int
    partitions: int
    rules: int


class Row(NamedTuple):
    """One aggregate; `state` is msgpack."""

    aggregate: str
    state: msgspec.Raw
    seq: int
    public_seq: int
    halted: bool
    since_offset: int
    since_raw_ms: int
    since_at_ms: int


class Frozen(msgspec.Struct):
    """What a snapshot holds. `position` is (offset, hash) of the last decision that counted."""

    place: Place
    position: tuple[int, bytes]
    chain: msgspec.Raw
    clock: dict[str, Any]
    answers: bytes
    aggregates: list[Row]


def file_name(topic: str, partition: int) -> str:
    """Return the name under which a partition's snapshot lies; `topic` is the command topic."""
    return f"{topic}-{partition}.{SUFFIX}"


def seal(frozen: Frozen) -> bytes:
    """Return a snapshot as bytes, with its own sum before it."""
    body = msgspec.msgpack.encode(frozen)
    return hashlib.sha256(body).digest() + body


def unseal(data: bytes, place: Place) -> Frozen:
    """Return what a snapshot of this place holds; raises `Unfit`."""
    frozen = unsealed(data)
    if frozen.place != place:
        message = f"it is of {frozen.place}"
        raise Unfit(message)
    return frozen


def unsealed(data: bytes) -> Frozen:
    """Return what a snapshot of any place holds; raises `Unfit`."""
    body = data[SUM_BYTES:]
    if hashlib.sha256(body).digest() != data[:SUM_BYTES]:
        message = "its bytes have changed"
        raise Unfit(message)
    try:
        return msgspec.msgpack.decode(body, type=Frozen)
    except msgspec.MsgspecError as error:
        raise Unfit(str(error)) from error


def thaw_state(row: Row, state: Any) -> Any:
    """Return the state of an aggregate, of type `state`, None where it has none; raises `Unfit`."""
    try:
        return msgspec.msgpack.decode(row.state, type=state | None)
    except msgspec.MsgspecError as error:
        raise Unfit(str(error)) from error
