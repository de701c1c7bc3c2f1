"""Folders for a while: gone with their owner, and nobody else's."""

import fcntl
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from infra.scratch import keep, scratch, sweep

KILLED = """
import os, signal
from infra.scratch import scratch
with scratch("killed") as folder:
    (folder / "log").write_text("much")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_folder_is_gone_when_done_with_and_stays_where_it_is_kept(place: Path) -> None:
    with scratch("a") as gone, scratch("b") as stays:
        (gone / "file").write_text("x")
        keep(stays)
    sweep()
    assert list(place.iterdir()) == [stays]


def test_what_a_killed_owner_left_is_swept_at_the_next_start(place: Path) -> None:
    left = subprocess.run(
        [sys.executable, "-c", KILLED], capture_output=True, text=True, check=False
    ).stdout.strip()
    assert Path(left).is_dir()
    with scratch("next") as folder:
        assert list(place.iterdir()) == [folder]


def test_what_somebody_has_or_nobody_of_ours_made_is_left_alone(place: Path) -> None:
    strange, older = place / "other", place / "shuoguo-demo-older"
    for folder in (strange, older):
        folder.mkdir()
    with scratch("mine") as mine, (mine / ".owner").open() as seen:
        with pytest.raises(BlockingIOError):
            fcntl.flock(seen, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sweep()
        assert {*place.iterdir()} == {strange, older, mine}
