"""The program as it is shipped: up, a bid, the answer, the proof; refusals; nothing left behind."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.running import Running, read_running
from infra.supervisor import environment
from infra.topics import TRADING
from producers.command_publisher import CommandPublisher, new_command_id
from tests.support.eventually import eventually

START_SECONDS_MAX = 150.0
RUN_SECONDS_MAX = 120.0
GONE_SECONDS_MAX = 20.0  # what was under way ends at once; a busy machine takes its time
CHILDREN = 10  # the broker, three families' deciders, two clocks, and four for the pages
OPEN = ("--lot", "深海拖网声呐", "--mode", "live_timed", "--start", "200万", "--increment", "10万",
        "--bidders", "101,102", "--opens-in", "2s", "--lobby", "1s", "--free", "60s",
        "--extension", "30s", "--stall", "10s", "--profile", "test")  # fmt: skip

pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Up:
    """`shuoguo up` as a process of its own."""

    process: subprocess.Popen[str]
    data: Path
    running: Running

    def run(self, *arguments: str, given: str = "") -> tuple[int, str, str]:
        """Run `shuoguo` against it; returns the exit code, stdout and stderr."""
        return shuoguo([*arguments, "--data", str(self.data)], given)

    def children(self) -> list[int]:
        """Return the processes that it started."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]


def shuoguo(arguments: Sequence[str], given: str = "") -> tuple[int, str, str]:
    """Run the command line to its end."""
    ended = subprocess.run(
        [sys.executable, "-m", "infra.cli", *arguments],
        env=environment(), input=given, capture_output=True, text=True, timeout=RUN_SECONDS_MAX,
        check=False,
    )  # fmt: skip
    return ended.returncode, ended.stdout, ended.stderr


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Up]:
    """A running platform that ends with the test."""
    async with running_on(tmp_path / "data", tmp_path / "up.log") as running:
        yield running


@asynccontextmanager
async def running_on(data: Path, said: Path) -> AsyncIterator[Up]:
    """Run the platform on a folder; what it says goes to a file."""
    process = _start(data, said)
    try:
        await eventually(lambda: "ready in" in said.read_text(), START_SECONDS_MAX)
        running = read_running(data)
        assert running is not None
        yield Up(process, data, running)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, 30)
        finally:
            process.kill()
            process.wait()


def _start(data: Path, log_path: Path) -> subprocess.Popen[str]:
    ports = ["--port", "0", "--http-port", "0", "--push-port", "0"]
    arguments = ["up", "--data", str(data), *ports, "--profile", "test"]
    with log_path.open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "infra.cli", *arguments],
            env=environment(),
            stdout=log,
            stderr=log,
            text=True,
        )


async def _bid_until_open(up: Up) -> dict[str, object]:
    found: dict[str, object] = {}

    async def is_open() -> bool:
        arguments = ("bidding", "bid", "b-1", "200万", "--as", "101", "--json")
        code, out, err = await asyncio.to_thread(up.run, *arguments)
        assert out, f"exit {code}: {err}"
        found.clear()
        found.update(json.loads(out))
        return found.get("code") != "NOT_OPEN"

    await eventually(is_open, 30)
    return found


