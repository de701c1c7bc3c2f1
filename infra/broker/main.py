"""`python -m infra broker --data DIR --port N`: the broker as a process of its own.

Exit codes: 0 stopped cleanly, 1 failed, 2 wrong arguments, 3 the port is taken, 4 another broker
has the data folder, 5 the folder is of a newer version, 6 a host not loopback without its flag, 7
the folder cannot be used.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import uvloop

from infra import guard
from infra.broker.coordination import Coordinator
from infra.broker.log import Log
from infra.broker.server import Server
from infra.broker.storage import FolderInUseError, FolderTooNewError, Storage
from infra.clock import monotonic_ms, now_ms

DEFAULT_PORT = 9392  # outside the range a client's own port is drawn from

EXIT_STOPPED = 0
EXIT_FAILED = 1
EXIT_PORT_TAKEN = 3
EXIT_FOLDER_IN_USE = 4
EXIT_FOLDER_TOO_NEW = 5
EXIT_REMOTE = 6
EXIT_FOLDER_UNUSABLE = 7


def main(arguments: Sequence[str]) -> int:
    """Run the broker until it is told to stop; the exit code."""
    options = _parser().parse_args(arguments)
    if not options.allow_remote and not _is_loopback(options.host):
        return _refuse(
            EXIT_REMOTE,
            f"{options.host} 不是本机回环地址; 确需对外服务请加 --allow-remote",
            f"{options.host} is not a loopback address; --allow-remote serves other machines",
        )
    try:
        log = _open(options)
    except FolderInUseError:
        return _refuse(
            EXIT_FOLDER_IN_USE,
            f"数据文件夹 {options.data} 正被另一个 broker 使用",
            f"the data folder {options.data} is in use by another broker",
        )
    except FolderTooNewError as newer:
        return _refuse(
            EXIT_FOLDER_TOO_NEW,
            f"数据文件夹 {options.data} 由更新的版本写成 (格式 {newer})",
            f"the data folder {options.data} was written by a newer version (format {newer})",
        )
    except (OSError, sqlite3.Error) as error:
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else error
        return _refuse(
            EXIT_FOLDER_UNUSABLE,
            f"不能使用数据文件夹 {options.data}: {why}",
            f"the data folder {options.data} cannot be used: {why}",
        )
    try:
        return uvloop.run(_serve(log, options))
    finally:
        log.storage.close()


def _open(options: argparse.Namespace) -> Log:
    storage = Storage(options.data, pages_max=options.pages_max)
    try:
        return Log(storage, now_ms, monotonic_ms)
    except BaseException:
        storage.close()
        raise


async def _serve(log: Log, options: argparse.Namespace) -> int:
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[int] = loop.create_future()
    coordinator = Coordinator(log, monotonic_ms)
    server = Server(log, coordinator)
    stop = _stopper(stopped, EXIT_STOPPED)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    log.committer.on_broken = _stopper(stopped, EXIT_FAILED)
    try:
        port = await server.listen(options.host, options.port)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        return _refuse(
            EXIT_PORT_TAKEN,
            f"不能在 {options.host}:{options.port} 上监听: {why}",
            f"cannot listen on {options.host}:{options.port}: {why}",
        )
    background = [_background(coordinator.run(), stopped)]
    if options.stdin_guard:
        guard.end_with(lambda: loop.call_soon_threadsafe(stop))
    _say(f"listening {options.host}:{port}")
    code = await stopped
    for task in background:
        task.cancel()
    server.close()
    log.committer.flush()
    return code


def _stopper(stopped: asyncio.Future[int], code: int) -> Callable[[], None]:
    def stop() -> None:
        if not stopped.done():
            stopped.set_result(code)

    return stop


def _background(
    work: Coroutine[Any, Any, None], stopped: asyncio.Future[int]
) -> asyncio.Task[None]:
    """Run `work`; when it ends by itself the broker stops: cleanly if it returned, else failed."""

    def ended(task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            traceback.print_exception(error)
        _stopper(stopped, EXIT_STOPPED if error is None else EXIT_FAILED)()

    task = asyncio.create_task(work)
    task.add_done_callback(ended)
    return task


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m infra broker", description="The embedded broker.")
    parser.add_argument("--data", type=Path, required=True, help="data folder, made if missing")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument(
        "--allow-remote", action="store_true", help="allow a host that is not loopback"
    )
    parser.add_argument(
        "--stdin-guard", action="store_true", help="stop when standard input closes"
    )
    parser.add_argument("--pages-max", type=int, help="refuse to grow the log beyond so many pages")
    return parser


def _refuse(code: int, chinese: str, english: str) -> int:
    sys.stderr.write(f"{chinese}\n{english}\n")
    return code


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
