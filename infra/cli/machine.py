"""All that one machine needs, started in order and kept: broker, then what decides, then the rest.

Rule 1: the broker holds the data folder's lock, so it is the first, and its refusal is ours.
Rule 2: it keeps the port it was given first, whatever happens to it; so do the web's two servers.
Rule 3: deciders that stand still while commands wait are killed and started again.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from infra.cli.exits import CliError, Exit
from infra.kafka.admin import Log, NoBroker, WrongLog, check_log, create_topics
from infra.private import own_folder
from infra.process import EXIT_BROKEN, EXIT_FAILED
from infra.progress import STALL_LOOKS, open_progress
from infra.running import Running, forget_running, read_running, write_running
from infra.supervisor import Fault, Role, Say, Supervisor
from infra.topics import BIDDING, FAMILIES, PARTITIONS_EMBEDDED, Family

LISTENING: Final = "listening "
HOST: Final = "127.0.0.1"
SOCKET_PATH: Final = "/connection/websocket"
LOOK_SECONDS: Final = 1.0
PATIENCE_MAX: Final = 32  # stalls seen, of three looks each
CHRONOGRAPHS: Final = 2
_BROKER_PORT_TAKEN: Final = 3
_BROKER_FOLDER_IN_USE: Final = 4
_BROKER_FOLDER_TOO_NEW: Final = 5
_BROKER_FOLDER_UNUSABLE: Final = 7
_GRAVE: Final = (EXIT_FAILED, EXIT_BROKEN)  # of a worker: refused at start, or a broken chain


@dataclass(frozen=True, slots=True)
class Machine:
    """What runs, and where."""

    supervisor: Supervisor
    data: Path
    running: Running
    log: Log


@dataclass(frozen=True, slots=True)
class Ports:
    """Where to listen on loopback (0 takes a free one), and how a proxy with TLS calls it all.

    stream_origins: from which the pages may show a stream.
    metrics: the first of three ports of figures for Prometheus: pages, socket, read model.
    """

    broker: int = 0
    http: int = 0
    push: int = 0
    public_url: str | None = None
    stream_origins: tuple[str, ...] = ()
    metrics: int | None = None


def refusal(error: Fault, data: Path, port: int) -> CliError:
    """Say why a role did not start; the codes of refusal are the broker's alone."""
    if error.role != "broker":
        return fault(error)
    if error.code == _BROKER_FOLDER_IN_USE:
        running = read_running(data)
        who = f" (pid {running.pid}, {running.bootstrap})" if running else ""
        return CliError(
            Exit.FOLDER,
            "FOLDER_IN_USE",
            f"数据文件夹 {data} 正在使用中{who}。",
            f"The data folder {data} is in use already{who}.",
        )
    if error.code == _BROKER_FOLDER_TOO_NEW:
        return CliError(
            Exit.FOLDER,
            "FOLDER_TOO_NEW",
            f"数据文件夹 {data} 由更新的版本写成，请升级程序。",
            f"The data folder {data} was written by a newer version; upgrade this program.",
        )
    if error.code == _BROKER_FOLDER_UNUSABLE:
        return _not_usable(data, "".join(error.last_lines[-1:]).rpartition(": ")[2])
    if error.code == _BROKER_PORT_TAKEN:
        return _port_taken(port, "--port")
    return fault(error)


def _port_taken(port: int, option: str) -> CliError:
    return CliError(
        Exit.FOLDER,
        "PORT_TAKEN",
        f"端口 {port} 已被占用；可用 {option} 另选端口，0 为任一空闲端口。",
        f"Port {port} is taken; {option} names another, 0 takes a free one.",
    )


def _not_usable(data: Path, why: str) -> CliError:
    return CliError(
        Exit.FOLDER,
        "FOLDER_NOT_USABLE",
        f"数据文件夹 {data} 无法使用：{why}。",
        f"The data folder {data} cannot be used: {why}.",
    )


def fault(error: Fault) -> CliError:
    """Say which role could not be kept, and what it said last."""
    said = "".join(f"\n    {line}" for line in error.last_lines)
    return CliError(
        Exit.FAULT,
        "ROLE_FAILED",
        f"{error.role} 无法保持运行（退出码 {error.code}）。",
        f"{error.role} cannot be kept running (exit code {error.code}).{said}",
    )


async def start_machine(
    data: Path,
    ports: Ports,
    say: Say,
    progress: Callable[[str], None],
    profile: str = "standard",
) -> Machine:
    """Start everything; raises `CliError`, with nothing left running."""
    try:
        own_folder(data)
    except OSError as error:
        raise _not_usable(data, str(error.strerror)) from error
    supervisor = Supervisor(say)
    progress("broker")
    try:
        bootstrap = await _start_broker(supervisor, data, ports.broker)
        progress("topics")
        await create_topics(bootstrap, PARTITIONS_EMBEDDED)
        log = await check_log(bootstrap, BIDDING)
        _check_ports(ports)
        http, push = (port or free_port() for port in (ports.http, ports.push))
        running = Running(
            bootstrap, log.log_id, os.getpid(), profile,
            f"http://{HOST}:{http}", f"ws://{HOST}:{push}{SOCKET_PATH}",
        )  # fmt: skip
        write_running(data, running)
        for what, some in (
            ("deciders, time", deciding_roles(running, data)),
            ("web, reactors", web_roles(running, data, ports)),
        ):
            progress(what)
            await asyncio.gather(*(supervisor.start(role) for role in some))
    except Fault as error:
        forget_running(data)
        await supervisor.stop()
        raise refusal(error, data, ports.broker) from error
    except (NoBroker, WrongLog) as error:
        await supervisor.stop()
        raise CliError(
            Exit.FAULT, "WRONG_LOG", f"日志不可用：{error}。", f"The log cannot be used: {error}."
        ) from error
    except BaseException:
        forget_running(data)
        await supervisor.stop()
        raise
    return Machine(supervisor, data, running, log)


