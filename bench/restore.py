"""Restore of a long log by a decider worker, without a snapshot and with one."""

import asyncio
import re
import shutil

from bench.load import bids, decided, open_biddings
from bench.measure import say
from bench.stack import chronograph, deciders, log_of, role

PARTITION = 0
READY = rf"ready partition={PARTITION} .*"


async def measure(count: int) -> None:
    """Make the log, then restore it twice."""
    async with log_of() as (bootstrap, folder, _):
        with (
            role(folder, "decider", *deciders(bootstrap, folder)) as worker,
            role(folder, "clock", *chronograph(bootstrap)),
        ):
            await worker.said(READY)
            ids = await open_biddings(bootstrap, (PARTITION,), 20)
            await asyncio.gather(
                bids(bootstrap, {PARTITION: ids}, count), decided(bootstrap, (PARTITION,), count)
            )
        kept = folder / "kept"
        shutil.move(folder / "snapshots", kept)
        for name in ("without snapshot", "with snapshot"):
            if name == "with snapshot":
                shutil.rmtree(folder / "snapshots", ignore_errors=True)
                shutil.copytree(kept, folder / "snapshots")
            with role(folder, name, *deciders(bootstrap, folder)) as worker:
                line = (await worker.said(READY))[0]
                cpu_s = worker.cpu_s
            found = dict(re.findall(r"(\w+)=(-?\d+)", line))
            say(
                f"restore {name}",
                decisions=int(found["decisions"]),
                from_decision=int(found["snapshot"]),
                took_s=round(int(found["took_ms"]) / 1e3, 2),
                process_cpu_s=round(cpu_s, 2),
            )


def main(count: int = 1_000_000) -> None:
    """Print the two figures."""
    asyncio.run(measure(count))


if __name__ == "__main__":
    main()
