"""Accounts and organisations: what is taken, what is refused, what is found again."""

import pytest
from sqlalchemy import Engine

from infra.identity.people import NotTaken, People

NOW = 1_800_000_000_000


@pytest.fixture
def people(engine: Engine) -> People:
    return People(engine)


def test_an_account_is_found_by_its_login_in_any_case(people: People) -> None:
    made = people.create_account(" Lin.ZhiYuan ", "林  知远", None, "hash", NOW)
    assert (made.login, made.display_name) == ("lin.zhiyuan", "林 知远")
    assert people.by_login("LIN.zhiyuan") == people.by_id(made.account_id) == made
    assert people.by_login("somebody") is people.by_id("a-0") is None
    assert made.account_id.startswith("a-")
    assert "hash" not in repr(made)


def test_what_cannot_be_a_login_is_nobodys(people: People) -> None:
    assert people.by_login("a\x00bc") is people.by_login("") is people.by_login("'; --") is None


@pytest.mark.parametrize("login", ["", "ab", "-abc", "a b c", "登录名", "x" * 65, "a\x00bc"])
def test_a_login_of_another_form_is_refused(people: People, login: str) -> None:
    with pytest.raises(NotTaken, match="BAD_LOGIN"):
        people.create_account(login, "名", None, "hash", NOW)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\u202eb"])
def test_a_name_of_another_form_is_refused(people: People, name: str) -> None:
    with pytest.raises(NotTaken, match="BAD_NAME"):
        people.create_account("login", name, None, "hash", NOW)


def test_a_login_is_given_once(people: People) -> None:
    people.create_account("lin", "林", None, "hash", NOW)
    with pytest.raises(NotTaken, match="LOGIN_TAKEN"):
        people.create_account("LIN", "别人", None, "hash", NOW)


def test_an_organisation_has_a_checked_code_or_none(people: People) -> None:
    made = people.create_organisation("某某公司", "91350100M000100Y43", NOW)
    people.create_organisation("没有代码的机构", None, NOW)
    people.create_organisation("另一个没有代码的机构", None, NOW)
    assert people.organisation(made.org_id) == made
    assert len(people.all_organisations()) == 3
    with pytest.raises(NotTaken, match="BAD_CREDIT_CODE"):
        people.create_organisation("某某公司", "91350100M000100Y44", NOW)
    with pytest.raises(NotTaken, match="CREDIT_CODE_TAKEN"):
        people.create_organisation("别的名字", "91350100M000100Y43", NOW)


def test_an_account_belongs_to_an_organisation_that_is_there(people: People) -> None:
    made = people.create_organisation("某某公司", None, NOW)
    assert people.create_account("lin", "林", made.org_id, "hash", NOW).org_id == made.org_id
    with pytest.raises(NotTaken, match="UNKNOWN_ORGANISATION"):
        people.create_account("chen", "陈", "o-0", "hash", NOW)


def test_it_is_disabled_and_enabled_and_its_password_replaced(people: People) -> None:
    account_id = people.create_account("lin", "林", None, "hash", NOW).account_id
    people.disable(account_id, NOW + 1)
    people.set_password(account_id, "another", NOW + 2)
    found = people.by_id(account_id)
    assert found is not None
    assert (found.disabled_at_ms, found.password_hash) == (NOW + 1, "another")
    people.enable(account_id)
    assert [one.disabled_at_ms for one in people.all_accounts()] == [None]


def test_names_are_told_of_those_asked_for_alone(people: People) -> None:
    made = [people.create_account(f"login{i}", f"名{i}", None, "hash", NOW) for i in range(3)]
    wanted = [made[0].account_id, made[2].account_id, "a-0"]
    assert people.names_of(wanted) == {made[0].account_id: "名0", made[2].account_id: "名2"}
    assert people.names_of([]) == {}
