"""A host's state as a snapshot and back (docs/log-protocol.md, rule 12; infra.frozen)."""

from typing import Any

import msgspec

from infra.chain import Position
from infra.frozen import Frozen, Place, Row, Unfit, seal, thaw_state, unseal, unsealed
from processors.held import Held
from processors.host import PartitionHost
from processors.standing import Clock
from trading.outcome import Rules

__all__ = ["Unfit", "freeze", "thaw", "thaw_older"]


def freeze(host: PartitionHost) -> bytes:
    """Return the confirmed state of a host; ask only while no batch is in flight."""
    assert not host.in_flight, "a snapshot is taken at a decision"
    clock = host.standing.clock
    return seal(
        Frozen(
            _place(host),
            (host.position.offset, host.position.hash),
            msgspec.Raw(msgspec.msgpack.encode(host.standing.chain.dump())),
            {name: getattr(clock, name) for name in Clock.__slots__},
            host.standing.answers.dump(),
            [_row(aggregate, held) for aggregate, held in host.standing.holdings.items()],
        )
    )


def thaw(host: PartitionHost, data: bytes) -> None:
    """Bring a fresh host to a frozen state; raises `Unfit` and leaves it fresh."""
    _take_over(host, unseal(data, _place(host)))


def thaw_older(host: PartitionHost, data: bytes) -> None:
    """As `thaw`, of these rules or of older ones: for who proves a log, and does not append to it.

    A state of older rules is one of the newer: what these add has its default (rule 9).
    """
    frozen = unsealed(data)
    rules = min(frozen.place.rules, host.standing.rules.version)
    if frozen.place != msgspec.structs.replace(_place(host), rules=rules):
        message = f"it is of {frozen.place}"
        raise Unfit(message)
    _take_over(host, frozen)


def _take_over(host: PartitionHost, frozen: Frozen) -> None:
    rows = [(row.aggregate, _held(host.standing.rules, row)) for row in frozen.aggregates]
    host.standing.clock = Clock(**frozen.clock)
    host.standing.chain.load(Position(*frozen.position), frozen.chain)
    host.read_offset = frozen.position[0]
    host.standing.answers.load(frozen.answers)
    for aggregate, held in rows:
        host.standing.holdings.take(aggregate, held)
    host.standing.confirm()


def _place(host: PartitionHost) -> Place:
    return Place(
        host.standing.log_id,
        host.standing.topic,
        host.standing.partition,
        host.standing.partitions,
        host.standing.rules.version,
    )


def _row(aggregate: str, held: Held) -> Row:
    return Row(
        aggregate, msgspec.Raw(msgspec.msgpack.encode(held.state)), held.seq, held.public_seq,
        held.halted, held.since_offset, held.since_raw_ms, held.since_at_ms,
    )  # fmt: skip


def _held(rules: Rules[Any], row: Row) -> Held:
    state = thaw_state(row, rules.state)
    return Held(state, state is not None and rules.is_open(state), *row[2:])
