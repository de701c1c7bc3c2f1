"""Several workers share the partitions: one dies by kill -9, the other takes over."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import msgspec
import pytest

from gateway.feed.notices import Notices
from infra.topics import NOTICES, ROADSHOW
from roadshow.session import commands as cmd
from tests.support import shows
from tests.support.eventually import pause
from tests.support.reactor_stage import (
    ITEMS,
    SESSION,
    Stage,
    asks_as,
    check_all_was_done,
    running,
    values_of,
)
from tests.support.roles import Role

pytestmark = [pytest.mark.asyncio, pytest.mark.long, pytest.mark.timeout(480)]


async def test_two_workers_and_a_kill_lose_nothing_and_double_nothing_on_a_screen(
    bootstrap: str, tmp_path: Path
) -> None:
    async with running(bootstrap, tmp_path, workers=2) as (log, people, workers):
        stage = Stage(people)
        await stage.prepare()
        killing = asyncio.create_task(_kill_each_in_turn(workers))
        for item_id in ITEMS:
            await stage.sell(item_id)
        await killing
        await people.say(ROADSHOW, SESSION, *asks_as(shows.HOST), cmd.EndSession())
        await check_all_was_done(bootstrap, log)
        told = await values_of(bootstrap, NOTICES)
        by_id = {one["notice_id"]: one for one in told}
        assert all(by_id[one["notice_id"]] == one for one in told), "a repeat is the same notice"
        screens = Notices()
        shown = [screens.take(msgspec.json.encode(one)) for one in told]
        assert sum(one is not None for one in shown) == len(by_id), "each is shown once"


async def _kill_each_in_turn(workers: list[Role]) -> None:
    chance = random.Random(1)
    for worker in workers:
        await pause(chance.uniform(2.0, 6.0))
        await worker.kill9()
        await pause(chance.uniform(3.0, 8.0))
        worker.restart()
