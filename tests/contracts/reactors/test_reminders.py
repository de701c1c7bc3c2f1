"""Reminders on a log that runs: told by its time, once, and not of what was called off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.codec import Command, Tick, encode_tick
from infra.kafka.admin import Log, NoBroker, check_log, create_topics
from infra.kafka.appender import Appender
from infra.topics import BIDDING, NOTICES, PARTITIONS_EMBEDDED
from processors.outbox import Outbox
from processors.reactors import Reactors
from producers.command_publisher import CommandPublisher, new_command_id
from tests.support.eventually import eventually
from tests.support.load import counted_commands, schedule
from tests.support.reactor_stage import values_of
from tests.support.roles import start_role
from trading.bidding.commands import CancelBidding

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(300)]

MINUTE_MS = 60_000
SOON_MS = 4_000  # so that a reminder falls due while the test looks
AUDIENCES = ("bidders:{}", "desk:bidding", "desk:supervision")


class Cut(Exception):
    """The process dies here."""


class DyingOutbox(Outbox):
    """Dies after some records, as a kill -9 would: what it appended stands."""

    lives = 0

    async def append(self, topic: str, key: str, value: bytes) -> None:
        if not self.lives:
            raise Cut
        self.lives -= 1
        await super().append(topic, key, value)


@dataclass
class Desk:
    """Whoever schedules biddings and keeps the time."""

    bootstrap: str
    log: Log
    publisher: CommandPublisher
    time: Appender

    async def ask(self, *commands: Command) -> None:
        """Ask, and wait until all is decided."""
        acks = [await self.publisher.send(command) for command in commands]

        async def decided() -> bool:
            found = await counted_commands(self.bootstrap, self.log)
            return all((ack.partition, ack.offset) in found for ack in acks)

        await eventually(decided, 30)

    async def tick(self) -> None:
        """Put time on the log, as the chronograph does."""
        for partition in range(self.log.partitions):
            tick = Tick(new_command_id(), "chronograph", 0)
            await self.time.append(partition, None, encode_tick(tick))

    async def reminded(self) -> list[dict[str, Any]]:
        """Return the reminders that were told, repeats and all."""
        told = await values_of(self.bootstrap, NOTICES)
        return [one for one in told if one["code"].startswith("NOTICE_BIDDING_IN_")]


def cancel(bidding_id: str) -> Command:
    body = CancelBidding(reason="withdrawn")
    return Command(
        new_command_id(), body.type, "issuer-1", "desk_issuer", bidding_id, bidding_id, body
    )


@asynccontextmanager
async def desk_of(bootstrap: str, folder: Path) -> AsyncIterator[Desk]:
    await create_topics(bootstrap, PARTITIONS_EMBEDDED)
    log = await check_log(bootstrap, BIDDING)
    decider = start_role("processors", "deciders", bootstrap, folder / "d", "--family", "bidding")
    publisher, time = CommandPublisher(bootstrap, BIDDING), Appender(bootstrap, BIDDING.commands)
    await publisher.start()
    try:
        yield Desk(bootstrap, log, publisher, time)
    finally:
        await publisher.close()
        await time.close()
        await decider.kill9()


@asynccontextmanager
async def reactors(desk: Desk, outbox: Outbox | None = None) -> AsyncIterator[Reactors]:
    """What a reactor process has beside Faust, with every partition of biddings."""
    outbox = outbox or Outbox(desk.bootstrap, desk.log.partitions)
    made = Reactors(desk.bootstrap, desk.log, outbox)
    try:
        await made.start()
        await made.adopt([(BIDDING.decisions, one) for one in range(desk.log.partitions)])
        yield made
    finally:
        await made.close()
        await outbox.close()


async def remind(reacting: Reactors) -> None:
    """Look once, as the process does: where the broker does not answer, again."""

    async def looked() -> bool:
        try:
            await reacting.remind()
        except NoBroker:
            return False
        return True

    await eventually(looked, 60)


async def test_a_reminder_is_told_once_and_not_of_what_was_cancelled(
    bootstrap: str, tmp_path: Path
) -> None:
    async with desk_of(bootstrap, tmp_path) as desk:
        await desk.ask(
            schedule("B-minutes", opens_in_ms=10 * MINUTE_MS + SOON_MS),
            schedule("B-hour", opens_in_ms=60 * MINUTE_MS + SOON_MS),
            schedule("B-day", opens_in_ms=24 * 60 * MINUTE_MS + SOON_MS),
            schedule("B-later", opens_in_ms=30 * MINUTE_MS),
            schedule("B-off", opens_in_ms=10 * MINUTE_MS + SOON_MS),
            cancel("B-off"),
        )
        wanted = {
            (f"NOTICE_BIDDING_IN_{code}", audience.format(bidding_id))
            for code, bidding_id in (("10_MIN", "B-minutes"), ("1_H", "B-hour"), ("24_H", "B-day"))
            for audience in AUDIENCES
        }
        async with reactors(desk) as first, reactors(desk) as second:

            async def told() -> bool:
                await desk.tick()
                await asyncio.gather(remind(first), remind(second))
                return len({one["notice_id"] for one in await desk.reminded()}) == len(wanted)

            await eventually(told, 60)
        async with reactors(desk) as later:
            before = len(await desk.reminded())
            await remind(later)
            found = await desk.reminded()
            assert len(found) == before, "what was told is known from the notices"
        assert {(one["code"], one["audience"]) for one in found} == wanted
        by_id = {one["notice_id"]: one for one in found}
        assert all(by_id[one["notice_id"]] == one for one in found), "a repeat is the same notice"


async def test_a_kill_in_the_middle_of_telling_leaves_the_rest_to_the_next(
    bootstrap: str, tmp_path: Path
) -> None:
    async with desk_of(bootstrap, tmp_path) as desk:
        await desk.ask(schedule("B-1", opens_in_ms=10 * MINUTE_MS + SOON_MS))
        dying = DyingOutbox(desk.bootstrap, desk.log.partitions)
        dying.lives = len(AUDIENCES) + 1  # the schedule is told, and one of the reminded
        async with reactors(desk, dying) as first:

            async def died() -> bool:
                await desk.tick()
                try:
                    await remind(first)
                except Cut:
                    return True
                return False

            await eventually(died, 60)
        assert len(await desk.reminded()) == 1
        async with reactors(desk) as second:
            await remind(second)
            await remind(second)
        found = [one["audience"] for one in await desk.reminded()]
        assert sorted(found) == sorted(audience.format("B-1") for audience in AUDIENCES)
