"""Merging changes: the same rows with fewer statements."""

import random
from pathlib import Path

import pytest

from processors.projections.changes import (
    Change,
    Delete,
    Insert,
    Keep,
    Old,
    Plus,
    Row,
    Update,
    Upsert,
    Value,
    merge,
)
from tests.support.rows import written

KEY: dict[str, Value] = {"bidding_id": "B-1"}


def test_updates_of_one_row_become_one() -> None:
    found = merge(
        [
            Update("biddings", KEY, {"price_fen": 1, "bids_count": Plus(1)}),
            Update("biddings", KEY, {"price_fen": 2, "bids_count": Plus(1)}),
        ]
    )
    assert found == {"biddings": [Update("biddings", KEY, {"price_fen": 2, "bids_count": Plus(2)})]}


def test_what_looks_back_is_left_alone() -> None:
    changes: list[Change] = [
        Update("biddings", KEY, {"phase": "free_bidding"}),
        Update("biddings", KEY, {"phase": "suspended", "phase_before": Old("phase")}),
    ]
    assert merge(changes) == {"biddings": changes}


@pytest.mark.parametrize("seed", range(12))
def test_merged_changes_write_the_same_rows(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    changes = [_change(chance, index) for index in range(60)]
    at_once = written(_folder(tmp_path, "a"), changes)
    one_by_one = written(_folder(tmp_path, "b"), changes, one_by_one=True)
    at_once.pop("positions")
    one_by_one.pop("positions")
    assert at_once == one_by_one


def _folder(place: Path, name: str) -> Path:
    (place / name).mkdir()
    return place / name


def _change(chance: random.Random, index: int) -> Change:
    key: dict[str, Value] = {"bidding_id": f"B-{chance.randrange(3)}"}
    some: list[Row] = [
        {"price_fen": index},
        {"bids_count": Plus(chance.randrange(4))},
        {"bids_count": index, "leader": f"N{index}"},
        {"phase_before": Old("phase")},
        {"phase": f"p{index}"},
    ]
    values = chance.choice(some)
    kind = chance.randrange(10)
    if kind < 6:
        return Update("biddings", key, values)
    if kind == 6:
        return Update("biddings", {**key, "phase": f"p{chance.randrange(60)}"}, values)
    if kind == 7:
        return Upsert("biddings", key, {"lot": f"lot {index}"})
    if kind == 8:
        kept: list[Change] = [Keep("biddings", key, {"mode": "m"}), Delete("biddings", key)]
        return chance.choice(kept)
    row: dict[str, Value] = {"bidding_id": "B-0", "seq": index, "ordinal": 0, "number": f"{index}"}
    return Insert("bids", row)
