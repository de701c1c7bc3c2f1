"""How everything here is measured: paired, interleaved runs, the median of them."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

RUNS: Final = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run of `count` units took, in seconds."""

    count: int
    wall_s: float
    cpu_s: float

    @property
    def cpu_us(self) -> float:
        """CPU microseconds a unit."""
        return self.cpu_s / self.count * 1e6

    @property
    def rate(self) -> float:
        """Units a second of wall time."""
        return self.count / self.wall_s


def cpu_s() -> float:
    """CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def timed(count: int, work: Callable[[], object]) -> Cost:
    """Run once."""
    wall, cpu = time.perf_counter(), cpu_s()
    work()
    return Cost(count, time.perf_counter() - wall, cpu_s() - cpu)


def paired(sides: dict[str, Callable[[], Cost]], runs: int = RUNS) -> dict[str, list[Cost]]:
    """Run the sides in turn, `runs` times each."""
    costs: dict[str, list[Cost]] = {name: [] for name in sides}
    for _ in range(runs):
        for name, side in sides.items():
            costs[name].append(side())
    return costs


def median(values: list[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of all do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def say(name: str, **figures: object) -> None:
    """Print one result as a JSON line."""
    sys.stdout.write(json.dumps({"bench": name, **figures}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
