"""The shipped roles as processes, for tests that kill and stop them.

`start_role("processors", "deciders", bootstrap, data, "--slot", "decider-0")` starts a worker.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
STOP_SECONDS_MAX = 20.0


@dataclass
class Role:
    """One running (or killed) role, and how to start it again."""

    command: list[str]
    errors: Path
    process: subprocess.Popen[bytes]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.process.poll() is None:
            self.process.send_signal(number)

    async def kill9(self) -> None:
        """End it as a power cut would."""
        self.signal(signal.SIGKILL)
        await self._finish()

    async def stop(self) -> int:
        """Ask for a clean stop; the exit code."""
        self.signal(signal.SIGTERM)
        return await self._finish()

    async def wait(self) -> int:
        """Wait until it ends by itself; the exit code."""
        return await self._finish()

    def restart(self) -> None:
        """Start it again with the same arguments."""
        assert self.process.poll() is not None
        if self.process.stdin is not None:  # of one that ended by itself
            self.process.stdin.close()
        self.process = _start(self.command, self.errors)

    async def _finish(self) -> int:
        try:
            return await asyncio.to_thread(self.process.wait, STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            if self.process.stdin is not None:
                self.process.stdin.close()


def start_role(package: str, role: str, bootstrap: str, data: Path, *arguments: str) -> Role:
    """Start a role as a child that ends with the test process."""
    data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", package, role, "--bootstrap", bootstrap]
    command += ["--data", str(data), "--stdin-guard", *arguments]
    errors = data / f"{role}-{len(list(data.glob('*.stderr')))}.stderr"
    return Role(command, errors, _start(command, errors))


def _start(command: list[str], errors: Path) -> subprocess.Popen[bytes]:
    with errors.open("a") as stderr:
        return subprocess.Popen(
            command, cwd=REPOSITORY, env=os.environ, stdin=subprocess.PIPE, stderr=stderr
        )
