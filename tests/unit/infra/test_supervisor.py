"""Children as they are run: ready, restarted, stopped, and gone with their parent."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from infra.supervisor import (
    BACKOFF_MS_MAX,
    BACKOFF_MS_MIN,
    ROOT,
    Child,
    Fault,
    Role,
    Supervisor,
    backoff_ms,
    environment,
)
from tests.support.eventually import eventually

SERVES = """
import os, sys
print("serving", os.getpid(), flush=True)
sys.stdin.read()
"""
FAILS = "import sys; print('no good', file=sys.stderr); sys.exit(3)"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for modules that roles run."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def quiet(_role: str, _line: str) -> None:
    """Say nothing."""


def test_the_wait_before_a_restart_doubles_up_to_a_bound() -> None:
    waits = [backoff_ms(count) for count in range(1, 12)]
    assert waits[0] == BACKOFF_MS_MIN
    assert waits[1] == 2 * BACKOFF_MS_MIN
    assert waits == sorted(waits)
    assert waits[-1] == BACKOFF_MS_MAX


def test_a_child_runs_this_very_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert environment()["PYTHONPATH"] == str(ROOT)


async def test_a_killed_child_is_started_again(module: Path) -> None:
    (module / "serves.py").write_text(SERVES)
    supervisor = Supervisor(quiet)
    try:
        assert (await supervisor.start(Role("one", ("serves",), "serving"))).startswith("serving")
        child = supervisor.child("one")
        first = child.pid
        child.kill()
        await eventually(lambda: child.pid is not None and child.pid != first)
        await eventually(lambda: supervisor.slow_count == 1)
    finally:
        codes = await supervisor.stop()
    assert codes == {"one": -signal.SIGTERM}


async def test_what_a_child_says_comes_with_its_name(module: Path) -> None:
    (module / "serves.py").write_text(SERVES)
    said: list[tuple[str, str]] = []
    supervisor = Supervisor(lambda role, line: said.append((role, line)))
    await supervisor.start(Role("one", ("serves",), "serving"))
    await supervisor.stop()
    assert said[0][0] == "one"
    assert said[0][1].startswith("serving")


async def test_a_child_that_never_serves_is_a_fault_with_its_last_words(module: Path) -> None:
    (module / "fails.py").write_text(FAILS)
    with pytest.raises(Fault) as caught:
        await Child(Role("bad", ("fails",), "serving"), quiet).start()
    assert (caught.value.role, caught.value.code) == ("bad", 3)
    assert caught.value.last_lines == ("no good",)


COMES_LATE = """
import pathlib, sys
starts = pathlib.Path(__file__).with_suffix(".starts")
count = len(starts.read_text()) if starts.exists() else 0
starts.write_text("x" * (count + 1))
if count != 1:  # the second start is the one that never serves
    print("serving", flush=True)
sys.stdin.read()
"""


def again(supervisor: Supervisor) -> int:
    return supervisor.failures_count + supervisor.slow_count


async def test_a_child_that_does_not_serve_in_time_after_a_restart_is_started_once_more(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.supervisor.READY_SECONDS_MAX", 2.0)
    (module / "comes_late.py").write_text(COMES_LATE)
    supervisor = Supervisor(quiet)
    await supervisor.start(Role("one", ("comes_late",), "serving"))
    running = asyncio.ensure_future(supervisor.run())
    try:
        supervisor.child("one").kill()
        await eventually(
            lambda: supervisor.failures_count + supervisor.slow_count == 2 or running.done(), 30
        )
        assert not running.done()
    finally:
        running.cancel()
        await supervisor.stop()


async def test_a_grave_end_is_not_started_again(module: Path) -> None:
    (module / "fails.py").write_text(FAILS)
    supervisor = Supervisor(quiet)
    await supervisor.start(Role("bad", ("fails",), grave=(3,)))
    with pytest.raises(Fault):
        await supervisor.run()
    await supervisor.stop()
    assert supervisor.failures_count == 0


async def test_a_child_that_stands_still_is_stopped_too(module: Path) -> None:
    (module / "serves.py").write_text(SERVES)
    supervisor = Supervisor(quiet)
    await supervisor.start(Role("one", ("serves",), "serving"))
    pid = supervisor.child("one").pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    assert await supervisor.stop() == {"one": -signal.SIGTERM}


PARENT = """
import asyncio
from infra.supervisor import Role, Supervisor

async def main():
    supervisor = Supervisor(lambda role, line: None)
    print(await supervisor.start(Role("one", ("serves",), "serving")), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_killed_supervisor_leaves_no_child(module: Path) -> None:
    (module / "serves.py").write_text(SERVES)
    (module / "parent.py").write_text(PARENT)
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "parent", env=environment(), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int((await parent.stdout.readline()).split()[1])
    parent.kill()
    await parent.wait()
    await eventually(lambda: not _runs(child))


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def test_a_child_that_ends_as_it_is_stopped_is_told_by_its_own_code(module: Path) -> None:
    (module / "serves.py").write_text(SERVES)
    for _ in range(8):  # asking the process for its code before the loop does made it 255
        child = Child(Role("one", ("serves",), "serving"), quiet)
        await child.start()
        assert child.pid is not None
        end_unseen(child.pid)
        assert await child.stop() == -signal.SIGKILL


def end_unseen(pid: int) -> None:
    """End a process, and return before the loop can know it."""
    os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
