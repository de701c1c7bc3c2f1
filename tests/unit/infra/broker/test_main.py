"""The broker as a process: what it refuses and with which exit code."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.broker.main import (
    EXIT_FOLDER_IN_USE,
    EXIT_FOLDER_TOO_NEW,
    EXIT_FOLDER_UNUSABLE,
    EXIT_PORT_TAKEN,
    EXIT_REMOTE,
    EXIT_STOPPED,
    main,
)
from infra.broker.storage import Storage
from tests.support.brokers import start_embedded


def test_a_second_broker_on_the_folder_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = Storage(tmp_path)
    assert main(["--data", str(tmp_path), "--port", "0"]) == EXIT_FOLDER_IN_USE
    assert str(tmp_path) in capsys.readouterr().err
    held.close()


def test_a_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "FORMAT").write_text("2")
    assert main(["--data", str(tmp_path), "--port", "0"]) == EXIT_FOLDER_TOO_NEW


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])  # noqa: S104
def test_a_host_that_is_not_loopback_is_refused(tmp_path: Path, host: str) -> None:
    assert main(["--data", str(tmp_path), "--host", host]) == EXIT_REMOTE
    assert list(tmp_path.iterdir()) == []


def no_database(folder: Path) -> Path:
    (folder / "log.sqlite").write_bytes(b"this is no database, whatever its name says" * 200)
    return folder


def a_damaged_database(folder: Path) -> Path:
    Storage(folder).close()
    with (folder / "log.sqlite").open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 8192 * 6)
    return folder


def a_file(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file"


@pytest.mark.parametrize("unusable", [no_database, a_damaged_database, a_file])
def test_a_folder_that_cannot_be_used_is_named(
    unusable: Callable[[Path], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = unusable(tmp_path)
    assert main(["--data", str(folder), "--port", "0"]) == EXIT_FOLDER_UNUSABLE
    assert f"the data folder {folder} cannot be used: " in capsys.readouterr().err


def test_a_taken_port_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--data", str(tmp_path), "--port", port]) == EXIT_PORT_TAKEN


async def test_sigterm_is_a_clean_stop_and_the_log_id_stays(tmp_path: Path) -> None:
    running = await start_embedded(tmp_path / "one")
    assert await running.stop() == EXIT_STOPPED
    first = Storage(tmp_path / "one")
    kept = first.log_id
    first.close()
    await running.restart()
    assert await running.stop() == EXIT_STOPPED
    again = Storage(tmp_path / "one")
    assert again.log_id == kept
    again.close()


async def test_with_the_guard_it_stops_when_its_parents_pipe_closes(tmp_path: Path) -> None:
    running = await start_embedded(tmp_path / "one")
    assert running.process.stdin is not None
    running.process.stdin.close()
    assert await asyncio.to_thread(running.process.wait, 20) == EXIT_STOPPED
    await running.stop()
