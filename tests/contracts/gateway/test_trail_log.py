"""The audit trail on a log that runs: nothing lost while the broker is away, nothing doubled."""

from __future__ import annotations

import asyncio

import pytest

from gateway.trail import Reading
from gateway.trail_log import NoTrail, open_trail_log, read_trail_log
from tests.contracts.gateway.conftest import BrokenStage

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]


def reading(index: int) -> Reading:
    return Reading(index, "a-desk", "desk_officer", f"GET /{index}", "::1", 200)


async def test_what_was_told_stands_there_over_a_kill_of_the_broker(stage: BrokenStage) -> None:
    async with (
        open_trail_log(stage.bootstrap, stage.log.log_id) as one,
        open_trail_log(stage.bootstrap, stage.log.log_id) as other,
    ):
        await asyncio.gather(
            *(pen.tell(reading(index)) for index in range(20) for pen in (one, other))
        )
        await stage.broker.kill9()
        with pytest.raises(NoTrail):
            await one.tell(reading(20))
        assert one.note(reading(21))
        await stage.broker.restart()
        await one.tell(reading(22))
    _, trail = await read_trail_log(stage.bootstrap)
    assert trail.faults == []
    assert len(trail.entries) == 43
    (longest,) = [head for head in trail.heads if head.number == 23]
    _, again = await read_trail_log(stage.bootstrap, [longest])
    assert again.faults == []
