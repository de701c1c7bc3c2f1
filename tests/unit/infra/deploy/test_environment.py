"""Making the virtual environment: quick where nothing changed, whole where something did."""

import hashlib
import venv
import zipfile
from pathlib import Path

import pytest

from infra.deploy import environment


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project whose environment is current, without having made one."""
    folder = tmp_path / ".venv"
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / "requirements.lock").write_text("one==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    places = {"ROOT": tmp_path, "VENV": folder, "PYTHON": python, "STAMP": folder / ".made-from"}
    for name, place in places.items():
        monkeypatch.setattr(environment, name, place)
    environment.STAMP.write_text(environment.fingerprint())
    return tmp_path


@pytest.mark.usefixtures("project")
def test_nothing_changed_means_nothing_to_do() -> None:
    assert environment.is_current()


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_another_lock_or_project_makes_it_anew(project: Path, name: str) -> None:
    (project / name).write_text("other\n")
    assert not environment.is_current()
    assert not environment.is_foreign()


@pytest.mark.usefixtures("project")
def test_one_that_was_interrupted_is_gone_over_again() -> None:
    environment.STAMP.unlink()
    assert not environment.is_current()


@pytest.mark.usefixtures("project")
def test_one_without_its_python_is_made_anew() -> None:
    environment.PYTHON.unlink()
    assert not environment.is_current()


def test_one_that_was_carried_elsewhere_is_made_anew(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    for name in ("requirements.lock", "pyproject.toml"):
        (elsewhere / name).write_text((project / name).read_text())
    monkeypatch.setattr(environment, "ROOT", elsewhere)
    assert not environment.is_current()
    assert environment.is_foreign()


def wheel(folder: Path, name: str, version: str, *requires: str) -> str:
    """Write a package with nothing in it; return its hash as a lock names it."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more"]
    metadata += [f"Requires-Dist: {one}" for one in requires]
    kind = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
        archive.writestr(f"{info}/WHEEL", kind)
        archive.writestr(f"{info}/RECORD", "")
    return f"--hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an environment that has pip and nothing else."""
    folder = tmp_path_factory.mktemp("project")
    venv.create(folder / ".venv", with_pip=True)
    (folder / "packages").mkdir()
    return folder


@pytest.fixture
def index(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that stands for the registry; the project beside it asks no other."""
    places = {"ROOT": made, "PYTHON": made / ".venv" / "bin" / "python"}
    for name, place in places.items():
        monkeypatch.setattr(environment, name, place)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(made / "packages"))
    return made / "packages"


def test_a_newer_release_of_what_is_locked_changes_nothing(index: Path) -> None:
    pinned = wheel(index, "measured", "1.0")
    asking = wheel(index, "asking", "1.0", "measured[more]>=1.0")
    wheel(index, "measured", "2.0")
    lock = environment.ROOT / "requirements.lock"
    lock.write_text(f"measured==1.0 {pinned}\nasking==1.0 {asking}\n")
    environment.install_locked()
    assert "measured==1.0" in environment.run("-m", "pip", "freeze").stdout


def test_a_lock_that_leaves_something_out_is_refused(index: Path) -> None:
    wheel(index, "forgotten", "1.0")
    needing = wheel(index, "needing", "1.0", "forgotten>=1.0")
    (environment.ROOT / "requirements.lock").write_text(f"needing==1.0 {needing}\n")
    with pytest.raises(SystemExit, match="not complete"):
        environment.install_locked()
