"""`shuoguo` as a program calls it: exit codes, and what is refused before anything runs."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from infra.cli.doctor import findings
from infra.cli.exits import Exit
from infra.cli.machine import Patience, Ports, deciding_roles, free_port, refusal, web_roles
from infra.cli.main import app, run_app
from infra.cli.roles import exit_of
from infra.process import EXIT_BROKEN
from infra.running import Running, forget_running, read_running, write_running
from infra.supervisor import Fault


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], Exit.OK),
        (["nonsense"], Exit.USAGE),
        (["verify", "--nonsense"], Exit.USAGE),
        (["command", "status"], Exit.USAGE),
        (["up", "--port", "70000"], Exit.USAGE),
        (["demo", "--for", "0"], Exit.USAGE),
        (["command", "send", "missing.jsonl"], Exit.USAGE),
        (["verify", "--bootstrap", "nowhere"], Exit.USAGE),
        (["verify", "--bootstrap", "127.0.0.1:1"], Exit.NO_BROKER),
        (["log", "tail", "--data", "missing"], Exit.NO_BROKER),
        (["bidding", "bid", "b-1", "210万", "--as", "101", "--data", "missing"], Exit.NO_BROKER),
    ],
)
def test_an_exit_code_says_what_was_wrong(
    arguments: list[str], code: Exit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_app(app, arguments, "shuoguo") == code


def test_a_broken_chain_has_a_code_of_its_own() -> None:
    assert exit_of(EXIT_BROKEN) == Exit.BROKEN
    assert exit_of(Exit.NO_BROKER) == Exit.NO_BROKER
    assert exit_of(0) == Exit.OK


def kills(stalls: int, looks_each: int = 3) -> list[int]:
    """At which of so many stalls in a row they are killed."""
    patience = Patience()
    looks = [(stall, look == looks_each) for stall in range(1, stalls + 1)
             for look in range(1, looks_each + 1)]  # fmt: skip
    return [stall for stall, stalled in looks if patience.is_over(stalled=stalled)]


def test_deciders_that_stand_still_again_and_again_get_ever_more_time() -> None:
    assert kills(20) == [1, 3, 7, 15]


def test_deciders_that_got_on_meanwhile_are_killed_at_the_first_stall() -> None:
    assert kills(4, looks_each=4) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("broker_code", "word"),
    [
        (3, "PORT_TAKEN"),
        (4, "FOLDER_IN_USE"),
        (5, "FOLDER_TOO_NEW"),
        (7, "FOLDER_NOT_USABLE"),
    ],
)
def test_the_brokers_refusal_is_told_by_name(broker_code: int, word: str, tmp_path: Path) -> None:
    error = refusal(Fault("broker", broker_code, []), tmp_path, 1)
    assert error.exit_code == Exit.FOLDER
    assert error.line.startswith(word)


def test_another_role_that_found_a_broken_chain_does_not_blame_the_folder(tmp_path: Path) -> None:
    said = "the chain is broken: decision 1: …"
    error = refusal(Fault("chronograph-0", EXIT_BROKEN, [said]), tmp_path, 1)
    assert error.exit_code == Exit.FAULT
    assert said in error.line


def test_what_runs_on_a_folder_is_written_read_and_forgotten(tmp_path: Path) -> None:
    running = Running("127.0.0.1:9", "log", os.getpid(), "test")
    write_running(tmp_path, running)
    assert read_running(tmp_path) == running
    forget_running(tmp_path)
    assert read_running(tmp_path) is None


def test_what_another_process_runs_there_is_not_forgotten(tmp_path: Path) -> None:
    running = Running("127.0.0.1:9", "log", os.getpid() + 1, "test")
    write_running(tmp_path, running)
    forget_running(tmp_path)
    assert read_running(tmp_path) == running


def test_a_damaged_run_file_says_that_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    assert read_running(tmp_path) is None


def test_the_doctor_tells_what_is_there_and_what_is_optional(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {one.name: one.status for one in findings(tmp_path, free_port())}
    assert found["python"] == found["data"] == found["port"] == "ok"
    assert found["java"] in ("ok", "absent")
    code = run_app(app, ["doctor", "--json", "--data", str(tmp_path), "--port", "0"], "shuoguo")
    assert code in (Exit.OK, Exit.REFUSED)
    assert {one["name"] for one in json.loads(capsys.readouterr().out)} == set(found)


@pytest.mark.parametrize("newer", ["2", "written by who knows what"])
def test_the_doctor_tells_a_folder_of_a_newer_version(newer: str, tmp_path: Path) -> None:
    (tmp_path / "FORMAT").write_text(newer + "\n")
    found = {one.name: one for one in findings(tmp_path, free_port())}
    assert found["data"].status == "missing"
    assert "newer" in found["data"].detail


def test_the_doctor_does_not_take_a_dead_process_for_a_running_one(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as gone:
        pass
    write_running(tmp_path, Running("127.0.0.1:9", "log", gone.pid))
    found = {one.name: one for one in findings(tmp_path, free_port())}
    assert "in use" not in found["data"].detail


def test_a_log_whose_id_begins_with_a_dash_is_started_like_any_other(tmp_path: Path) -> None:
    running = Running("127.0.0.1:1", "-dash", 1, "test", "http://127.0.0.1:2", "ws://127.0.0.1:3/x")
    roles = [*deciding_roles(running, tmp_path), *web_roles(running, tmp_path)]
    assert [role.name for role in roles if "--log-id=-dash" not in role.arguments] == []


def test_where_streams_come_from_is_told_to_the_pages_alone(tmp_path: Path) -> None:
    running = Running("127.0.0.1:1", "log", 1, "test", "http://127.0.0.1:2", "ws://127.0.0.1:3/x")
    ports = Ports(stream_origins=("https://a.example", "https://b.example"))
    told = {role.name: role.arguments for role in web_roles(running, tmp_path, ports)}
    assert told["http"][-4:] == (
        "--stream-origin", "https://a.example", "--stream-origin", "https://b.example",
    )  # fmt: skip
    assert all("--stream-origin" not in told[name] for name in told.keys() - {"http"})


def test_figures_are_told_where_they_are_asked_for_each_at_a_port_of_its_own(
    tmp_path: Path,
) -> None:
    running = Running("127.0.0.1:1", "log", 1, "test", "http://127.0.0.1:2", "ws://127.0.0.1:3/x")
    told = {role.name: role.arguments for role in web_roles(running, tmp_path, Ports(metrics=9100))}
    found = {name: said[-1] for name, said in told.items() if "--metrics-port" in said}
    assert found == {"http": "9100", "push": "9101", "projections": "9102"}
    plain = web_roles(running, tmp_path)
    assert [role.name for role in plain if "--metrics-port" in role.arguments] == []


@pytest.mark.parametrize("origin", ["http://a.example", "https://a.example/x", "https://a b"])
def test_a_stream_is_not_shown_from_just_anywhere(origin: str, tmp_path: Path) -> None:
    arguments = ["up", "--data", str(tmp_path), "--stream-origin", origin]
    assert run_app(app, arguments, "shuoguo") == Exit.USAGE
