"""Of what a person wants to be reminded: each has his own, and no more than he may."""

import pytest
from sqlalchemy import Engine

from infra.identity import reminders
from infra.identity.people import People
from infra.identity.reminders import Reminders

NOW = 1_800_000_000_000


def test_a_wish_is_kept_once_until_it_is_taken_back(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "REMINDERS_MAX", 2)
    people = People(engine)
    org = people.create_organisation("海岳大学", None, NOW)
    him = people.create_account("lin", "林", org.org_id, "hash", NOW).account_id
    her = people.create_account("zhou", "周", None, "hash", NOW).account_id
    assert people.names([him, her, "a-nobody"]) == {him: "海岳大学 林", her: "周"}
    wishes = Reminders(engine)
    assert wishes.add(him, "S-1", NOW)
    assert wishes.add(him, "S-1", NOW + 1)
    assert wishes.add(him, "S-2", NOW)
    assert not wishes.add(him, "S-3", NOW)
    assert sorted(wishes.of(him)) == ["S-1", "S-2"]
    assert wishes.of(her) == []
    wishes.remove(him, "S-1")
    assert wishes.of(him) == ["S-2"]
