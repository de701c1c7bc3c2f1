"""kill -9 of the reactors in the middle of handovers, with the real deciders, on the real broker.

At the end: one bidding for every item that asked for one, each result recorded once, every notice
there and none doubled, the heat told again, no dead letter.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.clock import now_ms
from infra.kafka.admin import Log, check_log, create_topics
from infra.kafka.reader import Record, open_reader
from infra.tail import read_partition
from infra.topics import (
    BIDDING,
    DEAD_LETTERS,
    INSIGHT,
    NOTICES,
    PARTITIONS_EMBEDDED,
    ROADSHOW,
    SIGNALS,
    Family,
    partition_of,
)
from processors.directory import Directory
from processors.notices import notify
from processors.outbox import Outbox
from processors.reacting import hear
from processors.reactors import KNOWN
from producers.show_log import ShowLog
from roadshow.interest.commands import RegisterInterest
from roadshow.session import commands as cmd
from roadshow.session.state import Item
from tests.support import shows
from tests.support.brokers import start_embedded
from tests.support.eventually import eventually, pause
from tests.support.roles import Role, start_role
from trading.bidding.commands import PlaceBid
from trading.outcome import By
from trading.values import Fen

KILLS = int(os.environ.get("SHUOGUO_KILLS", "3"))
SEED = int(os.environ.get("SHUOGUO_SEED", "1"))
SESSION = "S-chaos"
ITEMS = ("i1", "i2")
WAIT_SECONDS = 40.0

pytestmark = pytest.mark.timeout(240 + 20 * KILLS)


async def test_no_kill_of_the_reactors_loses_or_doubles_a_handover_or_a_notice(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as (bootstrap, log, people, reactors):
        stage = Stage(people)
        await stage.prepare()
        killer = asyncio.create_task(_keep_killing(reactors))
        for item_id in ITEMS:
            await stage.sell(item_id)
        await killer
        await people.say(ROADSHOW, SESSION, *_by(shows.HOST), cmd.EndSession())
        for item_id in ITEMS:
            result = stage.item(item_id).bidding.result
            assert result is not None
            assert (result.outcome, result.winner) == ("sold", "101")
        wanted = await _notices_due(bootstrap, log)
        assert wanted, "nothing to tell: the test tests nothing"

        async def told() -> bool:
            return wanted <= {one["notice_id"] for one in await _values(bootstrap, NOTICES)}

        await eventually(told, WAIT_SECONDS)
        ids = [one["notice_id"] for one in await _values(bootstrap, NOTICES)]
        assert len(ids) == len(set(ids)), "one worker knows what it has told"
        assert set(ids) == wanted
        assert await _values(bootstrap, DEAD_LETTERS) == []
        assert await _counts(bootstrap, log, BIDDING, "bidding_scheduled") == len(ITEMS)
        assert await _counts(bootstrap, log, ROADSHOW, "item_bidding_opened") == len(ITEMS)
        assert await _counts(bootstrap, log, ROADSHOW, "item_bidding_closed") == len(ITEMS)


async def test_the_heat_is_told_again_after_a_kill(tmp_path: Path) -> None:
    async with running(tmp_path) as (bootstrap, _, people, reactors):
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
        await reactors.kill9()
        seen = len(await _values(bootstrap, INSIGHT))
        reactors.restart()

        async def again() -> bool:
            return len(await _values(bootstrap, INSIGHT)) > seen

        await eventually(again, WAIT_SECONDS)
        scores = [one["ranking"][0]["score"] for one in await _values(bootstrap, INSIGHT)]
        assert max(scores) == wanted, "a decision that was delivered twice counts once"


class Stage:
    """A session of the test profile, as its staff runs it."""

    def __init__(self, people: ShowLog) -> None:
        self.people = people
        self.guests = [f"a-guest{index}" for index in range(4)]

    async def say(self, by: By, body: object) -> None:
        answer = await self.people.say(ROADSHOW, SESSION, *_by(by), body)
        assert answer.is_decided, (body, answer)

    def item(self, item_id: str) -> Item:
        show = self.people.show(SESSION)
        assert show is not None
        return show.session.items[item_id]

    async def prepare(self) -> None:
        self.people.watch(SESSION)
        for item_id in ITEMS:
            self.people.watch(f"{SESSION}.{item_id}.1")
        soon_ms = now_ms() + 60_000
        plan = shows.plan(
            starts_at_ms=soon_ms, working_days_ms=(), profile="test", notice_wd=0,
            notice_bidding_wd=0, shift_min_ms=600_000, stall_threshold_ms=60_000,
        )  # fmt: skip
        offer = shows.offer(
            lobby_ms=20_000, free_ms=2_000, extension_ms=3_000, reserve="none_declared",
            reserve_deadline_ms=500, stall_threshold_ms=60_000, public_delay_ms=1_000,
        )  # fmt: skip
        await self.say(shows.DESK, cmd.PlanSession(plan=plan))
        for item_id in ITEMS:
            item = shows.item(item_id, offer=offer)
            await self.say(shows.DESK, cmd.AddAgendaItem(item=item))
            await self.say(shows.DESK, shows.attest(item_id, ("101", "102")))
        await self.say(shows.DESK, cmd.PublishSession())
        drill = cmd.RunRehearsal(sound=True, slides=True, network=True, bid_drill=True)
        await self.say(shows.STAGE, drill)
        for guest in self.guests:
            await self.say(By(guest, "investor"), cmd.RegisterAttendee())
            await self.say(By(guest, "investor"), cmd.CheckIn())
        await self.say(shows.HOST, cmd.GoLive())

    async def move(self, item_id: str, *moves: type) -> None:
        for move in moves:
            await self.say(shows.HOST, move(item_id=item_id))

    async def sell(self, item_id: str) -> None:
        await self.move(
            item_id, cmd.CallOnDeck, cmd.StartPitch, cmd.StartQa, cmd.CallInterest, cmd.CallBidding
        )
        await self.say(shows.SUPERVISOR, cmd.ConfirmSupervision(item_id=item_id))
        await self.say(shows.CONTROL, cmd.OpenItemBidding(item_id=item_id))
        await eventually(lambda: self.item(item_id).phase == "bidding", WAIT_SECONDS)
        bid = PlaceBid(amount_fen=Fen(200_000_000))
        bidding_id = f"{SESSION}.{item_id}.1"
        answer = await self.people.say(BIDDING, bidding_id, "101", "bidder", bid)
        assert answer.is_decided, answer
        await eventually(lambda: self.item(item_id).bidding.result is not None, WAIT_SECONDS)
        await self.move(item_id, cmd.CompleteItem)


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[str, Log, ShowLog, Role]]:
    """Run broker, deciders, chronograph and reactors; yields the people's end and the reactors."""
    async with await start_embedded(folder / "broker") as broker:
        bootstrap = broker.bootstrap
        await create_topics(bootstrap, PARTITIONS_EMBEDDED)
        log = await check_log(bootstrap, ROADSHOW)
        roles = [
            start_role("processors", "reactors", bootstrap, folder / "reactors"),
            *(
                start_role("processors", "deciders", bootstrap, folder / family, "--family", family)
                for family in ("roadshow", "bidding")
            ),
            start_role("producers", "chronograph", bootstrap, folder / "chronograph", "--all"),
        ]
        people = ShowLog(bootstrap)
        await people.start()
        listening = asyncio.create_task(people.listen())
        try:
            yield bootstrap, log, people, roles[0]
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await people.close()
            for role in roles:
                await role.kill9()