async def test_a_bid_goes_from_the_command_line_to_the_proof(up: Up) -> None:
    code, out, err = await asyncio.to_thread(up.run, "bidding", "open", "b-1", *OPEN, "--json")
    assert (code, json.loads(out)["outcome"]) == (0, "decided"), err
    answer = await _bid_until_open(up)
    assert answer["outcome"] == "decided"

    code, out, _ = up.run("bidding", "show", "b-1", "--json")
    assert code == 0
    assert '"leader":"101"' in out.replace(" ", "")
    code, out, _ = up.run(
        "command", "status", str(answer["command_id"]), "--bidding", "b-1", "--json"
    )
    assert (code, json.loads(out)["outcome"]) == (0, "decided")

    for arguments, wrong in (
        (("b-1", "200万", "--as", "102"), "BELOW_MIN_NEXT"),
        (("b-1", "215万", "--as", "102"), "NOT_ON_GRID"),
        (("b-1", "210万", "--as", "101"), "ALREADY_LEADING"),
        (("b-1", "210万", "--as", "103"), "NOT_ELIGIBLE"),
        (("b-1", "210万", "--as", "seller-1", "--role", "seller"), "NOT_PERMITTED"),
        (("b-1", "900万", "--as", "102"), "NEEDS_CONFIRMATION"),
        (("none", "210万", "--as", "102"), "UNKNOWN_BIDDING"),
        (("b-1", "210万", "--as", "101", "--id", str(answer["command_id"])), "ID_REUSED"),
    ):
        code, out, err = up.run("bidding", "bid", *arguments, "--json")
        assert out, f"{wrong}: exit {code}: {err}"
        assert (code, json.loads(out).get("code")) == (1, wrong)
    for amount in ("0", "-5", "200.5", "abc", "10000000000000"):
        code, _, err = up.run("bidding", "bid", "b-1", f"--amount={amount}", "--as", "102")
        assert (code, err.split()[0]) == (4, "BAD_AMOUNT")

    code, out, _ = up.run("verify")
    assert code == 0, out


async def test_a_command_of_another_family_is_found_by_its_id_alone(up: Up) -> None:
    publisher = CommandPublisher(up.running.bootstrap, TRADING)
    await publisher.start()
    asked = {
        "schema": 1, "command_id": new_command_id(), "type": "no_such", "actor": "operator",
        "acting_role": "admin", "root": "a-1", "aggregate": "a-1", "body": {},
    }  # fmt: skip
    await publisher.send_raw("a-1", json.dumps(asked).encode())
    await publisher.close()
    arguments = ("command", "status", str(asked["command_id"]), "--json")
    code, out, err = await asyncio.to_thread(up.run, *arguments)
    assert (code, json.loads(out)["code"]) == (0, "UNKNOWN_TYPE"), err


async def test_a_file_of_commands_is_answered_line_by_line(up: Up) -> None:
    bid: dict[str, object] = {
        "type": "place_bid",
        "actor": "101",
        "acting_role": "bidder",
        "root": "x",
    }
    bid |= {"body": {"amount_fen": 100}}
    future = {**bid, "schema": 2}
    large = {**bid, "body": {"amount_fen": 100, "phase_seen": "x" * 2_000_000}}
    lines = [json.dumps(bid), "{broken", json.dumps({**bid, "type": "nope"}), json.dumps(future),
             json.dumps(large), *[json.dumps(bid)] * 500]  # fmt: skip
    code, out, _ = up.run("command", "send", "-", given="\n".join(lines))
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [answer["line"] for answer in answers] == list(range(1, len(lines) + 1))
    assert [answer["code"] for answer in answers[:5]] == ["UNKNOWN_BIDDING", *["BAD_LINE"] * 4]
    assert {answer["code"] for answer in answers[5:]} == {"UNKNOWN_BIDDING"}


async def test_a_folder_serves_one_at_a_time_and_a_killed_one_leaves_nothing(up: Up) -> None:
    code, _, err = shuoguo(["up", "--data", str(up.data), "--port", "0"])
    assert (code, err.split()[0]) == (6, "FOLDER_IN_USE")
    assert f"pid {up.running.pid}" in err
    assert read_running(up.data) == up.running
    children = up.children()
    assert len(children) == CHILDREN
    up.process.kill()
    await eventually(lambda: not any(_runs(pid) for pid in children), 20)
    code, _, err = up.run("verify")
    assert (code, err.split()[0]) == (5, "NO_BROKER")


async def test_what_stands_still_or_dies_is_started_again(up: Up) -> None:
    deciders, broker = (_child_of(up, name) for name in ("--family\0bidding", "broker"))
    os.kill(deciders, signal.SIGSTOP)
    code, out, err = await asyncio.to_thread(up.run, "bidding", "open", "b-1", *OPEN, "--json")
    assert (code, json.loads(out)["outcome"]) == (0, "decided"), err
    assert not _runs(deciders)
    os.kill(broker, signal.SIGKILL)
    await eventually(lambda: _child_of(up, "broker") not in (0, broker), 20)
    code, out, _ = await asyncio.to_thread(up.run, "verify")
    assert code in (0, 2), out  # 2: what came since is not decided yet


