"""Read marks: the first reading counts, each person has his own."""

import pytest
from sqlalchemy import Engine

from infra.identity.people import People
from infra.identity.read_marks import ReadMarks

NOW = 1_800_000_000_000


@pytest.fixture
def two(engine: Engine) -> tuple[str, str]:
    people = People(engine)
    him, her = (people.create_account(one, "名", None, "hash", NOW) for one in ("lin", "zhou"))
    return him.account_id, her.account_id


def test_a_notice_is_read_once_and_by_whom_it_was(engine: Engine, two: tuple[str, str]) -> None:
    marks, (him, her) = ReadMarks(engine), two
    marks.mark(him, ["n-1", "n-2", "n-1"], NOW)
    marks.mark(him, ["n-2", "n-3"], NOW + 1)
    assert marks.read_of(him, ["n-1", "n-2", "n-3", "n-4"]) == {
        "n-1": NOW, "n-2": NOW, "n-3": NOW + 1,
    }  # fmt: skip
    assert marks.read_of(her, ["n-1"]) == {}
    assert marks.read_of(him, []) == {}


def test_nothing_to_mark_is_nothing_done(engine: Engine, two: tuple[str, str]) -> None:
    ReadMarks(engine).mark(two[0], [], NOW)