def _by(by: By) -> tuple[str, str]:
    return by.actor, by.role


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
            sample = {"session_id": SESSION, "at_ms": now_ms(), "present_count": count}
            await outbox.append(SIGNALS, SESSION, json.dumps(sample).encode())
            await pause(0.5)
    finally:
        await outbox.close()


async def _values(bootstrap: str, topic: str) -> list[dict[str, Any]]:
    everything = dict.fromkeys(range(PARTITIONS_EMBEDDED), 0)
    reader = await open_reader(bootstrap, topic, everything, Record)
    found: list[dict[str, Any]] = []
    try:
        ends = await reader.ends()
        read = dict.fromkeys(ends, 0)
        while any(read[one] < end for one, end in ends.items()):
            for partition, rows in (await reader.read(timeout_ms=100)).items():
                read[partition] = rows[-1].offset + 1
                found += [json.loads(row.value or b"{}") for row in rows]
    finally:
        await reader.close()
    return found


async def _ranking(bootstrap: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait for a ranking whose first row fits; returns that row."""
    found: list[dict[str, Any]] = []

    async def told() -> bool:
        rankings = [one["ranking"] for one in await _values(bootstrap, INSIGHT)]
        found[:] = [rows[0] for rows in rankings if rows and fits(rows[0])]
        return bool(found)

    await eventually(told, WAIT_SECONDS)
    return found[0]


async def _notices_due(bootstrap: str, log: Log) -> set[str]:
    """Fold the whole log once, in peace: the ids of every notice that it gives cause to."""
    sessions = Directory()
    ids: set[str] = set()
    for family in (ROADSHOW, BIDDING):
        for partition in range(log.partitions):
            _, counted = await read_partition(bootstrap, family, log, partition)
            for one in counted:
                topic = family.decisions
                heard = hear(KNOWN[topic], topic, partition, one.offset, one.decision)
                if heard is None:
                    continue
                for happening in heard.happenings if family == ROADSHOW else ():
                    sessions.fold(happening)
                ids |= {notice.notice_id for notice in notify(heard, sessions)}
    return ids


async def _counts(bootstrap: str, log: Log, family: Family, event: str) -> int:
    """How often an event happened in this session or in its biddings."""
    roots = [SESSION, *(f"{SESSION}.{item_id}.1" for item_id in ITEMS)]
    count = 0
    for partition in {partition_of(root, log.partitions) for root in roots}:
        _, counted = await read_partition(bootstrap, family, log, partition)
        count += sum(one.value.count(f'{{"type":"{event}"'.encode()) for one in counted)
    return count
