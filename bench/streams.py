"""The same deciders on Apache Kafka, beside Kafka Streams `exactly_once_v2` asking "is it higher?".

Needs Java 17 and Maven. What Kafka Streams' decision leaves out: every guard but one, ids, the
chain and the hash of what came in, time, and the entries of a decision.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import median, say
from bench.pipeline import ours
from infra.deploy.kafka.cluster import start_cluster, stop_cluster
from infra.deploy.kafka.jars import missing_tools
from infra.kafka.admin import create_topics
from infra.topics import BIDDING, PARTITIONS_EMBEDDED, Family

HERE = Path(__file__).parent / "kafka_streams"
OUTPUT = Family("bench", "bench-streams-unused", "bench-streams")


def build() -> None:
    """Lay the comparator and its jars in target/."""
    command = ["mvn", "-q", "-B", "package", "dependency:copy-dependencies"]
    subprocess.run(command, cwd=HERE, check=True)


def streams(bootstrap: str, count: int) -> float:
    """CPU microseconds a decision of Kafka Streams, its first half left out as warm-up."""
    said = subprocess.run(
        [
            "java", "-cp", "target/is-it-higher.jar:target/jars/*", "shuoguo.bench.IsItHigher",
            "--bootstrap", bootstrap, "--topic-in", BIDDING.commands,
            "--topic-out", OUTPUT.decisions, "--count", str(count), "--warm", str(count // 2),
        ],
        cwd=HERE, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    line = [one for one in said.splitlines() if one.startswith("{")][-1]
    return float(json.loads(line)["cpu_us_per_decision"])


async def one_run(bootstrap: str, folder: Path, count: int) -> tuple[float, float]:
    """Both sides once, on the same commands."""
    await create_topics(bootstrap, PARTITIONS_EMBEDDED)
    cost, _ = await ours(bootstrap, folder, count)
    await create_topics(bootstrap, PARTITIONS_EMBEDDED, (OUTPUT,))
    return cost, await asyncio.to_thread(streams, bootstrap, count)


def main(count: int = 200_000, runs: int = 3) -> None:
    """Print CPU per decision of each side and the ratio."""
    missing = missing_tools()
    if missing:
        sys.stderr.write(f"Kafka Streams is not measured: no {' and no '.join(missing)}\n")
        return
    build()
    rows = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="shuoguo-bench-") as name:
            plan = start_cluster(Path(name) / "kafka", 1)
            try:
                rows.append(asyncio.run(one_run(plan.bootstrap, Path(name), count)))
            finally:
                stop_cluster(plan)
    say(
        "deciders against Kafka Streams, Apache Kafka",
        decider_cpu_us=round(median([row[0] for row in rows]), 1),
        streams_cpu_us=round(median([row[1] for row in rows]), 1),
        times_dearer=round(median([row[0] / row[1] for row in rows]), 2),
    )


if __name__ == "__main__":
    main()
