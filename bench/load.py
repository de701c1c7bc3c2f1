"""Real load on a running log: biddings that are open, and bids that are all accepted."""

import asyncio
from dataclasses import replace

from bench.lots import BIDDERS, bid, bidding_ids, schedule, terms
from infra.clock import now_ms
from infra.codec import Command, encode_command
from infra.kafka.appender import Appender
from infra.kafka.reader import Record, open_reader
from infra.topics import BIDDING, PARTITIONS_EMBEDDED
from trading.values import BidderNumber

CHUNK = 500
SCHEDULE_NUMBER = 10**12


async def open_biddings(
    bootstrap: str,
    partitions: tuple[int, ...],
    each: int,
    bidders: tuple[BidderNumber, ...] = BIDDERS,
) -> list[str]:
    """Schedule biddings that open at once, and wait until they have."""
    ids = [one for at in partitions for one in bidding_ids(at, PARTITIONS_EMBEDDED, each)]
    opens_at_ms = now_ms() + 3_000
    about = replace(
        terms(), profile="test", opens_at_ms=opens_at_ms, lobby_ms=1_000,
        stall_threshold_ms=240_000,
    )  # fmt: skip
    appender = Appender(bootstrap, BIDDING.commands)
    for index, bidding_id in enumerate(ids):
        command = schedule(bidding_id, SCHEDULE_NUMBER + index, about, bidders)
        await append(appender, partitions[index // each], [command])
    await appender.close()
    wanted, opened = len(ids), 0
    reader = await open_reader(bootstrap, BIDDING.decisions, dict.fromkeys(partitions, 0), Record)
    while opened < wanted:
        for rows in (await reader.read(timeout_ms=500)).values():
            opened += sum((row.value or b"").count(b'"free_bidding_opened"') for row in rows)
    await reader.close()
    return ids


async def append(appender: Appender, partition: int, commands: list[Command]) -> None:
    """Append commands of one partition as one record batch."""
    await appender.append_batch(
        partition,
        [command.root.encode() for command in commands],
        [encode_command(command) for command in commands],
    )


async def bids(bootstrap: str, biddings: dict[int, list[str]], count: int) -> None:
    """Append `count` bids over all partitions, as fast as they go in."""
    each = count // len(biddings)

    async def fill(partition: int, ids: list[str]) -> None:
        appender = Appender(bootstrap, BIDDING.commands)
        for base in range(0, each, CHUNK):
            numbers = range(base, min(base + CHUNK, each))
            await append(
                appender,
                partition,
                [bid(ids[at % len(ids)], partition * 10**9 + at, at // len(ids)) for at in numbers],
            )
        await appender.close()

    await asyncio.gather(*(fill(partition, ids) for partition, ids in biddings.items()))


async def decided(bootstrap: str, partitions: tuple[int, ...], count: int) -> int:
    """Wait until `count` bids are decided; return how many were not accepted."""
    reader = await open_reader(bootstrap, BIDDING.decisions, dict.fromkeys(partitions, 0), Record)
    seen = refused = 0
    while seen < count:
        for rows in (await reader.read(timeout_ms=1_000)).values():
            for row in rows:
                value = row.value or b""
                if b'"place_bid"' in value:
                    seen += 1
                    refused += b'"outcome":"decided"' not in value
    await reader.close()
    return refused
