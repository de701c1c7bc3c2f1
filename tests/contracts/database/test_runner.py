"""Rows and position in one transaction: written once, or not at all (P14, F07)."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from infra.chain import Position
from infra.topics import BIDDING
from processors.projections import runner
from processors.projections.changes import Change, Insert, Update, Upsert, Value
from processors.projections.runner import Moved, ReadModel
from processors.projections.sources import Decisions, Row
from tests.support.rows import AT_MS, rows_of
from tests.support.written import LOG_ID, asks, write

READER = ("bidding.decisions", 0)


def at(offset: int) -> Position:
    return Position(offset, bytes([offset]) * 32)


def opened(url: str, log_id: str = LOG_ID) -> ReadModel:
    model = ReadModel(url, log_id)
    model.prepare()
    model.positions()
    return model


def lot(bidding_id: str, text: str) -> Change:
    return Upsert("biddings", {"bidding_id": bidding_id}, {"lot": text})


def bid(seq: int) -> Insert:
    row: dict[str, Value] = {"bidding_id": "B-1", "seq": seq, "ordinal": 0, "number": "N1"}
    return Insert("bids", row)


def test_what_was_written_from_a_position_is_not_written_again(url: str) -> None:
    model = opened(url)
    model.apply(READER, None, at(1), AT_MS, [bid(1)])
    model.apply(READER, at(1), at(2), AT_MS, [bid(2)])
    for before in (None, at(1)):
        with pytest.raises(Moved):
            model.apply(READER, before, at(2), AT_MS, [bid(3)])
    assert [row["seq"] for row in rows_of(url)["bids"]] == [1, 2]
    model.close()


def test_what_fails_in_the_middle_leaves_nothing(url: str) -> None:
    model = opened(url)
    with pytest.raises(IntegrityError):
        model.apply(READER, None, at(1), AT_MS, [lot("B-1", "x"), bid(1), lot("B-2", "y"), bid(1)])
    found = rows_of(url)
    assert (found["bids"], found["biddings"], found["positions"]) == ([], [], [])
    model.close()


def test_two_writers_of_one_log_write_once(url: str) -> None:
    first, second = opened(url), opened(url)
    first.apply(READER, None, at(1), AT_MS, [bid(1)])
    with pytest.raises(Moved):
        second.apply(READER, None, at(1), AT_MS, [bid(1)])
    assert second.positions() == {READER: at(1)}
    second.apply(READER, at(1), at(2), AT_MS, [bid(2)])
    assert len(rows_of(url)["bids"]) == 2
    first.close()
    second.close()


def test_a_rebuild_stops_who_still_writes_at_the_old_place(url: str) -> None:
    live, rebuilding = opened(url), opened(url)
    live.apply(READER, None, at(1), AT_MS, [bid(1)])
    rebuilding.forget()
    assert live.generation() != live.began
    with pytest.raises(Moved):
        live.apply(READER, at(1), at(2), AT_MS, [bid(2)])
    assert live.positions() == {}
    assert rows_of(url)["bids"] == []
    live.close()
    rebuilding.close()


def test_a_read_model_of_another_log_is_dropped(url: str) -> None:
    model = opened(url)
    model.apply(READER, None, at(1), AT_MS, [bid(1)])
    model.close()
    other = opened(url, "another-log")
    assert other.positions() == {}
    assert rows_of(url)["bids"] == []
    other.close()


def test_a_read_model_of_older_projections_is_dropped(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = opened(url)
    model.apply(READER, None, at(1), AT_MS, [bid(1)])
    model.close()
    monkeypatch.setattr(runner, "REVISION", runner.REVISION + 1)
    newer = opened(url)
    assert newer.positions() == {}
    newer.close()


def test_no_text_of_a_record_stops_the_reader(url: str) -> None:
    model = opened(url)
    poison = "a\0b" + "长" * 70_000
    changes: list[Change] = [
        Upsert("biddings", {"bidding_id": poison}, {"lot": poison, "leader": poison}),
        Update("biddings", {"bidding_id": poison}, {"leader": "x" * 200}),
        Upsert("bidders", {"bidding_id": poison, "number": poison}, {}),
    ]
    model.apply(READER, None, at(1), AT_MS, [*changes[:2]])
    (row,) = rows_of(url)["biddings"]
    assert row["lot"].startswith("a\N{REPLACEMENT CHARACTER}b")
    assert row["leader"] == "x" * 64
    model.close()


@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_a_log_makes_the_same_rows_in_batches_of_any_size(url: str, size: int) -> None:
    decisions = write(asks(25)).decisions
    rows = [Row(one.offset, 1, one.key, one.value) for one in decisions]
    source, model, before = Decisions(BIDDING, LOG_ID, 0), opened(url), None
    for start in range(0, len(rows), size):
        taken = source.take(rows[start : start + size])
        if taken.position is not None:
            model.apply(READER, before, taken.position, taken.at_ms, taken.changes)
            before = taken.position
    model.close()
    found = rows_of(url)
    (bidding,) = found["biddings"]
    assert bidding["bids_count"] == len(found["bids"]) > 5
    assert bidding["price_fen"] == max(row["amount_fen"] for row in found["bids"])
    assert len(found["receipts"]) == 25
    assert {row["outcome"] for row in found["receipts"]} == {"decided", "refused"}
    assert found["positions"][0]["offset"] == rows[-1].offset