@pytest.mark.long
async def test_a_full_disk_ends_nothing_for_good_and_the_log_is_proven_afterwards(
    tmp_path: Path,
) -> None:
    disk, said = tmp_path / "disk", tmp_path / "up.log"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:  # noqa: ASYNC221
        pytest.skip("needs the right to mount a small file system")
    try:
        async with running_on(disk / "data", said) as up:
            code, out, err = await asyncio.to_thread(
                up.run, "bidding", "open", "b-1", *OPEN, "--json"
            )
            assert (code, json.loads(out)["outcome"]) == (0, "decided"), err
            with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
                while True:
                    ballast.write(b"\0" * 65_536)
            await eventually(lambda: "LOG_NOT_WRITABLE" in said.read_text(), 60)
            pushes = said.read_text().count("push          │ listening")
            for pid in up.children():
                os.kill(pid, signal.SIGKILL)
            await eventually(
                lambda: said.read_text().count("push          │ listening") > pushes, 90
            )
            (disk / "ballast").unlink()
            code, out, err = await asyncio.to_thread(
                up.run, "bidding", "open", "b-2", *OPEN, "--json"
            )
            assert (code, json.loads(out)["outcome"]) == (0, "decided"), err
            assert up.process.poll() is None
            code, out, _ = await asyncio.to_thread(up.run, "verify")
            assert code in (0, 2), out  # 2: what came since is not decided yet
    finally:
        subprocess.run(["umount", str(disk)], check=True)  # noqa: ASYNC221


async def test_a_folder_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "FORMAT").write_text("99\n")
    code, _, err = shuoguo(["up", "--data", str(tmp_path), "--port", "0"])
    assert (code, err.split()[0]) == (6, "FOLDER_TOO_NEW")
    assert not (tmp_path / "run.json").exists()


@pytest.mark.parametrize("option", ["--port", "--http-port", "--push-port"])
async def test_a_taken_port_is_told_with_its_own_code(tmp_path: Path, option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = {"--port": "0", "--http-port": "0", "--push-port": "0"}
        ports[option] = str(taken.getsockname()[1])
        arguments = [part for pair in ports.items() for part in pair]
        code, _, err = await asyncio.to_thread(shuoguo, ["up", "--data", str(tmp_path), *arguments])
    assert code == 6, err
    assert f"PORT_TAKEN  端口 {ports[option]}" in err
    assert option in err


@pytest.mark.parametrize("heard", ["starting broker", "starting deciders", "starting web"])
async def test_who_is_killed_while_it_starts_leaves_nothing_behind(
    tmp_path: Path, heard: str
) -> None:
    data, said = tmp_path / "data", tmp_path / "up.log"
    process = _start(data, said)
    await eventually(lambda: heard in said.read_text(), START_SECONDS_MAX)
    await eventually(lambda: bool(_all_that_name(data)), START_SECONDS_MAX)
    process.kill()
    process.wait()
    await eventually(lambda: not _all_that_name(data), GONE_SECONDS_MAX)


def _all_that_name(data: Path) -> list[int]:
    """The children whose arguments name this data folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            line = (entry / "cmdline").read_bytes()
            if b"infra.child" in line and str(data).encode() in line and _runs(int(entry.name)):
                found.append(int(entry.name))
    return found


async def test_the_demo_ends_with_a_proven_log() -> None:
    code, out, err = await asyncio.to_thread(shuoguo, ["demo", "--for", "20"])
    assert code == 0, err

    assert "proven" in out


def _child_of(up: Up, name: str) -> int:
    """The child that runs this role; 0 where none does."""
    for pid in up.children():
        if name.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    return 0


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
