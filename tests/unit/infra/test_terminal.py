"""The command line in any encoding, before a reader who goes, on a full disk, in a folder gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.supervisor import environment

DOCTOR = ("doctor", "--port", "0")
MANY = """
import sys
for _ in range(100_000):
    sys.stdout.write("硕果 ✓\\n")
"""


def shuoguo(
    *arguments: str, stdout: int | None = None, more: dict[str, str] | None = None
) -> tuple[int, bytes, str]:
    """Run the command line in an environment with `more`; its exit code, stdout and stderr."""
    ended = subprocess.run(
        [sys.executable, "-m", "infra.cli", *arguments],
        env={**environment(), **(more or {})},
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        check=False,
    )
    return ended.returncode, ended.stdout or b"", ended.stderr.decode(errors="replace")


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"PYTHONIOENCODING": "gbk"}, "? 正常".encode("gbk")),
        ({"PYTHONIOENCODING": "ascii"}, b"? ??"),
        ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, b"? ??"),
        ({"PYTHONIOENCODING": "utf-8"}, "✓ 正常".encode()),
    ],
)
def test_the_result_is_the_same_in_any_encoding(
    more: dict[str, str], shown: bytes, tmp_path: Path
) -> None:
    code, out, err = shuoguo(*DOCTOR, "--data", str(tmp_path), more=more)
    assert (code, out[: len(shown)], err) == (0, shown, "")


def test_our_own_processes_speak_utf8_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / "many.py").write_text("print('硕果 ✓')", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])
    more = {"PYTHONIOENCODING": "gbk", "PYTHONPATH": path}
    read, write = os.pipe()  # what a supervisor holds open
    ended = subprocess.run(
        [sys.executable, "-m", "infra.child", "many"],
        env={**environment(), **more}, stdin=read, capture_output=True, check=False,
    )  # fmt: skip
    os.close(read)
    os.close(write)
    assert ended.stdout.decode() == "硕果 ✓\n"


@pytest.mark.parametrize("arguments", [DOCTOR, ("--help",), ("schema",), ("account", "--help")])
def test_a_full_disk_is_one_line_and_a_code(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        code, _, err = shuoguo(*arguments, stdout=full.fileno())
    assert code == 8
    assert err.startswith("SYSTEM_ERROR")
    assert "No space left on device" in err
    assert "Traceback" not in err


def test_a_reader_who_goes_ends_it_in_silence(tmp_path: Path) -> None:
    (tmp_path / "many.py").write_text(MANY, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.shown", "many"],
        env={**environment(), "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (DOCTOR, 1),
        (("verify",), 5),
        (("db", "migrate"), 8),
        (("account", "list"), 6),
        (("up", "--port", "0"), 6),
        (("bidding", "bid", "b-1", "-5", "--as", "101", "--bootstrap", "127.0.0.1:1"), 5),
    ],
)
def test_a_folder_that_is_gone_is_told(
    arguments: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    found, out, err = shuoguo(*arguments)
    assert found == code, err
    assert out or err
    assert "Traceback" not in err
