"""Fan-out: our gateway with all its features beside what else there is, in one interleaved run.

* single events: each one is sent at once, nothing to join; CPU of the server per delivery;
* 500 events a second, which ours and Go's library collect for 10 ms;
* a reconnect storm, memory per idle connection, readers that stop reading.

CPU is what the server's process itself used (getrusage), the watchers are another process. A
delivery is a publication that came to a watcher: an event, or our clock's beat of each second. The
clock, pings and their answers are at our expense alone. Ratios of medians of interleaved runs
count; absolute times only orient.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from bench.measure import RUNS, median, say
from bench.stack import ROOT

WATCHERS: Final = 1_000
SINGLES: Final = 10
SINGLES_TURNS: Final = 3  # in a run: short turns, as others use the machine too
SINGLE_GAP_MS: Final = 50.0  # the one before has long gone
BURST: Final = 750  # events at 500 a second
BURST_GAP_MS: Final = 2.0
SLOW_BURST: Final = 60  # for those who cannot collect
SLOW_GAP_MS: Final = 20.0
BYTES: Final = 300
LARGE_BYTES: Final = 3_000
STALLED_TURNS: Final = 10
STALLED_TURNS_MAX: Final = 60
GO_FOLDER: Final = Path(__file__).parent / "go_centrifuge"


class Program:
    """A process that answers each line with a line."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def line(self) -> str:
        """Read its next line."""
        assert self.process.stdout is not None, "a pipe"
        return self.process.stdout.readline()

    def tell(self, do: str, **more: Any) -> None:
        """Give it an order."""
        assert self.process.stdin is not None, "a pipe"
        self.process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self.process.stdin.flush()

    def ask(self, do: str, **more: Any) -> dict[str, Any]:
        """Give it an order and wait for the answer."""
        self.tell(do, **more)
        found: dict[str, Any] = json.loads(self.line())
        return found

    def end(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class Match:
    """One server and its watchers."""

    def __init__(self, command: list[str]) -> None:
        self.server = Program(command)
        port = self.server.line().split()[1]
        self.watchers = Program(watchers_of(port))
        self.count = 0

    def join(self, count: int) -> dict[str, Any]:
        """More watchers."""
        self.count += count
        joined = self.watchers.ask("join", count=count)
        assert joined["in"] == count, f"{joined} of {count} came in"
        return joined

    def publish(self, count: int, gap_ms: float, size: int = BYTES) -> dict[str, Any]:
        """Publish to all; what it cost the server and how late it came."""
        self.server.tell("publish", count=count, gap_ms=gap_ms, bytes=size)
        heard = self.watchers.ask("wait", count=count * self.count)
        assert not heard["lost_sockets"], heard
        cost = json.loads(self.server.line())
        deliveries = max(1, heard["received"] + heard["beats"])
        return {
            **cost,
            **heard,
            "cpu_us": cost["cpu_s"] / deliveries * 1e6,
            "a_write": deliveries / (cost.get("writes") or deliveries),
            "missing": count * self.count - heard["received"],
        }

    def end(self) -> None:
        """End both."""
        self.watchers.end()
        self.server.end()


@contextmanager
def match(command: list[str]) -> Iterator[Match]:
    """Run a server and its watchers until the block ends."""
    running = Match(command)
    try:
        yield running
    finally:
        running.end()


def watchers_of(port: str, *about: str) -> list[str]:
    """The command of a crowd; `about`: channel, token, field."""
    return [sys.executable, "-m", "bench.fanout_watchers", port, *about]


def ours(name: str = "gateway") -> list[str]:
    """The command of a side in Python."""
    return [sys.executable, "-m", "bench.fanout_sides", name]


def go_server(folder: Path) -> Path | None:
    """Build the server on Go's library; None, and said so, where that cannot be."""
    if shutil.which("go") is None:
        sys.stderr.write("no Go here: the centrifuge library is not compared\n")
        return None
    program = folder / "go_centrifuge"
    built = subprocess.run(
        ["go", "build", "-o", str(program), "."],
        cwd=GO_FOLDER, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if built.returncode:
        sys.stderr.write(f"the Go server cannot be built: {built.stderr[-500:]}\n")
        return None
    return program


def _go(program: Path, delay_ms: int) -> list[str]:
    return ["env", "GOMAXPROCS=1", str(program), str(delay_ms)]


def _told(name: str, runs: dict[str, list[dict[str, Any]]], mine: str = "gateway") -> None:
    costs = {side: median([run["cpu_us"] for run in found]) for side, found in runs.items()}
    say(
        name,
        cpu_us={side: round(cost, 2) for side, cost in costs.items()},
        ours_is={
            f"of_{side}": round(costs[mine] / cost, 3)
            for side, cost in costs.items() if side != mine
        },
        p50_ms=_delays(runs, "p50_ms"),
        p99_ms=_delays(runs, "p99_ms"),
        deliveries_a_write=round(median([run["a_write"] for run in runs[mine]]), 2),
        missing={side: sum(run["missing"] for run in found) for side, found in runs.items()},
        gaps={side: sum(run["gaps"] for run in found) for side, found in runs.items()},
    )  # fmt: skip


def _delays(runs: dict[str, list[dict[str, Any]]], share: str) -> dict[str, float]:
    return {side: median([run[share] or 0.0 for run in found]) for side, found in runs.items()}


def _in_turn(
    sides: dict[str, tuple[list[str], int, float]], runs: int, watchers: int
) -> dict[str, list[dict[str, Any]]]:
    """Run each side in turn, `runs` times, after one that does not count."""
    costs: dict[str, list[dict[str, Any]]] = {side: [] for side in sides}
    with ExitStack() as stack:
        matches = {side: stack.enter_context(match(about[0])) for side, about in sides.items()}
        for each in matches.values():
            each.join(watchers)
        for turn in range(runs + 1):
            for side, (_, count, gap_ms) in sides.items():
                cost = matches[side].publish(count, gap_ms)
                if turn:
                    costs[side].append(cost)
    return costs


def singles(program: Path | None, runs: int, watchers: int) -> None:
    """Each event is sent at once."""
    names = ["gateway", "broadcast", "transport", "direct"]
    if shutil.which("cc") is None:
        sys.stderr.write("no C compiler here: a send loop in C is not compared\n")
    else:
        names.append("c")
    sides = {name: (ours(name), SINGLES, SINGLE_GAP_MS) for name in names}
    if program is not None:
        sides["go"] = (_go(program, 0), SINGLES, SINGLE_GAP_MS)
    turns = SINGLES_TURNS * runs
    _told(f"single events to {watchers} watchers", _in_turn(sides, turns, watchers))


def bursts(program: Path | None, runs: int, watchers: int) -> None:
    """500 events a second; `broadcast` and `transport` send each, at a rate that they can hold."""
    sides = {
        "gateway": (ours(), BURST, BURST_GAP_MS),
        "broadcast": (ours("broadcast"), SLOW_BURST, SLOW_GAP_MS),
        "transport": (ours("transport"), SLOW_BURST, SLOW_GAP_MS),
    }
    if program is not None:
        sides["go"] = (_go(program, 10), BURST, BURST_GAP_MS)
    _told(f"500 events a second to {watchers} watchers, collected", _in_turn(sides, runs, watchers))


def memory(program: Path | None, watchers: int) -> None:
    """What an idle connection takes."""
    sides = {"gateway": ours(), "broadcast": ours("broadcast")}
    if program is not None:
        sides["go"] = _go(program, 0)
    kib = {}
    for side, command in sides.items():
        with match(command) as each:
            each.join(50)
            before = each.server.ask("stats")["rss_kib"]
            each.join(watchers)
            kib[side] = round((each.server.ask("stats")["rss_kib"] - before) / watchers, 1)
    say("memory of an idle connection", kib=kib)


def storm(count: int) -> None:
    """All come back at once, after something has happened meanwhile."""
    with match(ours()) as each:
        first = each.join(count)
        each.publish(5, 20)
        each.server.ask("drop")
        each.server.ask("publish", count=20, gap_ms=1, bytes=BYTES)
        back = each.watchers.ask("again")
        figures = each.server.ask("stats")
        say(
            f"{count} come back at once",
            first_seconds=round(first["seconds"], 2),
            seconds=round(back["seconds"], 2),
            back=back["in"],
            recovered=back["recovered"],
            unrecovered=figures["unrecovered"],
        )


def stalled(watchers: int, readers: int) -> None:
    """Readers that stop reading, and what the others notice."""
    with match(ours()) as each:
        each.join(watchers)
        calm = [each.publish(25, 10, LARGE_BYTES) for _ in range(STALLED_TURNS)]
        each.watchers.ask("stall", count=readers)
        beside: list[dict[str, Any]] = []
        begun = stuck = None
        while len(beside) < STALLED_TURNS_MAX:
            beside.append(each.publish(25, 10, LARGE_BYTES))
            if begun is None and beside[-1]["unsent"]:
                begun = time.monotonic()
            if begun is not None and beside[-1]["evicted"] >= readers:
                stuck = round(time.monotonic() - begun, 1)
                break
        say(
            f"{readers} beside {watchers} stop reading",
            evicted_seconds_after_the_first_unsent_byte=stuck,
            unsent_kib_each=round(max(run["unsent"] for run in beside) / readers / 1_024, 1),
            p99_ms_without=median([run["p99_ms"] for run in calm]),
            p99_ms_with=median([run["p99_ms"] for run in beside]),
            missing=sum(run["missing"] for run in beside),
        )


def main(runs: int = RUNS, watchers: int = WATCHERS) -> None:
    """Print one line a comparison."""
    with tempfile.TemporaryDirectory(prefix="shuoguo-bench-") as name:
        program = go_server(Path(name))
        singles(program, runs, watchers)
        bursts(program, runs, watchers)
        memory(program, watchers)
    storm(2 * watchers)
    stalled(watchers, max(1, watchers // 20))


if __name__ == "__main__":
    main()