async def _start_broker(supervisor: Supervisor, data: Path, port: int) -> str:
    def role(at: int) -> Role:
        arguments = ("infra", "broker", "--data", str(data), "--port", str(at))
        grave = (_BROKER_FOLDER_IN_USE, _BROKER_FOLDER_TOO_NEW)
        return Role("broker", (*arguments, "--stdin-guard"), LISTENING, grave=grave)

    if not port:
        port = free_port()
    line = await supervisor.start(role(port))
    return line.removeprefix(LISTENING).strip()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _check_ports(ports: Ports) -> None:
    """Raise `CliError` where a role could not listen: it would only fail again and again."""
    figures = [] if ports.metrics is None else [ports.metrics + place for place in range(3)]
    named = [(ports.http, "--http-port"), (ports.push, "--push-port")]
    for port, option in [*named, *((one, "--metrics-port") for one in figures)]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise _port_taken(port, option) from error


def deciding_roles(running: Running, data: Path) -> list[Role]:
    """Return what makes decisions of commands: deciders, and time."""
    common = _common(running, data)
    found = [
        Role(deciders_of(one), ("processors", "deciders", "--family", one.name, *common),
             " started ", grave=_GRAVE)
        for one in FAMILIES
    ]  # fmt: skip
    for index in range(CHRONOGRAPHS):
        name = f"chronograph-{index}"
        arguments = ("producers", "chronograph", "--all", "--slot", name, *common)
        found.append(Role(name, arguments, " ticking "))
    return found


def web_roles(running: Running, data: Path, ports: Ports | None = None) -> list[Role]:
    """Return what makes pages of decisions: the read model, the reactors, the two gateways."""
    common = _common(running, data)
    http, push = (str(urlsplit(url).port) for url in (running.http, running.push))
    socket, known_as = running.push, common
    ports = ports or Ports()
    public_url = ports.public_url
    if public_url is not None:
        socket = f"wss://{urlsplit(public_url).netloc}{SOCKET_PATH}"
        known_as = ("--public-url", public_url, *common)
    streams = tuple(part for one in ports.stream_origins for part in ("--stream-origin", one))

    def figures(place: int) -> tuple[str, ...]:
        return () if ports.metrics is None else ("--metrics-port", str(ports.metrics + place))

    pages = ("gateway", "http", "--port", http, "--push-url", socket, *known_as, *streams)
    return [
        Role("projections", ("processors", "projections", *common, *figures(2)), " started "),
        Role("reactors", ("processors", "reactors", *common), " started "),
        Role("push", ("gateway", "push", "--port", push, *known_as, *figures(1)), LISTENING),
        Role("http", (*pages, *figures(0)), LISTENING),
    ]


def deciders_of(family: Family) -> str:
    """Return the name of the role that decides a family."""
    return f"deciders-{family.name}"


def _common(running: Running, data: Path) -> tuple[str, ...]:
    where = ("--bootstrap", running.bootstrap, f"--log-id={running.log_id}")  # it may begin with -
    return ("--data", str(data), *where, "--stdin-guard")


async def watch_progress(machine: Machine, say: Say) -> None:
    """Kill deciders that stand still; `keep` starts them again."""
    async with asyncio.TaskGroup() as group:
        for family in FAMILIES:
            group.create_task(_watch_family(machine, family, say))


class Patience:
    """How often a stall must be seen until its deciders are killed: each time twice as often.

    They may be starting on a slow machine, or restoring a long log; when they get on, it is once.
    """

    def __init__(self) -> None:
        self._wanted, self._seen, self._calm_looks = 1, 0, 0

    def is_over(self, *, stalled: bool) -> bool:
        """Whether to kill them, after one more look."""
        if not stalled:
            self._calm_looks += 1
            if self._calm_looks >= STALL_LOOKS:  # a stall would have been seen again
                self._wanted, self._seen = 1, 0
            return False
        self._seen, self._calm_looks = self._seen + 1, 0
        if self._seen < self._wanted:
            return False
        self._wanted, self._seen = min(2 * self._wanted, PATIENCE_MAX), 0
        return True


async def _watch_family(machine: Machine, family: Family, say: Say) -> None:
    patience = Patience()
    progress = await open_progress(machine.running.bootstrap, family, machine.log.partitions)
    name = deciders_of(family)
    try:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                stalled = await progress.look()
            except NoBroker:
                continue  # nobody can get on now
            if patience.is_over(stalled=bool(stalled)):
                say("supervisor", f"no progress in partitions {stalled}: {name} is started anew")
                machine.supervisor.child(name).kill()
    finally:
        await progress.close()


async def stop_machine(machine: Machine) -> None:
    """Stop everything in order."""
    forget_running(machine.data)
    await machine.supervisor.stop()
