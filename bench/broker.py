"""The embedded broker: produced and consumed records a second, and one-row commits."""

import asyncio
import os
import tempfile
import time
from pathlib import Path

from bench.measure import RUNS, median, percentile, say
from bench.stack import log_of
from infra.kafka.appender import Appender
from infra.kafka.reader import Record, open_reader
from infra.topics import BIDDING

VALUE = b"x" * 200
CHUNK = 1_000


async def _produce(bootstrap: str, partition: int, count: int) -> None:
    appender = Appender(bootstrap, BIDDING.decisions)
    keys: list[bytes | None] = [None] * CHUNK
    for _ in range(count // CHUNK):
        await appender.append_batch(partition, keys, [VALUE] * CHUNK)
    await appender.close()


async def _consume(bootstrap: str, count: int) -> None:
    reader = await open_reader(bootstrap, BIDDING.decisions, dict.fromkeys(range(4), 0), Record)
    seen = 0
    while seen < count:
        seen += sum(len(rows) for rows in (await reader.read(timeout_ms=1_000)).values())
    await reader.close()


async def _one_row(bootstrap: str, count: int) -> list[float]:
    appender = Appender(bootstrap, BIDDING.decisions)
    await appender.start()
    took = []
    for _ in range(count):
        start = time.perf_counter()
        await appender.append_batch(0, [None], [VALUE])
        took.append(time.perf_counter() - start)
    await appender.close()
    return took


def _fdatasync(folder: Path, count: int) -> list[float]:
    """The floor: append 200 bytes and force them to disk."""
    took = []
    handle = os.open(folder / "floor", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for _ in range(count):
        start = time.perf_counter()
        os.write(handle, VALUE)
        os.fdatasync(handle)
        took.append(time.perf_counter() - start)
    os.close(handle)
    return took


async def one_run(count: int) -> dict[str, float]:
    """Everything once, on a fresh log."""
    with tempfile.TemporaryDirectory(prefix="shuoguo-bench-") as name:
        async with log_of(Path(name)) as (bootstrap, folder, _):
            start = time.perf_counter()
            await asyncio.gather(*(_produce(bootstrap, at, count // 4) for at in range(4)))
            produced = time.perf_counter()
            await _consume(bootstrap, count)
            consumed = time.perf_counter()
            rows = await _one_row(bootstrap, 300)
            floor = _fdatasync(folder, 300)
    return {
        "produced_per_s": count / (produced - start),
        "consumed_per_s": count / (consumed - produced),
        "one_row_p50_ms": percentile(rows, 0.5) * 1e3,
        "fdatasync_p50_ms": percentile(floor, 0.5) * 1e3,
    }


def main(count: int = 200_000) -> None:
    """Print medians over the runs."""
    runs = [asyncio.run(one_run(count)) for _ in range(RUNS)]
    figures = {name: median([run[name] for run in runs]) for name in runs[0]}
    say("broker", **{name: round(value, 2) for name, value in figures.items()})


if __name__ == "__main__":
    main()
