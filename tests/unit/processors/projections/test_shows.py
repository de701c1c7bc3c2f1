"""Rows of sessions agree with what the rules fold, after a whole session told row by row."""

import json
from pathlib import Path

import pytest

from processors.projections import interests, questions, shows
from processors.projections.changes import Change
from roadshow.session import commands as cmd
from tests.scenarios.test_roadshow_stories import A_WHOLE_SESSION
from tests.support.rows import Rows, context, written
from tests.support.show_story import tell_show
from tests.support.shows import ANN, SESSION_ID, ShowPlay, item, offer, rehearsed


def rows_after(events: list[object], folder: Path) -> Rows:
    changes: list[Change] = []
    for seq, event in enumerate(events, 1):
        for project in (shows.project, questions.project, interests.project):
            changes += project(event, context(SESSION_ID, seq))
    return written(folder, changes)


def told() -> ShowPlay:
    play = rehearsed(item("i1", offer=offer()), item("i2"), item("i3"))
    play.do(ANN, cmd.RegisterAttendee())
    tell_show(play, A_WHOLE_SESSION)
    return play


@pytest.fixture(scope="module")
def play() -> ShowPlay:
    return told()


def test_phases_agree_at_every_step(play: ShowPlay, tmp_path: Path) -> None:
    for length in range(1, len(play.events) + 1, 3):
        folder = tmp_path / str(length)
        folder.mkdir()
        part = ShowPlay()
        part.happens(*play.events[:length])
        found = rows_after(play.events[:length], folder)
        assert found["sessions"][0]["phase"] == part.now.phase
        assert {row["item_id"]: row["phase"] for row in found["agenda_items"]} == {
            one.item_id: one.phase for one in part.now.items.values()
        }
        assert {row["question_id"]: row["phase"] for row in found["questions"]} == {
            one.question_id: one.phase for one in part.show.questions.questions.values()
        }


def test_what_the_bidding_came_to_stands_on_the_item(play: ShowPlay, tmp_path: Path) -> None:
    found = rows_after(play.events, tmp_path)
    first = next(row for row in found["agenda_items"] if row["item_id"] == "i1")
    assert first["bidding_id"] == "s1.i1.1"
    assert json.loads(first["result"])["outcome"] == "sold"


def test_who_takes_part_has_a_code_once_he_is_there(play: ShowPlay, tmp_path: Path) -> None:
    found = rows_after(play.events, tmp_path)
    assert {row["account_id"]: row["code"] for row in found["attendees"]} == dict(
        play.now.attendees
    )
    assert found["sessions"][0]["attendees_count"] == len(play.now.attendees)


def test_an_interest_bears_the_place_of_its_decision(play: ShowPlay, tmp_path: Path) -> None:
    (row,) = rows_after(play.events, tmp_path)["interests"]
    assert (row["item_id"], row["kind"], row["account_id"]) == ("i1", "buy", "a-ann")
    assert row["decision_hash"]
