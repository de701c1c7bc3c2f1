"""Making the virtual environment: quick where nothing changed, whole where something did."""

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
