"""Runs the roles of one machine as child processes, and keeps them running.

Rule 1: a child has a pipe as its standard input and ends when that closes (infra.guard), so that a
supervisor that is killed leaves none behind, whenever it is killed. A session of its own keeps
Ctrl-C from reaching it first.
Rule 2: a child that ends by itself is started again, after a wait that doubles; one that fails too
often, or says that a person must look, is a fault that ends everything.
Rule 3: what a child says goes line by line to one place, with its name before it.
Rule 4: the end is clean and in order: last started, first stopped.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra.clock import monotonic_ms
from infra.process import EXIT_STALLED

ROOT: Final = Path(__file__).resolve().parents[1]
READY_SECONDS_MAX: Final = 30.0
STOP_SECONDS_MAX: Final = 10.0
BACKOFF_MS_MIN: Final = 100
BACKOFF_MS_MAX: Final = 5_000
STEADY_MS: Final = 30_000  # who has run for so long starts with the shortest wait again
FAILURES_MAX: Final = 8  # in a row
LINE_BYTES_MAX: Final = 1024 * 1024

Say = Callable[[str, str], None]
"""(role, line): where the lines of all children go."""


class Fault(Exception):
    """Something that a person must look at; the text says what, `role` who, `code` its exit."""

    def __init__(self, role: str, code: int | None, last_lines: Sequence[str]) -> None:
        said = "\n".join(last_lines)
        super().__init__(f"{role} ended with {code}\n{said}".rstrip())
        self.role = role
        self.code = code
        self.last_lines = tuple(last_lines)


@dataclass(frozen=True, slots=True)
class Role:
    """What to run: `python -m` and these arguments.

    ready: what a line of it begins with, or holds, once it serves; "" where being alive is enough.
    restarts: whether it is started again; else its end is the supervisor's business.
    grave: exit codes after which it must not be started again.
    """

    name: str
    arguments: tuple[str, ...]
    ready: str = ""
    restarts: bool = True
    grave: tuple[int, ...] = ()


def environment() -> dict[str, str]:
    """Return the environment of a child: this very program, wherever it is started from."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def command_line(arguments: Sequence[str]) -> list[str]:
    """Return how to run a module of this program; the folder we stand in is not searched."""
    return [sys.executable, "-P", "-m", *arguments]


def _guarded(arguments: Sequence[str]) -> list[str]:
    """Return how to run a module that ends with us: its standard input must be our pipe."""
    return command_line(["infra.child", *arguments])


def backoff_ms(failures_count: int) -> int:
    """Return how long to wait before the next start after so many failures in a row."""
    return min(BACKOFF_MS_MAX, BACKOFF_MS_MIN << max(0, failures_count - 1))


