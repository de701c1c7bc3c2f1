"""When the chronograph ticks: by the newest decision, in the broker's time."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from infra.kafka.admin import Log
from infra.topics import BIDDING
from producers.chronograph import BUSY_MS, EARLY_MS, IDLE_MS, Chronograph, Face, next_tick_ms
from tests.support.eventually import eventually


def test_it_ticks_every_second_while_anything_is_open() -> None:
    assert next_tick_ms(10_000, at_ms=9_500, next_due_ms=9_500) == 10_000 + BUSY_MS


def test_it_ticks_every_thirty_seconds_while_nothing_is_due() -> None:
    assert next_tick_ms(10_000, at_ms=9_500, next_due_ms=None) == 10_000 + IDLE_MS
    assert next_tick_ms(10_000, at_ms=9_500, next_due_ms=9_999_999) == 10_000 + IDLE_MS


def test_it_is_at_a_tick_a_second_from_five_seconds_before_a_timer() -> None:
    due_ms = 30_000
    assert next_tick_ms(10_000, at_ms=9_500, next_due_ms=due_ms) == due_ms - EARLY_MS
    assert next_tick_ms(due_ms - EARLY_MS, at_ms=9_500, next_due_ms=due_ms) == (
        due_ms - EARLY_MS + BUSY_MS
    )
    assert next_tick_ms(due_ms + 1, at_ms=9_500, next_due_ms=due_ms) == due_ms + 1 + BUSY_MS


def test_the_first_tick_does_not_wait() -> None:
    face = Face()
    assert face.wait_ms(123) == 0
    face.last_ms = 1_000
    assert face.wait_ms(1_500) == IDLE_MS - 500
    assert face.wait_ms(1_000_000) == 0


class Mute:
    """An appender whose broker never answers, and a tail that is always at its end."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.broken: dict[int, object] = {}

    async def append(self, partition: int, _key: bytes | None, _value: bytes) -> None:
        self.asked.append(partition)
        await asyncio.Event().wait()

    async def lag(self) -> int:
        return 0


async def test_no_tick_follows_one_that_has_no_answer() -> None:
    mute = Mute()
    clock = Chronograph("nowhere", BIDDING, Log("log", 4, 1), "chronograph-0")
    clock._appender = cast("Any", mute)
    faces = clock._faces
    ticking = [
        asyncio.create_task(clock._tick(cast("Any", mute), partition, face))
        for partition, face in faces.items()
    ]
    await eventually(lambda: len(mute.asked) == len(faces))
    for face in faces.values():  # whatever is heard meanwhile
        face.changed.set()
    for _ in range(20):
        await asyncio.sleep(0)  # every task that could go on has done so
    assert sorted(mute.asked) == [0, 1, 2, 3]
    for task in ticking:
        task.cancel()
    await asyncio.gather(*ticking, return_exceptions=True)
