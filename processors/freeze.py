"""A host's state as bytes and back: what a snapshot holds (docs/log-protocol.md, rule 12).

It is a cache. `thaw` refuses what does not fit exactly: another log, topic, partition, count of
partitions or version of the rules, or a changed byte.
"""

import hashlib
from typing import Any, Final

import msgspec

from infra.chain import Position
from processors.held import Held
from processors.host import PartitionHost
from processors.standing import Clock
from trading.outcome import Rules

_SUM_BYTES: Final = 32


class Unfit(Exception):
    """The snapshot is of no use here; read the log instead."""


class _Place(msgspec.Struct, frozen=True):
    log_id: str
    topic: str
    partition: int
    partitions: int
    rules: int


class _Frozen(msgspec.Struct):
    place: _Place
    position: tuple[int, bytes]
    chain: msgspec.Raw
    clock: dict[str, Any]
    answers: bytes
    aggregates: list[tuple[str, msgspec.Raw, int, int, bool, int, int, int]]


def freeze(host: PartitionHost) -> bytes:
    """Return the confirmed state of a host; ask only while no batch is in flight."""
    assert not host.in_flight, "a snapshot is taken at a decision"
    clock = host.standing.clock
    body = msgspec.msgpack.encode(
        _Frozen(
            _place(host),
            (host.position.offset, host.position.hash),
            msgspec.Raw(msgspec.msgpack.encode(host.standing.chain.dump())),
            {name: getattr(clock, name) for name in Clock.__slots__},
            host.standing.answers.dump(),
            [_row(aggregate, held) for aggregate, held in host.standing.holdings.items()],
        )
    )
    return hashlib.sha256(body).digest() + body


def thaw(host: PartitionHost, data: bytes) -> None:
    """Bring a fresh host to a frozen state; raises `Unfit` and leaves it fresh."""
    body = data[_SUM_BYTES:]
    if hashlib.sha256(body).digest() != data[:_SUM_BYTES]:
        message = "its bytes have changed"
        raise Unfit(message)
    try:
        frozen = msgspec.msgpack.decode(body, type=_Frozen)
        if frozen.place != _place(host):
            message = f"it is of {frozen.place}"
            raise Unfit(message)
        rows = [(row[0], _held(host.standing.rules, row)) for row in frozen.aggregates]
    except msgspec.MsgspecError as error:
        raise Unfit(str(error)) from error
    host.standing.clock = Clock(**frozen.clock)
    host.standing.chain.load(Position(*frozen.position), frozen.chain)
    host.read_offset = frozen.position[0]
    host.standing.answers.load(frozen.answers)
    for aggregate, held in rows:
        host.standing.holdings.take(aggregate, held)
    host.standing.confirm()


def _place(host: PartitionHost) -> _Place:
    return _Place(
        host.standing.log_id,
        host.standing.topic,
        host.standing.partition,
        host.standing.partitions,
        host.standing.rules.version,
    )


def _row(aggregate: str, held: Held) -> tuple[str, msgspec.Raw, int, int, bool, int, int, int]:
    return (
        aggregate, msgspec.Raw(msgspec.msgpack.encode(held.state)), held.seq, held.public_seq,
        held.halted, held.since_offset, held.since_raw_ms, held.since_at_ms,
    )  # fmt: skip


def _held(rules: Rules[Any], row: tuple[str, msgspec.Raw, int, int, bool, int, int, int]) -> Held:
    state = msgspec.msgpack.decode(row[1], type=rules.state | None)
    return Held(state, *row[2:])
