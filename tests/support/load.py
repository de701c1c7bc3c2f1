"""Bidding load on a running log, and the check that every acknowledged command was decided."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from infra.clock import now_ms
from infra.codec import Command
from infra.kafka.admin import Log
from infra.kafka.appender import AckUnknown
from infra.tail import read_partition
from infra.topics import BIDDING
from producers.command_publisher import CommandPublisher, new_command_id
from tests.support.eventually import eventually
from trading.bidding.commands import Eligible, IncrementBand, PlaceBid, ScheduleBidding, Terms
from trading.values import BidderNumber, Fen

NUMBERS = tuple(BidderNumber(f"N{index}") for index in range(1, 9))
PAUSE_SECONDS = 0.005
BIDDERS = 4


def schedule(
    bidding_id: str, *, opens_in_ms: int = 300, free_ms: int = 600_000, min_gap_ms: int = 0
) -> Command:
    """A bidding that opens soon and stays open for the length of a test."""
    terms = Terms(
        lot="a lot under load",
        mode="dynamic",
        profile="test",
        start_price_fen=Fen(10_000),
        increments=(IncrementBand(from_fen=Fen(0), increment_fen=Fen(100)),),
        opens_at_ms=now_ms() + opens_in_ms,
        lobby_ms=1,
        free_ms=free_ms,
        extension_ms=120_000,
        stall_threshold_ms=60_000,
        min_gap_ms=min_gap_ms,
        steps_max=1_000_000,
    )
    eligible = tuple(Eligible(number=number) for number in NUMBERS)
    body = ScheduleBidding(terms=terms, eligible=eligible)
    return Command(
        new_command_id(), body.type, "desk-1", "desk_officer", bidding_id, bidding_id, body
    )


def bid(bidding_id: str, number: str, amount_fen: int) -> Command:
    """A bid by a number."""
    body = PlaceBid(amount_fen=Fen(amount_fen), confirm_large=True)
    return Command(new_command_id(), body.type, number, "bidder", bidding_id, bidding_id, body)


@dataclass
class Load:
    """Sends bids until stopped, and keeps a journal of what was acknowledged."""

    publisher: CommandPublisher
    biddings: Sequence[str]
    seed: int
    acked: dict[tuple[int, int], str] = field(default_factory=dict)
    sent_ids: set[str] = field(default_factory=set)
    stopping: bool = False

    async def open(self) -> None:
        """Put the biddings on the calendar."""
        for bidding_id in self.biddings:
            await self.send(schedule(bidding_id))

    async def send(self, command: Command) -> None:
        """Send a command until it is acknowledged; the same id and body every time."""
        self.sent_ids.add(command.command_id)
        while True:
            try:
                ack = await self.publisher.send(command)
            except AckUnknown:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            self.acked[(ack.partition, ack.offset)] = command.command_id
            return

    async def run(self) -> None:
        """Several bidders at once bid at random, rising, until `stopping`."""
        await asyncio.gather(*(self._bid(random.Random(self.seed + n)) for n in range(BIDDERS)))

    async def _bid(self, chance: random.Random) -> None:
        amount_fen = 10_000
        while not self.stopping:
            amount_fen += 100 * chance.randint(0, 3)
            bidding_id = chance.choice(self.biddings)
            await self.send(bid(bidding_id, chance.choice(NUMBERS), amount_fen))
            await asyncio.sleep(PAUSE_SECONDS)


async def counted_commands(bootstrap: str, log: Log) -> dict[tuple[int, int], str | None]:
    """Every command that a counted decision answers: (partition, offset) → command id."""
    found: dict[tuple[int, int], str | None] = {}
    for partition in range(log.partitions):
        _, counted = await read_partition(bootstrap, BIDDING, log, partition)
        for one in counted:
            place = (partition, one.decision.command.offset)
            assert place not in found
            found[place] = one.decision.command.id
    return found


async def all_decided(bootstrap: str, log: Log, load: Load, seconds_max: float = 30) -> None:
    """Wait until every acknowledged command has its decision, and check whose it is."""

    async def covered() -> bool:
        found = await counted_commands(bootstrap, log)
        return all(found.get(place) == command_id for place, command_id in load.acked.items())

    await eventually(covered, seconds_max)


@asynccontextmanager
async def loaded(
    bootstrap: str, log: Log, biddings: Sequence[str], seed: int
) -> AsyncIterator[Load]:
    """Bidding load for the length of a block; ends with every acknowledged command decided."""
    publisher = CommandPublisher(bootstrap, BIDDING)
    await publisher.start()
    load = Load(publisher, biddings, seed)
    running = None
    try:
        await load.open()
        running = asyncio.create_task(load.run())
        yield load
        load.stopping = True
        await running
        await all_decided(bootstrap, log, load)
    finally:
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await publisher.close()
