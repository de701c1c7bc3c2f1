"""A broker for a test: the embedded one, as a process of its own, on a free loopback port.

    async with await start_embedded(tmp_path / "broker") as broker:
        producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, ...)
        await broker.kill9()
        await broker.restart()      # same port, same data folder

The process is a child with `--stdin-guard`: it ends when the test process ends, whatever happens.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

REPOSITORY = Path(__file__).resolve().parents[2]
READY = "listening "
STOP_SECONDS_MAX = 20.0


class BrokerDidNotStartError(Exception):
    """The process ended before it said `listening`; the text is what it wrote to stderr."""


@dataclass
class Broker:
    """One running (or killed) embedded broker and what is needed to start it again."""

    data_dir: Path
    bootstrap: str
    process: subprocess.Popen[str]
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.bootstrap.rpartition(":")[2])

    @property
    def pid(self) -> int:
        """The process it is now."""
        return self.process.pid

    async def kill9(self) -> None:
        """End the process as a power cut would: no clean-up runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(_finish, self.process)

    async def stop(self) -> int:
        """Ask for a clean stop (SIGTERM); the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(_finish, self.process)

    async def restart(self) -> None:
        """Start again on the same port and data folder (stops it first if it still runs)."""
        await self.stop()
        self.process, self.bootstrap = await asyncio.to_thread(
            _start, self.data_dir, self.port, self.arguments, self.environment
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


async def start_embedded(
    data_dir: Path,
    *,
    port: int = 0,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Broker:
    """Start `python -m infra broker` on `data_dir`; returns when it accepts connections."""
    kept = dict(environment or {})
    process, bootstrap = await asyncio.to_thread(_start, data_dir, port, tuple(arguments), kept)
    return Broker(data_dir, bootstrap, process, tuple(arguments), kept)


def _start(
    data_dir: Path, port: int, arguments: tuple[str, ...], environment: Mapping[str, str]
) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "infra", "broker", "--data", str(data_dir)]
    command += ["--port", str(port), "--stdin-guard", *arguments]
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    errors = data_dir.parent / f"{data_dir.name}.stderr"
    with errors.open("a") as stderr:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith(READY):
        _finish(process)
        raise BrokerDidNotStartError(errors.read_text())
    return process, line.removeprefix(READY).strip()


def _finish(process: subprocess.Popen[str]) -> int:
    """Wait for the end; a process that does not stop in time is killed and the test fails."""
    try:
        return process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
