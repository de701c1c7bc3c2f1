"""Handing a command over to the role that carries it out, as a process on our own streams."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from infra.cli.exits import CliError, Exit, no_broker
from infra.clock import monotonic_ms
from infra.running import Running, read_running
from infra.supervisor import command_line, environment

CONNECT_SECONDS_MAX: Final = 3.0
RESTART_SECONDS_MAX: Final = 5.0
AGAIN_SECONDS: Final = 0.1


def find_broker(bootstrap: str | None, data: Path) -> str:
    """Return an address at which something answers; raises `CliError`."""
    address = bootstrap or _address(read_running(data))
    if address is None:
        raise no_broker(f"--data {data}")
    host, _, port = address.rpartition(":")
    if not port.isdecimal():
        raise CliError(
            Exit.USAGE,
            "BAD_ADDRESS",
            f"地址 {address} 无效，应为 主机:端口。",
            f"{address} is no address; give HOST:PORT.",
        )
    seconds = RESTART_SECONDS_MAX if bootstrap is None and runs(read_running(data)) else 0.0
    if not _answers(host or "127.0.0.1", int(port), seconds):
        raise no_broker(address)
    return address


def _answers(host: str, port: int, seconds: float) -> bool:
    """Whether somebody listens; a broker that is being started again is waited for."""
    until_ms = monotonic_ms() + int(seconds * 1_000)
    while True:
        try:
            socket.create_connection((host, port), CONNECT_SECONDS_MAX).close()
        except (OSError, OverflowError):
            if monotonic_ms() >= until_ms:
                return False
            time.sleep(AGAIN_SECONDS)
        else:
            return True


def runs(running: Running | None) -> bool:
    """Whether the process that a data folder names is still there."""
    if running is None:
        return False
    try:
        os.kill(running.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _address(running: Running | None) -> str | None:
    return None if running is None else running.bootstrap


def hand_over(arguments: Sequence[str]) -> int:
    """Run `python -m` with these arguments on our own streams; returns what to exit with."""
    command = command_line(["infra.shown", *arguments])
    process = subprocess.Popen(command, env=environment())  # noqa: S603
    for number in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C reaches it by itself
        signal.signal(number, lambda which, _frame: _pass_on(process, which))
    return exit_of(process.wait())


def exit_of(code: int) -> int:
    """Return the exit code of `shuoguo` for that of a role."""
    return Exit.OK if code == -signal.SIGPIPE else max(code, -code)


def _pass_on(process: subprocess.Popen[bytes], which: int) -> None:
    if which == signal.SIGTERM:
        process.terminate()
