"""Folding what one record did leads to where deciding it step by step did (rule 3)."""

from processors.host import CommandRecord
from tests.support.toy_rules import THRESHOLD_MS, Add, Enter
from tests.unit.processors.test_host import START_MS, TOYS, Lab, new_host, types


def test_what_one_record_stops_and_begins_again_is_open_since_that_record() -> None:
    lab = Lab()
    lab.tick(START_MS)
    lab.ask(Enter(START_MS + 600_000), START_MS)
    again_ms = START_MS + THRESHOLD_MS + 1
    assert types(lab.ask(Enter(START_MS + 600_000), again_ms)) == ["closed", "planned", "opened"]
    folded = new_host()
    for offset, value in enumerate(lab.values):
        folded.fold(offset, value)
    assert types(lab.ask(Add(1), again_ms + THRESHOLD_MS)) == ["added"]
    record = lab.records[-1]
    assert folded.decide([record]).values == lab.values[-1:]


def test_what_was_opened_and_closed_by_one_record_is_not_open() -> None:
    lab = Lab()
    lab.ask(Enter(START_MS + 5), START_MS)
    lab.tick(START_MS + 5)
    held = lab.host.standing.holdings.get(TOYS[0])
    assert (held.since_offset, lab.host.standing.holdings.open_count) == (0, 0)
    assert isinstance(lab.records[0], CommandRecord)
