"""kill -9 of the reactors in the middle of handovers, with the real deciders, on the real broker.

At the end: one bidding for every item that asked for one, each result recorded once, every notice
there and none doubled, the heat told again, no dead letter.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.clock import now_ms
from infra.headcounts import Count, Report, encode
from infra.topics import INSIGHT, PARTITIONS_EMBEDDED, ROADSHOW, SIGNALS
from processors.outbox import Outbox
from roadshow.interest.commands import RegisterInterest
from roadshow.session import commands as cmd
from tests.support import shows
from tests.support.brokers import start_embedded
from tests.support.eventually import eventually, pause
from tests.support.reactor_stage import (
    ITEMS,
    SESSION,
    WAIT_SECONDS,
    Stage,
    asks_as,
    check_all_was_done,
    running,
    values_of,
)
from tests.support.roles import Role

KILLS = int(os.environ.get("SHUOGUO_KILLS", "3"))
SEED = int(os.environ.get("SHUOGUO_SEED", "1"))

pytestmark = pytest.mark.timeout(420 + 20 * KILLS)


@pytest.mark.long
async def test_no_kill_of_the_reactors_loses_or_doubles_a_handover_or_a_notice(
    tmp_path: Path,
) -> None:
    async with (
        await start_embedded(tmp_path / "broker") as broker,
        running(broker.bootstrap, tmp_path) as (log, people, reactors),
    ):
        stage = Stage(people)
        await stage.prepare()
        killer = asyncio.create_task(_keep_killing(reactors[0]))
        for item_id in ITEMS:
            await stage.sell(item_id)
        await killer
        await people.say(ROADSHOW, SESSION, *asks_as(shows.HOST), cmd.EndSession())
        for item_id in ITEMS:
            result = stage.item(item_id).bidding.result
            assert result is not None
            assert (result.outcome, result.winner) == ("sold", "101")
        ids = await check_all_was_done(broker.bootstrap, log)
        assert len(ids) == len(set(ids)), "one worker knows what it has told"


async def test_the_heat_is_told_again_after_a_kill(tmp_path: Path) -> None:
    async with (
        await start_embedded(tmp_path / "broker") as broker,
        running(broker.bootstrap, tmp_path) as (_, people, reactors),
    ):
        bootstrap = broker.bootstrap
        stage = Stage(people)
        await stage.prepare()
        await stage.move("i1", cmd.CallOnDeck, cmd.StartPitch)
        body = RegisterInterest(item_id="i1", kind="invest")
        for guest in stage.guests:
            await people.say(ROADSHOW, SESSION, guest, "investor", body)
        sampling = asyncio.create_task(_sample_presence(bootstrap, 7))
        wanted = 10 * len(stage.guests) + 7
        first = await _ranking(bootstrap, lambda row: row["score"] == wanted)
        assert (first["item_id"], first["rank"]) == ("i1", 1)
        sampling.cancel()
        await reactors[0].kill9()
        seen = len(await values_of(bootstrap, INSIGHT))
        reactors[0].restart()

        async def again() -> bool:
            return len(await values_of(bootstrap, INSIGHT)) > seen

        await eventually(again, WAIT_SECONDS)
        scores = [one["ranking"][0]["score"] for one in await values_of(bootstrap, INSIGHT)]
        assert max(scores) == wanted, "a decision that was delivered twice counts once"


async def _keep_killing(reactors: Role) -> None:
    chance = random.Random(SEED)
    for _ in range(KILLS):
        await pause(chance.uniform(0.5, 7.0))
        await reactors.kill9()
        await pause(chance.uniform(0.0, 1.0))
        reactors.restart()


async def _sample_presence(bootstrap: str, count: int) -> None:
    """Say who is present, again and again, as a gateway does."""
    outbox = Outbox(bootstrap, PARTITIONS_EMBEDDED)
    try:
        while True:
            rooms = {f"roadshow:{SESSION}": Count(guests=count)}
            report = Report("a-gateway", now_ms(), rooms)
            await outbox.append(SIGNALS, SESSION, encode(report))
            await pause(0.5)
    finally:
        await outbox.close()


async def _ranking(bootstrap: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait for a ranking whose first row fits; returns that row."""
    found: list[dict[str, Any]] = []

    async def told() -> bool:
        rankings = [one["ranking"] for one in await values_of(bootstrap, INSIGHT)]
        found[:] = [rows[0] for rows in rankings if rows and fits(rows[0])]
        return bool(found)

    await eventually(told, WAIT_SECONDS)
    return found[0]
