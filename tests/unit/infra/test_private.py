"""What is written is its owner's alone, from its first byte on; what is older is mended."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.broker.storage import Storage
from infra.cli.doctor import findings
from infra.db.engine import open_engine, url_of
from infra.db.migrate import migrate
from infra.private import keep_private, open_to_others, own_folder, write_whole
from infra.running import Running, write_running
from processors.snapshots import Snapshots


@pytest.fixture(autouse=True)
def mask() -> Iterator[None]:
    """The mask of most machines, before and after."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_all_that_is_written_is_its_owners_from_the_first_byte(tmp_path: Path) -> None:
    keep_private()
    data = tmp_path / "data"
    storage = Storage(data)
    engine = open_engine(url_of(None, data, "readmodel.db"))
    migrate(engine)
    write_running(data, Running("127.0.0.1:1", "a-log", 1))
    Snapshots(data / "snapshots").save("bidding.commands", 0, b"limits")
    names = {path.name for path in data.rglob("*")}
    assert {"log.sqlite", "log.sqlite-wal", "readmodel.db", "run.json", "snapshots"} <= names
    assert [str(path) for path in (data, *data.rglob("*")) if mode_of(path) & 0o077] == []
    engine.dispose()
    storage.close()


@pytest.mark.parametrize(
    "role",
    [
        "gateway.__main__",
        "producers.__main__",
        "processors.__main__",
        "infra.__main__",
        "infra.cli.main",
    ],
)
def test_every_command_line_sets_the_mask_before_anything(role: str) -> None:
    said = (
        f"import os, sys, importlib; module = importlib.import_module('{role}')\n"
        "try: module.main([])\n"
        "except SystemExit: pass\n"
        "sys.stdout.write(f'mask {os.umask(0):o}')\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, check=False
    )
    assert answer.stdout.endswith("mask 77"), answer.stderr


def test_an_older_folder_is_mended_and_what_is_not_ours_is_left(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "keys").mkdir(parents=True)
    for name in ("log.sqlite", "log.sqlite-wal", "run.json", "keys/push-1", "notes.txt"):
        (data / name).write_text("x")
    (data / "log.link").symlink_to(data / "notes.txt")
    own_folder(data)
    assert mode_of(data) == mode_of(data / "keys") == 0o700
    assert mode_of(data / "log.sqlite-wal") == mode_of(data / "keys/push-1") == 0o600
    assert mode_of(data / "notes.txt") == 0o644
    assert list(open_to_others(data)) == []


def test_a_folder_that_is_everybodys_stays_everybodys(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "log.sqlite").write_text("x")
    own_folder(tmp_path)
    assert mode_of(tmp_path) == 0o1777
    assert mode_of(tmp_path / "log.sqlite") == 0o600


def test_the_doctor_names_what_others_may_read(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite").write_text("x")
    tmp_path.chmod(0o700)
    found = {one.name: one for one in findings(tmp_path, 0)}
    assert found["private"].status == "missing"
    assert str(tmp_path / "log.sqlite") in found["private"].detail
    own_folder(tmp_path)
    assert {one.name: one.status for one in findings(tmp_path, 0)}["private"] == "ok"


def test_a_file_is_written_whole_and_for_its_owner_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_whole(tmp_path / "run.json", "一")
    finally:
        os.umask(before)
    assert (tmp_path / "run.json").read_text(encoding="utf-8") == "一"
    assert (tmp_path / "run.json").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["run.json"]
