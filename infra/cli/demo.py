"""`shuoguo demo`: all on free ports and a folder of its own, a crowd, a screen; then the proof.

Rule 1: it ends by Ctrl-C or by `--for`, and then says what the log proves.
Rule 2: it exits with 0 only if nothing was wrong: the log is proven, every command was answered, no
role had to be started again, and bids were accepted.
"""

import asyncio
import json
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from infra.cli.exits import Exit, err, out
from infra.cli.logview import to_file
from infra.cli.machine import Machine, Ports, fault, start_machine, stop_machine, watch_progress
from infra.cli.up import stop_signal
from infra.clock import monotonic_ms, now_ms
from infra.supervisor import Fault, Role, run_once

VERIFY_ATTEMPTS: Final = 10
AGAIN_SECONDS: Final = 0.5
SUMMARY: Final = "summary.json"
BUSY_SECONDS: Final = 20  # who lets it run for so long must see bids


async def demo(seconds: int | None, seed: int, data: Path | None) -> Exit:
    """Run the demonstration; returns what to exit with."""
    if data is not None:
        return await _demo(seconds, seed, data)
    folder = Path(tempfile.mkdtemp(prefix="shuoguo-demo-"))
    code = await _demo(seconds, seed, folder)
    if code == Exit.OK:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        err(f"日志留存在 the log is kept in {folder}")
    return code


async def _demo(seconds: int | None, seed: int, data: Path) -> Exit:
    stop = stop_signal()
    begun_ms = monotonic_ms()
    say = to_file(data / "demo.log")
    err("硕果 shuoguo demo: 启动中 starting …")
    machine = await start_machine(
        data, Ports(), say, lambda what: err(f"  {(monotonic_ms() - begun_ms) / 1_000:4.1f} s  {what}"),
        "demo",
    )  # fmt: skip
    wrong: list[str] = []
    try:
        await _open_room(machine, seed)
        err(f"  {(monotonic_ms() - begun_ms) / 1_000:4.1f} s  就绪 ready, seed {seed}")
        await _run(machine, seconds, stop, wrong)
        wrong += await _close_room(machine)
        wrong += await _verify(machine)
        if machine.supervisor.restarts_count:
            wrong.append(f"roles were started again {machine.supervisor.restarts_count} times")
        wrong += _look_at_summary(data, seconds)
    except Fault as error:
        raise fault(error) from error
    finally:
        await stop_machine(machine)
    for one in wrong:
        err(f"✗ {one}")
    if wrong:
        err(
            "".join((data / "demo.log").read_text(encoding="utf-8").splitlines(keepends=True)[-20:])
        )
    out("✓ 一切正常 all is well" if not wrong else "✗ 有问题 something is wrong")
    return Exit.REFUSED if wrong else Exit.OK


async def _open_room(machine: Machine, seed: int) -> None:
    where = ("--bootstrap", machine.running.bootstrap, "--stdin-guard")
    summary = ("--summary", str(machine.data / SUMMARY))
    room = Role("room", ("processors.room", *where, *summary), "room open", restarts=False)
    await machine.supervisor.start(room, quiet_output=False)
    prefix = f"d{now_ms() // 1_000 % 100_000:05d}"  # a kept log may hold an earlier demo
    crowd = ("producers", "crowd", *where, "--seed", str(seed), "--prefix", prefix)
    await machine.supervisor.start(Role("crowd", crowd, restarts=False))


async def _run(
    machine: Machine, seconds: int | None, stop: asyncio.Event, wrong: list[str]
) -> None:
    """Let it run until told to stop, or until a part of it ends by itself."""
    supervisor = machine.supervisor
    crowd = asyncio.create_task(supervisor.child("crowd").wait())
    room = asyncio.create_task(supervisor.child("room").wait())
    watching = asyncio.create_task(watch_progress(machine, to_file(machine.data / "demo.log")))
    stopping = asyncio.create_task(stop.wait())
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await supervisor.run(stopping, crowd, room, watching)
        for name, ended in (("crowd", crowd), ("room", room)):
            if ended.done() and not ended.cancelled():
                wrong.append(f"{name} ended by itself with {ended.result()}")
    finally:
        for task in (crowd, room, watching, stopping):
            task.cancel()
        await asyncio.gather(crowd, room, watching, stopping, return_exceptions=True)


async def _close_room(machine: Machine) -> list[str]:
    """End crowd and screen (it prints the results), then the ticks: the log stands still."""
    codes: dict[str, int | None] = {}
    for name in ("crowd", "room"):
        codes |= await machine.supervisor.stop(name)
    await machine.supervisor.stop("chronograph-0", "chronograph-1")
    return [f"{name} ended with {code}" for name, code in codes.items() if code]


async def _verify(machine: Machine) -> list[str]:
    """Prove the log; what the deciders have not come to yet is given a moment."""
    code, said, complained = int(Exit.UNKNOWN), "", ""
    for _ in range(VERIFY_ATTEMPTS):
        arguments = ["processors", "verify", "--all", "--bootstrap", machine.running.bootstrap]
        code, said, complained = await run_once(arguments)
        if code != Exit.UNKNOWN:
            break
        await asyncio.sleep(AGAIN_SECONDS)
    out("核验日志 verifying the log:")
    for line in said.splitlines():
        out(f"  {line}")
    return [] if code == Exit.OK else [f"verify ended with {code}\n{complained}".rstrip()]


def _look_at_summary(data: Path, seconds: int | None) -> list[str]:
    try:
        figures = json.loads((data / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["the screen left no figures"]
    out("  ".join(f"{name} {value}" for name, value in figures.items()))
    if seconds is not None and seconds >= BUSY_SECONDS and not figures["bids"]:
        return ["no bid was accepted"]
    return []
