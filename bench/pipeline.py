"""Deciders end to end on the embedded broker, beside Faust and Quix Streams with state, in one run.

The comparators decide by the same rules and leave much out: bench.comparator says what.
"""

import asyncio
import json
from pathlib import Path

from bench.load import bids, decided, open_biddings
from bench.measure import median, say
from bench.quix import interpreter
from bench.stack import chronograph, deciders, log_of, role

PARTITIONS = (0, 1, 2, 3)
RUNS = 5


async def ours(bootstrap: str, folder: Path, count: int) -> tuple[float, list[str]]:
    """CPU microseconds a decision of a decider worker, everything included."""
    with (
        role(folder, "decider", *deciders(bootstrap, folder)) as worker,
        role(folder, "clock", *chronograph(bootstrap)),
    ):
        await worker.said(r"ready partition=\d", len(PARTITIONS))
        ids = await open_biddings(bootstrap, PARTITIONS, 5)
        biddings = {at: ids[at * 5 : at * 5 + 5] for at in PARTITIONS}
        before = worker.cpu_s
        _, refused = await asyncio.gather(
            bids(bootstrap, biddings, count), decided(bootstrap, PARTITIONS, count)
        )
        spent = worker.cpu_s - before
    assert refused == 0, f"{refused} bids were refused"
    return spent / count * 1e6, ids


async def faust(bootstrap: str, folder: Path, count: int, *options: str) -> float:
    """CPU microseconds a decision of the Faust agent on the same commands."""
    arguments = (
        "bench.faust_agent", "--bootstrap", bootstrap, "--topic-in", "bidding.commands",
        "--topic-out", "bench-faust" + "".join(options), "--count", str(count), *options,
    )  # fmt: skip
    with role(folder, "faust", *arguments) as agent:
        line = (await agent.said(r"(?m)^\{.*\}$", seconds_max=600))[-1]
    return float(json.loads(line)["cpu_us_per_decision"])


async def quix(bootstrap: str, folder: Path, python: str, count: int) -> float:
    """CPU microseconds a decision of Quix Streams on the same commands, half of them as warm-up."""
    arguments = (
        "bench.quix_agent", "--bootstrap", bootstrap, "--topic-in", "bidding.commands",
        "--topic-out", "bench-quix", "--count", str(count), "--warm", str(count // 2),
    )  # fmt: skip
    with role(folder, "quix", *arguments, python=python) as agent:
        line = (await agent.said(r"(?m)^\{.*\}$", seconds_max=600))[-1]
    return float(json.loads(line)["cpu_us_per_decision"])


async def one_run(count: int, faust_count: int, quix_python: str | None) -> tuple[float, ...]:
    """All sides once, on one fresh log: ours, Faust as it comes and tuned, Quix Streams."""
    async with log_of() as (bootstrap, folder, _):
        cost, _ = await ours(bootstrap, folder, count)
        plain = await faust(bootstrap, folder, faust_count)
        tuned = await faust(bootstrap, folder, faust_count, "--tuned")
        if quix_python is None:
            return cost, plain, tuned
        return cost, plain, tuned, await quix(bootstrap, folder, quix_python, faust_count * 4)


def main(count: int = 100_000, faust_count: int = 10_000, runs: int = RUNS) -> None:
    """Print CPU per decision of each side and the ratios."""
    quix_python = interpreter()
    rows = [asyncio.run(one_run(count, faust_count, quix_python)) for _ in range(runs)]
    decider, plain, tuned = (median([row[at] for row in rows]) for at in range(3))
    say(
        "deciders against Faust",
        decider_cpu_us=round(decider, 1),
        faust_table_cpu_us=round(plain, 1),
        faust_tuned_cpu_us=round(tuned, 1),
        times_cheaper=round(median([row[1] / row[0] for row in rows]), 1),
        times_cheaper_than_tuned=round(median([row[2] / row[0] for row in rows]), 1),
    )
    if quix_python is not None:
        say(
            "deciders against Quix Streams with state",
            decider_cpu_us=round(decider, 1),
            quix_cpu_us=round(median([row[3] for row in rows]), 1),
            times_cheaper=round(median([row[3] / row[0] for row in rows]), 1),
        )


if __name__ == "__main__":
    main()
