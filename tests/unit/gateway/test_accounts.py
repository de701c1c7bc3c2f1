"""`shuoguo account …` where no log runs: what is made, what is refused, what is never shown."""

import io
import json
from pathlib import Path

import pytest

from gateway.accounts import main
from gateway.place import open_place
from infra.cli.exits import Exit

SECRET = "a long secret of hers"  # noqa: S105


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHUOGUO_IDENTITY_URL", raising=False)
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def create(monkeypatch: pytest.MonkeyPatch, login: str = "lin", password: str = SECRET) -> int:
    typed(monkeypatch, password + "\nmore\n")
    return main(["create", login, "--name", "林知远", "--json"])


def test_an_account_is_made_with_a_password_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    assert create(monkeypatch) == Exit.OK
    made = json.loads(capsys.readouterr().out)
    assert (made["login"], made["roles"], made["disabled"]) == ("lin", [], False)
    assert (data / "identity.db").stat().st_mode & 0o777 == 0o600
    assert SECRET.encode() not in (data / "identity.db").read_bytes()
    place = open_place(data, None)
    account = place.people.by_login("lin")
    assert account is not None
    assert place.passwords.fits(SECRET, account.password_hash)


def test_or_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secret").write_text(SECRET + "\r\nsecond line\n")
    asked = ["create", "lin", "--name", "林", "--password-file", "secret"]
    assert main(asked) == Exit.OK
    assert SECRET not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["--password", "--passwd", "-p"])
def test_never_from_an_argument(name: str) -> None:
    assert main(["create", "lin", "--name", "林", name, SECRET]) == Exit.USAGE


@pytest.mark.parametrize(
    ("login", "password", "code"),
    [
        ("lin", "short", "PASSWORD_LENGTH"),
        ("lin", "", "PASSWORD_LENGTH"),
        ("lin.zhiyuan", "Lin.Zhiyuan", "PASSWORD_NAMES"),
        ("林", SECRET, "BAD_LOGIN"),
        ("taken", SECRET, "LOGIN_TAKEN"),
    ],
)
def test_what_cannot_be_is_told_by_its_code(
    login: str, password: str, code: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    create(monkeypatch, "taken")
    capsys.readouterr()
    assert create(monkeypatch, login, password) == Exit.USAGE
    told = capsys.readouterr()
    assert (told.out, told.err.split()[0]) == ("", code)


def test_a_role_needs_a_log_and_is_refused_before_anything_is_made(
    monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    typed(monkeypatch, SECRET)
    assert main(["create", "lin", "--name", "林", "--role", "investor"]) == Exit.NO_BROKER
    assert open_place(data, None).people.by_login("lin") is None
    assert main(["create", "lin", "--name", "林", "--role", "king"]) == Exit.USAGE
    assert create(monkeypatch) == Exit.OK
    assert main(["grant", "lin", "investor", "--reason", "x"]) == Exit.NO_BROKER
    assert main(["grant", "nobody", "investor", "--reason", "x"]) == Exit.REFUSED


def test_demo_people_are_made_in_a_demo_alone(
    capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    assert main(["seed-demo"]) == Exit.USAGE
    assert capsys.readouterr().err.split()[0] == "DEMO_ONLY"
    assert open_place(data, None).people.all_accounts() == []


def test_an_organisations_code_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["org", "create", "某某公司", "--code", "91350100M000100Y44"]) == Exit.USAGE
    assert main(["org", "create", "某某公司", "--code", "91350100M000100Y43", "--json"]) == Exit.OK
    capsys.readouterr()
    assert main(["org", "list", "--json"]) == Exit.OK
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == ["某某公司"]


def test_an_account_is_disabled_enabled_and_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    create(monkeypatch)
    assert main(["disable", "lin", "--reason", "left"]) == Exit.OK
    capsys.readouterr()
    main(["list", "--json"])
    assert [one["disabled"] for one in json.loads(capsys.readouterr().out)] == [True]
    assert main(["enable", "LIN"]) == Exit.OK
    capsys.readouterr()
    main(["list", "--json"])
    assert [one["disabled"] for one in json.loads(capsys.readouterr().out)] == [False]


def test_a_database_of_a_newer_version_is_left_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    create(monkeypatch)
    monkeypatch.setattr("infra.identity.migrations.MIGRATIONS", ())
    capsys.readouterr()
    assert main(["list"]) == Exit.FOLDER
    assert capsys.readouterr().err.split()[0] == "IDENTITY_TOO_NEW"
