"""`shuoguo demo`: all on free ports and a folder of its own, a live roadshow; then the proof.

Rule 1: it ends by Ctrl-C or by `--for`, and then says what the log proves.
Rule 2: it exits with 0 only if nothing was wrong: the log is proven, no role failed, and bids were
accepted. What a busy machine only made slow is noted, and is nothing wrong.
Rule 3: whoever looks on can do all that its people do: where everything is, and who may sign in
where, is told (`Place`).
"""

import asyncio
import json
import os
import sys
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra.cli.exits import Exit, err, out
from infra.cli.logview import to_file
from infra.cli.machine import Machine, Ports, fault, start_machine, stop_machine, watch_progress
from infra.cli.up import stop_signal
from infra.clock import monotonic_ms, now_ms
from infra.scratch import keep, scratch
from infra.supervisor import Fault, Role, run_once

VERIFY_SECONDS_MAX: Final = 120.0
AGAIN_SECONDS: Final = 0.5
SUMMARY: Final = "summary.json"
PEOPLE: Final = "people.json"
SESSION: Final = "session.json"
NOTE: Final = "sign-in.txt"
PARTS: Final = ("crowd", "show", "room")
APPENDING: Final = ("http", "push", "reactors", "chronograph-0", "chronograph-1")
DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY")
BUSY_SECONDS: Final = 45  # who lets it run for so long must see bids
LINES_TOLD: Final = 20
PAGES: Final[Mapping[str, str]] = {
    "investor": "/shows/{session}",
    "host": "/shows/{session}/host",
    "stage_controller": "/shows/{session}/host",
    "bid_controller": "/desk",
    "supervisor": "/desk",
    "desk_officer": "/desk",
    "desk_reviewer": "/desk",
    "desk_issuer": "/desk",
    "expert": "/desk",
    "seller": "/seller",
    "presenter": "/seller",
    "broker": "/seller",
}
"""Where who has a role has his work; everybody else begins in the lobby."""


async def demo(seconds: int | None, seed: int, data: Path | None) -> Exit:
    """Run the demonstration; returns what to exit with."""
    if data is not None:
        return await _demo(seconds, seed, data)
    with scratch("demo") as folder:
        code = await _demo(seconds, seed, folder)
        if code != Exit.OK:
            keep(folder)
            err(f"日志留存在 the log is kept in {folder}")
        return code


async def _demo(seconds: int | None, seed: int, data: Path) -> Exit:
    stop = stop_signal()
    begun_ms = monotonic_ms()
    say = to_file(data / "demo.log")
    err("硕果 shuoguo demo: 启动中 starting …")

    def tell(what: str) -> None:
        err(f"  {(monotonic_ms() - begun_ms) / 1_000:4.1f} s  {what}")

    machine = await start_machine(data, Ports(), say, tell, "demo")
    wrong: list[str] = []
    try:
        tell("people and the roadshow")
        await _open_room(machine, seed)
        tell(f"就绪 ready, seed {seed}")
        _show_page(machine.running.http)
        await _run(machine, seconds, stop, wrong)
        wrong += await _close_room(machine)
        wrong += await _verify(machine)
        if machine.supervisor.failures_count:
            wrong.append(f"roles failed {machine.supervisor.failures_count} times")
        wrong += _look_at_summary(data, seconds)
    except Fault as error:
        raise fault(error) from error
    finally:
        await stop_machine(machine)
    return _conclude(machine, wrong)


def _conclude(machine: Machine, wrong: list[str]) -> Exit:
    """Say whether all was well; a busy machine is noted."""
    slow = machine.supervisor.slow_count
    if slow:
        out(f"· 机器繁忙 the machine was busy: {slow} × 重新启动 roles were started again")
    for one in wrong:
        err(f"✗ {one}")
    if wrong:
        told = (machine.data / "demo.log").read_text(encoding="utf-8")
        err("".join(told.splitlines(keepends=True)[-LINES_TOLD:]))
    out("✓ 一切正常 all is well" if not wrong else "✗ 有问题 something is wrong")
    return Exit.REFUSED if wrong else Exit.OK


