"""A snapshot is read by whoever knows its place, and by nobody else."""

from __future__ import annotations

import msgspec
import pytest

from infra.frozen import Frozen, Place, Row, Unfit, file_name, seal, thaw_state, unseal

PLACE = Place("a-log", "bidding.commands", 2, 4, 1)


def row(state: object) -> Row:
    return Row("B-1", msgspec.Raw(msgspec.msgpack.encode(state)), 3, 2, False, 7, 8, 9)  # noqa: FBT003


def frozen() -> Frozen:
    chain = msgspec.Raw(msgspec.msgpack.encode([1, 1, "", b""]))
    return Frozen(PLACE, (41, b"h"), chain, {"at_ms": 5}, b"", [row(12)])


def test_what_was_sealed_is_read_again() -> None:
    found = unseal(seal(frozen()), PLACE)
    assert found.position == (41, b"h")
    assert found.aggregates[0].seq == 3
    assert thaw_state(found.aggregates[0], int) == 12
    assert thaw_state(row(None), int) is None


@pytest.mark.parametrize(
    "other",
    [
        Place("another", "bidding.commands", 2, 4, 1),
        Place("a-log", "roadshow.commands", 2, 4, 1),
        Place("a-log", "bidding.commands", 1, 4, 1),
        Place("a-log", "bidding.commands", 2, 12, 1),
        Place("a-log", "bidding.commands", 2, 4, 2),
    ],
)
def test_one_of_another_place_does_not_fit(other: Place) -> None:
    with pytest.raises(Unfit):
        unseal(seal(frozen()), other)


def test_a_changed_byte_and_a_foreign_state_do_not_fit() -> None:
    data = bytearray(seal(frozen()))
    data[-1] ^= 1
    for bad in (bytes(data), b"", b"x" * 40):
        with pytest.raises(Unfit):
            unseal(bad, PLACE)
    with pytest.raises(Unfit):
        thaw_state(row("text"), int)


def test_its_name_says_what_it_is_of() -> None:
    assert file_name("bidding.commands", 2) == "bidding.commands-2.snapshot"
