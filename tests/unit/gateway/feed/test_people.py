"""Roles, numbers, revocations and bans, as decisions about accounts leave them."""

from __future__ import annotations

from gateway.feed.folded import Change, Known, Step
from gateway.feed.people import People
from infra.codec import Decision, Entry
from infra.codec.decisions import Asked
from infra.topics import TRADING
from trading.membership.commands import Parties
from trading.membership.state import Membership, Number

PARTIES = Parties(sellers=("o-seller", "a-seller"))


def step(before: Membership | None, after: Membership) -> Step:
    entry = Entry(after.account_id, 0, 0, [])
    decision = Decision(Asked(0), 1, 1, 1, "decided", [entry], 1, "", "")
    change = Change(after.account_id, Known(before), Known(after), (), entry)
    return Step(TRADING, 0, 0, decision, "", (change,))


def test_a_number_leads_to_its_bearer_and_back() -> None:
    people = People()
    borne = Membership("a-ann", numbers=(Number("B-1", "101", "", PARTIES),))
    people.take(step(None, borne))
    assert people.numbers_of("a-ann") == {"B-1": "101"}
    assert people.account_of("B-1", "101") == "a-ann"
    assert people.bearers_in("B-1") == ["a-ann"]
    assert people.sellers_of("B-1") == ("o-seller", "a-seller")


def test_a_number_taken_back_leads_nowhere() -> None:
    people = People()
    borne = Membership("a-ann", numbers=(Number("B-1", "101", "", PARTIES),))
    people.take(step(None, borne))
    people.take(step(borne, Membership("a-ann")))
    assert people.numbers_of("a-ann") == {}
    assert people.account_of("B-1", "101") is None


def test_a_number_given_twice_is_borne_by_nobody() -> None:
    people = People()
    numbers = (Number("B-1", "101", "", PARTIES),)
    people.take(step(None, Membership("a-ann", numbers=numbers)))
    people.take(step(None, Membership("a-ben", numbers=numbers)))
    assert people.account_of("B-1", "101") is None
    assert people.numbers_of("a-ann") == people.numbers_of("a-ben") == {}
    assert people.bearers_in("B-1") == []
    people.take(step(Membership("a-ben", numbers=numbers), Membership("a-ben")))
    assert people.account_of("B-1", "101") == "a-ann"


def test_a_number_changes_no_standing() -> None:
    people = People()
    before = Membership("a-ann")
    people.take(step(before, Membership("a-ann", numbers=(Number("B-1", "101", "", PARTIES),))))
    assert people.changed == []


def test_what_changes_a_standing_is_told_and_what_does_not_is_not() -> None:
    people = People()
    before = Membership("a-ann", roles=("investor",))
    people.take(step(None, before))
    people.take(step(before, Membership("a-ann", roles=("investor",), relations=())))
    assert people.changed == ["a-ann"]
    people.take(step(before, Membership("a-ann", phase="banned", revoked_before_ms=9)))
    assert people.changed == ["a-ann", "a-ann"]
    assert people.is_banned("a-ann")
    assert people.revoked_before_ms("a-ann") == 9


def test_an_account_that_the_log_does_not_know_holds_nothing() -> None:
    people = People()
    assert people.roles_of("a-nobody") is None
    assert not people.is_banned("a-nobody")
    assert people.revoked_before_ms("a-nobody") == 0
    assert people.numbers_of("a-nobody") == {}