async def _open_room(machine: Machine, seed: int) -> None:
    """Let people in: accounts, a roadshow and biddings online; the screen comes first."""
    running, data = machine.running, machine.data
    people = await _seed_people(machine)
    where = ("--bootstrap", running.bootstrap, "--stdin-guard")
    told = ("--summary", str(data / SUMMARY), "--note", str(data / NOTE))
    room = Role("room", ("processors.room", *where, *told), "room open", restarts=False)
    prefix = f"d{now_ms() // 1_000 % 100_000:05d}"  # a kept log may hold an earlier demo
    played = (*where, "--seed", str(seed), "--prefix", prefix, "--accounts", str(data / PEOPLE),
              "--data", str(data))  # fmt: skip
    show = ("producers", "show-crowd", *played, "--session-file", str(data / SESSION))
    await machine.supervisor.start(Role("show", show, " started ", restarts=False))
    place = Place(data.resolve(), running.bootstrap, running.http, _session_of(data))
    (data / NOTE).write_text(place.told(people), encoding="utf-8")
    out(place.told(people))
    await machine.supervisor.start(room, quiet_output=False)
    await machine.supervisor.start(Role("crowd", ("producers", "crowd", *played), restarts=False))


def _session_of(data: Path) -> str:
    session: str = json.loads((data / SESSION).read_text(encoding="utf-8"))["session_id"]
    return session


async def _seed_people(machine: Machine) -> dict[str, Any]:
    running = machine.running
    where = ("--data", str(machine.data), "--bootstrap", running.bootstrap)
    arguments = ["gateway", "accounts", "seed-demo", *where, f"--log-id={running.log_id}", "--json"]
    code, said, complained = await run_once(arguments)
    if code:
        raise Fault("accounts", code, complained.splitlines()[-10:])
    (machine.data / PEOPLE).write_text(said, encoding="utf-8")
    people: dict[str, Any] = json.loads(said)
    return people


@dataclass(frozen=True, slots=True)
class Place:
    """Where the demonstration is: its folder, its broker, its pages, its first session."""

    data: Path
    broker: str
    address: str
    session_id: str

    def told(self, people: Mapping[str, Any]) -> str:
        """Return all that somebody needs who wants to take part."""
        lines = [
            f"数据 data: {self.data}    日志 broker: {self.broker}",
            f"  另开一个终端 in another terminal: export SHUOGUO_DATA={self.data}",
            f"页面 pages: {self.address}/    大屏 screen: {self._page('/shows/{session}/screen')}",
            f"登录 sign in: {self.address}/login    密码 password of all: {people['password']}",
        ]
        for one in people["people"]:
            roles = ", ".join(one["roles"])
            page = self._page(PAGES.get(one["roles"][0], "/"))
            lines.append(f"  {one['login']:<11} {one['display_name']}  {roles:<17} {page}")
        return "\n".join(lines) + "\n"

    def _page(self, path: str) -> str:
        return self.address + path.format(session=self.session_id)


async def _run(
    machine: Machine, seconds: int | None, stop: asyncio.Event, wrong: list[str]
) -> None:
    """Let it run until told to stop, or until a part of it ends by itself."""
    supervisor = machine.supervisor
    parts = {name: asyncio.create_task(supervisor.child(name).wait()) for name in PARTS}
    watching = asyncio.create_task(watch_progress(machine, to_file(machine.data / "demo.log")))
    stopping = asyncio.create_task(stop.wait())
    everything = [stopping, watching, *parts.values()]
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await supervisor.run(*everything)
        for name, ended in parts.items():
            if ended.done() and not ended.cancelled():
                wrong.append(f"{name} ended by itself with {ended.result()}")
    finally:
        for task in everything:
            task.cancel()
        await asyncio.gather(*everything, return_exceptions=True)


async def _close_room(machine: Machine) -> list[str]:
    """End the people and the screen (it prints the results), then all that appends."""
    codes: dict[str, int | None] = {}
    for name in PARTS:
        codes |= await machine.supervisor.stop(name)
    await machine.supervisor.stop(*APPENDING)
    return [f"{name} ended with {code}" for name, code in codes.items() if code]


def _show_page(address: str) -> None:
    """Open the browser where there is a desktop to open it on."""
    if sys.platform == "darwin" or any(os.environ.get(name) for name in DISPLAYS):
        webbrowser.open(f"{address}/")


async def _verify(machine: Machine) -> list[str]:
    """Prove the log; what the deciders have not come to yet is given its time."""
    code, said, complained = int(Exit.UNKNOWN), "", ""
    until_ms = monotonic_ms() + int(VERIFY_SECONDS_MAX * 1_000)
    while code == Exit.UNKNOWN and monotonic_ms() < until_ms:
        arguments = ["processors", "verify", "--all", "--bootstrap", machine.running.bootstrap]
        code, said, complained = await run_once(arguments)
        if code == Exit.UNKNOWN:
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
