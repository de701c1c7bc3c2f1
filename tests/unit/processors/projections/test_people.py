"""Accounts, roles and numbers, without a name."""

from pathlib import Path

from processors.projections import people
from tests.support.rows import AT_MS, changes_of, written
from trading.membership import events as ev
from trading.membership.commands import Parties

GRANTED = ev.RoleGranted("host", "hired", "a-admin", "admin")
ASSIGNED = ev.NumberAssigned("b1", "7", "o-1", Parties(sellers=("o-2",)), "a-desk")


def test_a_role_that_is_taken_away_is_no_row(tmp_path: Path) -> None:
    events = [GRANTED, ev.RoleRevoked("host", "left", "a-admin", "admin")]
    found = written(tmp_path, changes_of(people.project, "a-1", events))
    assert found["person_roles"] == []
    assert [row["account_id"] for row in found["people"]] == ["a-1"]


def test_a_role_says_who_gave_it_and_why(tmp_path: Path) -> None:
    (row,) = written(tmp_path, changes_of(people.project, "a-1", [GRANTED]))["person_roles"]
    assert (row["role"], row["granted_by"], row["reason"]) == ("host", "a-admin", "hired")


def test_a_number_that_is_withdrawn_says_when(tmp_path: Path) -> None:
    events = [ASSIGNED, ev.NumberWithdrawn("b1", "7", "mistake", "a-desk")]
    (row,) = written(tmp_path, changes_of(people.project, "a-1", events))["numbers"]
    assert (row["number"], row["withdrawn_at_ms"]) == ("7", AT_MS)


def test_a_ban_and_ended_sessions_are_kept(tmp_path: Path) -> None:
    events = [ev.SessionsRevoked(99, "lost phone"), ev.AccountBanned("fraud", "a-admin")]
    (row,) = written(tmp_path, changes_of(people.project, "a-1", events))["people"]
    assert (row["revoked_before_ms"], row["is_banned"]) == (99, 1)
    lifted = changes_of(people.project, "a-1", [*events, ev.BanLifted("error", "a-admin")])
    (tmp_path / "b").mkdir()
    assert written(tmp_path / "b", lifted)["people"][0]["is_banned"] == 0
