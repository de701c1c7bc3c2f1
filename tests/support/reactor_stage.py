"""A session of the test profile played on real deciders, with reactors beside it; and the check."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from infra.clock import now_ms
from infra.kafka.admin import Log, check_log, create_topics
from infra.kafka.reader import Record, open_reader
from infra.tail import read_partition
from infra.topics import (
    BIDDING,
    DEAD_LETTERS,
    NOTICES,
    PARTITIONS_EMBEDDED,
    ROADSHOW,
    Family,
    partition_of,
)
from processors.directory import Directory
from processors.notices import notify
from processors.reacting import hear
from processors.reactors import KNOWN
from producers.show_log import ShowLog
from roadshow.session import commands as cmd
from roadshow.session.state import Item
from tests.support import shows
from tests.support.eventually import eventually
from tests.support.roles import Role, start_role
from trading.bidding.commands import PlaceBid
from trading.outcome import By
from trading.values import Fen

SESSION = "S-chaos"
ITEMS = ("i1", "i2")
WAIT_SECONDS = 90.0
START_SECONDS = 120.0


class Stage:
    """A session of the test profile, as its staff runs it."""

    def __init__(self, people: ShowLog) -> None:
        self.people = people
        self.guests = [f"a-guest{index}" for index in range(4)]

    async def say(self, by: By, body: object) -> None:
        answer = await self.people.say(ROADSHOW, SESSION, *asks_as(by), body)
        assert answer.is_decided, (body, answer)

    def item(self, item_id: str) -> Item:
        show = self.people.show(SESSION)
        assert show is not None
        return show.session.items[item_id]

    async def prepare(self) -> None:
        self.people.watch(SESSION)
        for item_id in ITEMS:
            self.people.watch(f"{SESSION}.{item_id}.1")
        soon_ms = now_ms() + 120_000
        plan = shows.plan(
            starts_at_ms=soon_ms, working_days_ms=(), profile="test", notice_wd=0,
            notice_bidding_wd=0, shift_min_ms=600_000, stall_threshold_ms=60_000,
        )  # fmt: skip
        offer = shows.offer(
            lobby_ms=40_000, free_ms=20_000, extension_ms=3_000, reserve="none_declared",
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
async def running(
    bootstrap: str, folder: Path, *, workers: int = 1
) -> AsyncIterator[tuple[Log, ShowLog, list[Role]]]:
    """Run deciders, chronograph and reactors; yields the people's end and the reactors."""
    await create_topics(bootstrap, PARTITIONS_EMBEDDED)
    log = await check_log(bootstrap, ROADSHOW)
    reactors = [
        start_role("processors", "reactors", bootstrap, folder / slot, "--slot", slot)
        for slot in (f"reactor-{index}" for index in range(workers))
    ]
    roles = [
        *reactors,
        *(
            start_role("processors", "deciders", bootstrap, folder / family, "--family", family)
            for family in ("roadshow", "bidding")
        ),
        start_role("producers", "chronograph", bootstrap, folder / "chronograph", "--all"),
    ]
    people, listening = ShowLog(bootstrap), None
    try:
        await eventually(lambda: _all_decide(bootstrap, log), START_SECONDS)
        await people.start()
        listening = asyncio.create_task(people.listen())
        yield log, people, reactors
    finally:
        if listening is not None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        await people.close()
        for role in roles:
            await role.kill9()


async def _all_decide(bootstrap: str, log: Log) -> bool:
    """Whether every partition has a decision: the first tick has one."""
    return all(
        [
            (await read_partition(bootstrap, family, log, partition))[1]
            for family in (ROADSHOW, BIDDING)
            for partition in range(log.partitions)
        ]
    )


async def check_all_was_done(bootstrap: str, log: Log) -> list[str]:
    """Wait for every notice that the log gives cause to; check that nothing else was done twice.

    Returns the ids of the notices as they stand on the topic, repeats and all.
    """
    wanted = await notices_due(bootstrap, log)
    assert wanted, "nothing to tell: the test tests nothing"

    async def told() -> bool:
        return wanted <= {one["notice_id"] for one in await values_of(bootstrap, NOTICES)}

    await eventually(told, WAIT_SECONDS)
    ids = [one["notice_id"] for one in await values_of(bootstrap, NOTICES)]
    assert set(ids) == wanted
    assert await values_of(bootstrap, DEAD_LETTERS) == []
    assert await count_of(bootstrap, log, BIDDING, "bidding_scheduled") == len(ITEMS)
    assert await count_of(bootstrap, log, ROADSHOW, "item_bidding_opened") == len(ITEMS)
    assert await count_of(bootstrap, log, ROADSHOW, "item_bidding_closed") == len(ITEMS)
    return ids


def asks_as(by: By) -> tuple[str, str]:
    return by.actor, by.role


async def values_of(bootstrap: str, topic: str) -> list[dict[str, Any]]:
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


async def notices_due(bootstrap: str, log: Log) -> set[str]:
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


async def count_of(bootstrap: str, log: Log, family: Family, event: str) -> int:
    """How often an event happened in this session or in its biddings."""
    roots = [SESSION, *(f"{SESSION}.{item_id}.1" for item_id in ITEMS)]
    count = 0
    for partition in {partition_of(root, log.partitions) for root in roots}:
        _, counted = await read_partition(bootstrap, family, log, partition)
        count += sum(one.value.count(f'{{"type":"{event}"'.encode()) for one in counted)
    return count
