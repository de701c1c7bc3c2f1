"""Following a partition: what counts, and where to go on (rule 12, F39)."""

import pytest

from infra.chain import Position, hash_decision
from infra.topics import BIDDING
from processors.projections.sources import Decisions, Row, StartOver
from tests.support.written import LOG_ID, Written, asks, write


@pytest.fixture(scope="module")
def log() -> Written:
    return write(asks(8))


def rows(log: Written) -> list[Row]:
    return [Row(one.offset, 1, one.key, one.value) for one in log.decisions]


def test_going_on_from_a_position_says_the_same_as_going_on_without_a_stop(log: Written) -> None:
    records = rows(log)
    whole = Decisions(BIDDING, LOG_ID, 0).take(records).changes
    first = Decisions(BIDDING, LOG_ID, 0)
    taken = first.take(records[:7])
    assert taken.position is not None
    second = Decisions(BIDDING, LOG_ID, 0)
    second.resume(taken.position, records[taken.position.offset])
    assert taken.changes + second.take(records[taken.position.offset + 1 :]).changes == whole


def test_another_record_at_the_position_makes_it_start_over(log: Written) -> None:
    records = rows(log)
    source = Decisions(BIDDING, LOG_ID, 0)
    with pytest.raises(StartOver):
        source.resume(Position(3, bytes(32)), records[3])
    with pytest.raises(StartOver):
        source.resume(Position(3, hash_decision(records[3].value or b"")), records[4])


def test_a_copy_of_a_decision_changes_nothing(log: Written) -> None:
    records = rows(log)
    stale = Row(len(records), 1, records[-2].key, records[-2].value)
    whole = Decisions(BIDDING, LOG_ID, 0).take(records)
    with_copy = Decisions(BIDDING, LOG_ID, 0).take([*records, stale])
    assert with_copy.changes == whole.changes
    assert with_copy.broken is None


def test_what_comes_before_a_break_is_taken_and_nothing_after(log: Written) -> None:
    records = rows(log)
    forged = records[6]._replace(
        value=(records[6].value or b"").replace(b'"prev":"', b'"prev":"00')
    )
    taken = Decisions(BIDDING, LOG_ID, 0).take([*records[:6], forged, *records[7:]])
    assert taken.broken is not None
    assert taken.position is not None
    assert taken.position.offset == 5
    assert taken.changes == Decisions(BIDDING, LOG_ID, 0).take(records[:6]).changes