class Child:
    """One role, from its first start to the stop."""

    def __init__(self, role: Role, say: Say, *, quiet_output: bool = True) -> None:
        """`quiet_output`: what it writes to stdout is for us; else it goes straight to ours."""
        self.role = role
        self.restarts_count = 0
        self.slow_count = 0  # of these: it stood still, as on a busy machine, and did not fail
        self._is_killed = False
        self._say = say
        self._quiet_output = quiet_output
        self._process: Process | None = None
        self._pumps: list[asyncio.Task[None]] = []
        self._ready: asyncio.Future[str] | None = None
        self._last: list[str] = []
        self._stopping = False
        self._failures_count = 0
        self._started_ms = 0

    @property
    def pid(self) -> int | None:
        """The process now running, if any."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def start(self) -> str:
        """Start and wait until it serves; returns its ready line. Raises `Fault`."""
        self._ready = asyncio.get_running_loop().create_future()
        self._started_ms = monotonic_ms()
        self._process = await asyncio.create_subprocess_exec(
            *_guarded(self.role.arguments),
            stdin=PIPE,
            stdout=PIPE if self._quiet_output else None,
            stderr=PIPE,
            env=environment(),
            start_new_session=True,
            limit=LINE_BYTES_MAX,
        )
        streams = [self._process.stderr, self._process.stdout]
        self._pumps = [asyncio.create_task(self._pump(one)) for one in streams if one is not None]
        if not self.role.ready:
            return ""
        ended = asyncio.create_task(self._process.wait())
        either: list[asyncio.Future[Any]] = [self._ready, ended]
        await asyncio.wait(either, timeout=READY_SECONDS_MAX, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if self._ready.done():
            return self._ready.result()
        await self._end()
        raise Fault(self.role.name, self._process.returncode, self._last)

    async def wait(self) -> int:
        """Wait for the end of the process now running, and of its last line."""
        assert self._process is not None, "started first"
        code = await self._process.wait()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        return code

    async def keep(self) -> None:
        """Keep it running until `stop`; raises `Fault` where it cannot be kept."""
        while True:
            code = await self.wait()
            if self._stopping:
                return
            ran_ms = monotonic_ms() - self._started_ms
            self._failures_count = 1 if ran_ms >= STEADY_MS else self._failures_count + 1
            if code in self.role.grave or self._failures_count > FAILURES_MAX:
                raise Fault(self.role.name, code, self._last)
            pause_ms = backoff_ms(self._failures_count)
            self._say("supervisor", f"{self.role.name} ended with {code}: again in {pause_ms} ms")
            await asyncio.sleep(pause_ms / 1_000)
            if self._stopping:
                return
            self.restarts_count += 1
            self.slow_count += self._is_killed or code == EXIT_STALLED
            self._is_killed = False
            with suppress(Fault):  # not ready: its end is seen by the next wait
                await self.start()

    def kill(self) -> None:
        """End it without asking; `keep` starts it again."""
        if self._process is not None:
            self._is_killed = True
            _signal(self._process, signal.SIGKILL)

    async def stop(self) -> int | None:
        """Ask it to end, and make it where it does not."""
        self._stopping = True
        return await self._end()

    async def _end(self) -> int | None:
        process = self._process
        if process is None:
            return None
        if process.returncode is None:
            _signal(process, signal.SIGTERM)
            _signal(process, signal.SIGCONT)  # one that stands still would not hear it
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS_MAX)
            except TimeoutError:
                self._say("supervisor", f"{self.role.name} does not stop: killed")
                _signal(process, signal.SIGKILL)
        if process.stdin is not None:
            process.stdin.close()
        return await self.wait()

    async def _pump(self, stream: asyncio.StreamReader) -> None:
        while True:
            try:
                raw = await stream.readline()
            except ValueError:  # a line beyond all bounds
                continue
            if not raw:
                return
            line = raw.decode(errors="replace").rstrip()
            self._last = [*self._last[-9:], line]
            ready = self._ready
            if ready is not None and not ready.done() and self.role.ready in line:
                ready.set_result(line)
            self._say(self.role.name, line)


def _signal(process: Process, number: signal.Signals) -> None:
    """Signal a child that may just have ended.

    `Process.send_signal` asks for its exit code first, and so takes it from the watcher of the
    loop, which then knows none and reports 255.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


class Supervisor:
    """All children of one machine."""

    def __init__(self, say: Say) -> None:
        """`say` takes every line of every child."""
        self._say = say
        self._children: dict[str, Child] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._started: list[Child] = []

    @property
    def failures_count(self) -> int:
        """How often something had to be started again because it failed."""
        return sum(child.restarts_count - child.slow_count for child in self._started)

    @property
    def slow_count(self) -> int:
        """How often something had to be started again because it stood still."""
        return sum(child.slow_count for child in self._started)

    async def start(self, role: Role, *, quiet_output: bool = True) -> str:
        """Start a role, wait until it serves, and keep it; returns its ready line."""
        child = Child(role, self._say, quiet_output=quiet_output)
        self._children[role.name] = child
        self._started.append(child)
        line = await child.start()
        if role.restarts:
            self._keepers[role.name] = asyncio.create_task(child.keep())
        return line

    def child(self, name: str) -> Child:
        """Return a child by the name of its role."""
        return self._children[name]

    async def run(self, *until: Awaitable[object]) -> None:
        """Return when one of `until` is over; raises `Fault` when a child cannot be kept."""
        waiting = [asyncio.ensure_future(one) for one in until]
        try:
            done, _ = await asyncio.wait(
                [*waiting, *self._keepers.values()], return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for task in waiting:
                task.cancel()
        for task in done:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    async def stop(self, *names: str) -> dict[str, int | None]:
        """Stop the named roles, or all, the last started first; returns their exit codes."""
        codes: dict[str, int | None] = {}
        for name in reversed([one for one in self._children if not names or one in names]):
            codes[name] = await self._children.pop(name).stop()
            keeper = self._keepers.pop(name, None)
            if keeper is not None:
                keeper.cancel()
                with suppress(asyncio.CancelledError, Fault):
                    await keeper
        return codes


async def run_once(arguments: Sequence[str]) -> tuple[int, str, str]:
    """Run a module to its end; returns its exit code and what it wrote to stdout and stderr."""
    process = await asyncio.create_subprocess_exec(
        *_guarded(arguments),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env=environment(),
        start_new_session=True,
    )
    said, complained = await process.communicate()
    return (
        process.returncode or 0,
        said.decode(errors="replace"),
        complained.decode(errors="replace"),
    )
