"""A reactor process that stands still while its sources move says so; a dead broker is no stall."""

from __future__ import annotations

from collections.abc import Mapping

from infra.kafka.admin import NoBroker
from processors.app import LOOKS_MAX, Ends, Shell, _stands_still
from processors.progress import Progress
from processors.reactors import At

AT = ("roadshow.decisions", 2)


class FakeShell(Shell):
    """Only what it has come to."""

    def __init__(self, at: dict[At, int]) -> None:
        self.at = at

    def positions(self) -> dict[At, int]:
        return self.at


class FakeEnds(Ends):
    """A log that ends where the test says; None: no broker answers."""

    def __init__(self, end: int | None) -> None:
        self.end = end

    async def look(self) -> Mapping[At, int]:
        if self.end is None:
            raise NoBroker("away")
        return {AT: self.end}


async def looks(shell: FakeShell, ends: FakeEnds, progress: Progress, count: int) -> list[bool]:
    numbers: dict[At, int] = {}
    return [await _stands_still(shell, ends, progress, numbers) for _ in range(count)]


async def test_records_wait_and_nothing_moves() -> None:
    found = await looks(FakeShell({AT: 3}), FakeEnds(5), Progress(LOOKS_MAX), LOOKS_MAX + 1)
    assert found == [False] * LOOKS_MAX + [True]


async def test_who_has_come_to_the_end_does_not_stand_still() -> None:
    assert not any(await looks(FakeShell({AT: 5}), FakeEnds(5), Progress(LOOKS_MAX), 40))


async def test_a_broker_that_does_not_answer_makes_all_forget() -> None:
    progress = Progress(LOOKS_MAX)
    shell = FakeShell({AT: 3})
    assert not any(await looks(shell, FakeEnds(5), progress, LOOKS_MAX))
    assert not any(await looks(shell, FakeEnds(None), progress, 1))
    assert not any(await looks(shell, FakeEnds(5), progress, LOOKS_MAX))


async def test_who_moves_a_little_at_each_look_does_not_stand_still() -> None:
    progress = Progress(LOOKS_MAX)
    for position in range(40):
        assert not any(await looks(FakeShell({AT: position}), FakeEnds(99), progress, 1))
