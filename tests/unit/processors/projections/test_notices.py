"""Notices: the first of repeats counts, and poison changes nothing."""

from pathlib import Path

import msgspec
import pytest

from processors.projections import notices
from processors.projections.sources import Row
from tests.support.rows import written

NOTICE = {
    "notice_id": "n-1", "audience": "user:a-1", "code": "OUTBID", "params": {"price_fen": 5},
    "priority": "P1", "root": "b1", "cause": {"topic": "t", "partition": 0, "offset": 1},
    "at_ms": 5,
}  # fmt: skip


def record(offset: int, value: bytes | None) -> Row:
    return Row(offset, 1, b"user:a-1", value)


def test_a_repeat_of_a_notice_changes_nothing(tmp_path: Path) -> None:
    value = msgspec.json.encode(NOTICE)
    changes = [*notices.project(0, record(3, value)), *notices.project(0, record(9, value))]
    (row,) = written(tmp_path, changes)["notices"]
    assert (row["notice_id"], row["offset"], row["audience"]) == ("n-1", 3, "user:a-1")


@pytest.mark.parametrize("value", [None, b"", b"{", b'{"notice_id":5}', b"\xff"])
def test_what_cannot_be_read_changes_nothing(value: bytes | None) -> None:
    assert list(notices.project(0, record(1, value))) == []
