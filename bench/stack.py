"""What a benchmark runs on: the embedded broker and the real roles, as processes of their own."""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.kafka.admin import create_topics
from infra.topics import PARTITIONS_EMBEDDED

ROOT = Path(__file__).resolve().parents[1]
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Role:
    """A process of ours, and where it writes its lines."""

    process: subprocess.Popen[str]
    lines: Path

    @property
    def cpu_s(self) -> float:
        """CPU seconds of it so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    @property
    def rss_kib(self) -> int:
        """KiB of memory that it holds."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    async def said(self, pattern: str, count: int = 1, seconds_max: float = 180.0) -> list[str]:
        """Wait until its log has `count` lines that match; return them."""
        for _ in range(int(seconds_max * 20)):
            found = re.findall(pattern, self.lines.read_text())
            if len(found) >= count:
                return found
            if self.process.poll() is not None:
                break
            await asyncio.sleep(0.05)
        raise RuntimeError(f"never said {pattern}:\n{self.lines.read_text()[-2000:]}")

    def stop(self) -> None:
        """End it and wait."""
        self.process.terminate()
        self.process.wait(30)


@contextmanager
def role(folder: Path, name: str, *arguments: str, python: str = sys.executable) -> Iterator[Role]:
    """Run `python -m …` until the block ends."""
    lines = folder / f"{name}.log"
    with lines.open("w") as out:
        process = subprocess.Popen(
            [python, "-m", *arguments],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
    started = Role(process, lines)
    try:
        yield started
    finally:
        if process.poll() is None:
            started.stop()


@asynccontextmanager
async def log_of(
    folder: Path | None = None, partitions: int = PARTITIONS_EMBEDDED
) -> AsyncIterator[tuple[str, Path, Role]]:
    """A fresh log on the embedded broker: (bootstrap, folder, broker)."""
    with tempfile.TemporaryDirectory(prefix="shuoguo-bench-") as name:
        place = folder or Path(name)
        arguments = ("infra", "broker", "--data", str(place / "broker"), "--port", "0")
        with role(place, "broker", *arguments, "--stdin-guard") as broker:
            bootstrap = (await broker.said(r"listening (\S+)"))[0]
            await create_topics(bootstrap, partitions)
            yield bootstrap, place, broker


def deciders(bootstrap: str, folder: Path, slot: str = "decider-1") -> tuple[str, ...]:
    """The arguments of a decider worker."""
    return (
        "processors", "deciders", "--bootstrap", bootstrap, "--data", str(folder), "--slot", slot,
        "--stdin-guard",
    )  # fmt: skip


def chronograph(bootstrap: str, slot: str = "clock-1") -> tuple[str, ...]:
    """The arguments of a chronograph."""
    return ("producers", "chronograph", "--bootstrap", bootstrap, "--slot", slot, "--stdin-guard")
