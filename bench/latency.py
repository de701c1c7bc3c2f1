"""Command to decision at a steady rate, beside the broker's own floor (produce to consume)."""

import asyncio
import time

from bench.load import open_biddings
from bench.lots import bid
from bench.measure import percentile, say
from bench.stack import chronograph, deciders, log_of, role
from infra.codec import encode_command
from infra.kafka.appender import Appender
from infra.kafka.reader import Record, open_reader
from infra.topics import BIDDING

PARTITION = 0
RATES = (10, 100, 1_000)
SECONDS = 10


async def _send(appender: Appender, commands: list[tuple[bytes, bytes]], rate: int) -> list[float]:
    """Send at a steady rate, none waiting for another; return when each was sent."""
    sent: list[float] = []
    start = time.perf_counter()
    tasks = []
    for index, (key, value) in enumerate(commands):
        await asyncio.sleep(max(0.0, start + index / rate - time.perf_counter()))
        sent.append(time.perf_counter())
        tasks.append(asyncio.create_task(appender.append(PARTITION, key, value)))
    await asyncio.gather(*tasks)
    return sent


async def _seen(bootstrap: str, topic: str, start: int, mark: bytes, count: int) -> list[float]:
    reader = await open_reader(bootstrap, topic, {PARTITION: start}, Record)
    seen: list[float] = []
    while len(seen) < count:
        for rows in (await reader.read(timeout_ms=1_000)).values():
            now = time.perf_counter()
            seen.extend(now for row in rows if mark in (row.value or b""))
    await reader.close()
    return seen


async def _end(bootstrap: str, topic: str) -> int:
    reader = await open_reader(bootstrap, topic, {PARTITION: 0}, Record)
    end = (await reader.ends())[PARTITION]
    await reader.close()
    return end


async def measure() -> None:
    """One log, all rates, each with its floor."""
    async with log_of() as (bootstrap, folder, _):
        with (
            role(folder, "decider", *deciders(bootstrap, folder)) as worker,
            role(folder, "clock", *chronograph(bootstrap)),
        ):
            await worker.said(r"ready partition=\d", 4)
            bidding_id = (await open_biddings(bootstrap, (PARTITION,), 1))[0]
            appender = Appender(bootstrap, BIDDING.commands)
            number = 0
            for rate in RATES:
                asked = [bid(bidding_id, number + at, number + at) for at in range(rate * SECONDS)]
                number += len(asked)
                commands = [(one.root.encode(), encode_command(one)) for one in asked]
                ends = [
                    await _end(bootstrap, topic) for topic in (BIDDING.commands, BIDDING.decisions)
                ]
                sent, taken, answered = await asyncio.gather(
                    _send(appender, commands, rate),
                    _seen(bootstrap, BIDDING.commands, ends[0], b'"place_bid"', len(commands)),
                    _seen(bootstrap, BIDDING.decisions, ends[1], b'"place_bid"', len(commands)),
                )
                floor = [(at - one) * 1e3 for one, at in zip(sent, taken, strict=True)]
                whole = [(at - one) * 1e3 for one, at in zip(sent, answered, strict=True)]
                say(
                    f"command to decision at {rate}/s",
                    p50_ms=round(percentile(whole, 0.5), 2),
                    p99_ms=round(percentile(whole, 0.99), 2),
                    floor_p50_ms=round(percentile(floor, 0.5), 2),
                    floor_p99_ms=round(percentile(floor, 0.99), 2),
                )
            await appender.close()


def main() -> None:
    """Print one line a rate."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
