"""Whose roles the bots play: a person's, until he has a page open, and again when he has left."""

from pathlib import Path

import pytest

from infra import here
from infra.here import read_here, write_here
from producers.show_people import Person, StandIns, cast_of


def test_a_bot_steps_back_while_a_person_has_a_page_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bots = StandIns(cast_of(1, "demo", None), tmp_path)
    host, guest = Person("a-host", "host", is_bot=False), Person("a-bot", "investor")
    assert bots.play(host)
    write_here(tmp_path, ["a-host", "a-bot"])
    assert not bots.play(host)
    assert bots.play(guest), "nobody can sign in as a bot"
    write_here(tmp_path, ["a-other"])
    assert bots.play(host)
    write_here(tmp_path, ["a-host"])
    monkeypatch.setattr(here, "LASTS_MS", -1)
    assert bots.play(host), "a gateway that has died says nothing of anybody"


def test_who_is_here_is_for_the_owner_of_the_folder_alone(tmp_path: Path) -> None:
    write_here(tmp_path, ["a-1"])
    assert (tmp_path / here.NAME).stat().st_mode & 0o777 == 0o600
    assert read_here(tmp_path) == {"a-1"}
    (tmp_path / here.NAME).write_text("[1")
    assert read_here(tmp_path) == frozenset()
