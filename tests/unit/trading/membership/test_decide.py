"""What may be asked about an account, and what it leads to."""

import pytest

from tests.support.accounts import ACCOUNT_ID, Account, assigning, granted
from tests.support.people import ADMIN, BROKER, DESK, OPERATOR, REVIEWER, investor
from trading.membership import commands as cmd
from trading.membership import events as ev
from trading.membership.commands import Parties
from trading.membership.decide import NUMBERS_MAX, RELATIONS_MAX
from trading.membership.state import Membership, Number, Relation
from trading.outcome import By

OWNER = By(ACCOUNT_ID, "investor")
GRANT = cmd.GrantRole(role="investor", reason="papers seen")


def test_the_first_admin_is_granted_by_the_operator() -> None:
    account = Account()
    assert account.code(OPERATOR, cmd.GrantRole(role="admin", reason="first")) == "ok"
    assert account.now.roles == ("admin",)
    assert account.events == [ev.RoleGranted("admin", "first", "operator", "operator")]


@pytest.mark.parametrize(
    "by", [investor(), DESK, REVIEWER, By("a-x", "auditor"), By("a-x", "operator")]
)
def test_only_admin_and_operator_grant(by: By) -> None:
    assert Account().code(by, GRANT) == "NOT_PERMITTED"


def test_nobody_grants_to_himself() -> None:
    account = granted("admin")
    himself = By(ACCOUNT_ID, "admin")
    assert account.code(himself, cmd.GrantRole(role="auditor", reason="mine")) == "OWN_ACCOUNT"
    assert account.code(himself, cmd.BanAccount(reason="mine")) == "OWN_ACCOUNT"
    assert account.code(himself, cmd.LiftBan(reason="mine")) == "OWN_ACCOUNT"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (cmd.GrantRole(role="king", reason="x"), "role"),
        (cmd.GrantRole(role="public", reason="x"), "role"),
        (cmd.GrantRole(role="investor", reason=" "), "reason"),
        (cmd.GrantRole(role="investor", reason="x" * 301), "reason"),
        (cmd.DeclareRelation(kind="friend", party="o-1"), "kind"),
        (cmd.DeclareRelation(kind="employee", party="Mr Wang"), "party"),
        (cmd.RevokeSessions(reason=""), "reason"),
    ],
)
def test_what_cannot_be_read_is_told_by_field(command: object, field: str) -> None:
    assert granted("broker").field(ADMIN, command) == field


def test_a_role_is_granted_once_and_never_beside_what_it_must_stand_apart_from() -> None:
    account = granted("investor")
    assert account.code(ADMIN, GRANT) == "ALREADY_DONE"
    refused = account.ask(ADMIN, cmd.GrantRole(role="supervisor", reason="x")).rejection
    assert refused is not None
    assert (refused.code, refused.params) == (
        "SEPARATION_OF_DUTIES",
        {"rule": "SD-7", "role": "investor"},
    )


def test_a_role_lost_ends_the_sessions() -> None:
    account = granted("investor", "broker")
    account.ask(ADMIN, cmd.RevokeRole(role="broker", reason="left"), 7_000)
    assert account.now.roles == ("investor",)
    assert account.now.revoked_before_ms == 7_000
    assert account.events[-2:] == [
        ev.RoleRevoked("broker", "left", ADMIN.actor, "admin"),
        ev.SessionsRevoked(7_000, "role_revoked"),
    ]
    assert account.code(ADMIN, cmd.RevokeRole(role="broker", reason="left")) == "NOT_HELD"


def test_an_account_ends_its_own_sessions() -> None:
    account = granted("investor")
    assert account.code(OWNER, cmd.RevokeSessions(reason="lost phone"), 9_000) == "ok"
    assert account.now.revoked_before_ms == 9_000
    assert account.code(investor(2), cmd.RevokeSessions(reason="his")) == "NOT_PERMITTED"


def test_a_banned_account_gets_nothing_and_comes_back() -> None:
    account = granted("investor")
    assert account.code(ADMIN, cmd.LiftBan(reason="x")) == "NOT_BANNED"
    assert account.code(ADMIN, cmd.BanAccount(reason="abuse"), 5_000) == "ok"
    assert account.events[-1] == ev.SessionsRevoked(5_000, "banned")
    assert account.code(ADMIN, cmd.BanAccount(reason="abuse")) == "ALREADY_DONE"
    assert account.code(ADMIN, cmd.GrantRole(role="broker", reason="x")) == "BANNED"
    assert account.code(DESK, assigning()) == "BANNED"
    assert account.code(OWNER, cmd.DeclareRelation(kind="employee", party="o-1")) == "BANNED"
    assert account.code(ADMIN, cmd.RevokeRole(role="investor", reason="x")) == "ok"
    assert account.code(ADMIN, cmd.LiftBan(reason="heard")) == "ok"
    assert account.now.phase == "active"


def test_relations_are_declared_by_the_account_and_ended_by_another() -> None:
    account = granted("investor")
    declared = cmd.DeclareRelation(kind="employee", party="o-1")
    assert account.code(investor(2), declared) == "NOT_PERMITTED"
    assert account.code(OWNER, declared) == "ok"
    assert account.code(DESK, declared) == "ALREADY_DONE"
    ended = cmd.EndRelation(kind="employee", party="o-1", reason="left in May")
    assert account.code(OWNER, ended) == "NOT_PERMITTED"
    assert account.code(REVIEWER, ended) == "ok"
    assert account.now.relations == ()
    assert account.code(REVIEWER, ended) == "NOT_HELD"


def test_relations_are_bounded() -> None:
    many = tuple(Relation("employee", f"o-{number}") for number in range(RELATIONS_MAX))
    account = Account(Membership(ACCOUNT_ID, relations=many))
    assert account.code(OWNER, cmd.DeclareRelation(kind="employee", party="o-x")) == "TOO_MANY"


def test_a_number_is_borne_once_per_bidding() -> None:
    account = granted("investor")
    assert account.code(DESK, assigning("s1.i1.1", "101")) == "ok"
    assert account.code(DESK, assigning("s1.i1.1", "102")) == "ALREADY_DONE"
    assert account.code(DESK, assigning("s1.i2.1", "101")) == "ok"
    assert [number.number for number in account.now.numbers] == ["101", "101"]
    withdraw = cmd.WithdrawNumber(bidding_id="s1.i1.1", reason="wrong person")
    assert account.code(DESK, withdraw) == "ok"
    assert account.code(DESK, withdraw) == "NOT_HELD"
    assert [number.bidding_id for number in account.now.numbers] == ["s1.i2.1"]


@pytest.mark.parametrize("by", [ADMIN, OPERATOR, BROKER, OWNER, By("a-x", "bid_controller")])
def test_only_the_desk_gives_numbers(by: By) -> None:
    assert granted("investor").code(by, assigning()) == "NOT_PERMITTED"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (assigning(bidding_id="s 1"), "bidding_id"),
        (assigning(number=""), "number"),
        (assigning(number="1" * 65), "number"),
        (assigning(org_id="Ocean Ltd"), "org_id"),
        (assigning(parties=Parties(sellers=())), "parties"),
        (assigning(parties=Parties(sellers=("o-1",), experts=("Dr Li",))), "parties"),
        (assigning(parties=Parties(sellers=("o-1",), staff=("a-1",) * 200)), "parties"),
    ],
)
def test_a_number_that_cannot_stand_is_told_by_field(command: object, field: str) -> None:
    assert granted("investor").field(DESK, command) == field


def test_only_an_investor_bears_a_number_and_not_for_ever_many() -> None:
    assert granted("broker").code(DESK, assigning()) == "NOT_INVESTOR"
    assert granted("priority_holder").code(DESK, assigning()) == "ok"
    parties = Parties(sellers=("o-1",))
    many = tuple(Number(f"b{number}", "1", "", parties) for number in range(NUMBERS_MAX))
    account = Account(Membership(ACCOUNT_ID, roles=("investor",), numbers=many))
    assert account.code(DESK, assigning()) == "TOO_MANY"


def test_who_is_bound_to_the_seller_does_not_bid() -> None:
    account = granted("investor")
    account.ask(OWNER, cmd.DeclareRelation(kind="shareholder", party="o-seller"))
    refused = account.ask(DESK, assigning()).rejection
    assert refused is not None
    assert refused.code == "CONFLICT_OF_INTEREST"
    assert refused.params == {"group": "sellers", "tie": "shareholder"}


def test_a_conflict_that_comes_to_be_known_later_is_found() -> None:
    account = granted("investor")
    account.ask(DESK, assigning("s1.i1.1", "101"))
    account.ask(DESK, assigning("s1.i2.1", "102", parties=Parties(sellers=("o-other",))))
    outcome = account.ask(OWNER, cmd.DeclareRelation(kind="employee", party="o-seller"))
    assert outcome.events[1:] == (ev.ConflictFound("s1.i1.1", "101", "sellers", "employee"),)
    outcome = account.ask(OWNER, cmd.DeclareRelation(kind="controller", party="o-seller"))
    assert outcome.events[1:] == ()  # it is known
    outcome = account.ask(ADMIN, cmd.GrantRole(role="treasurer", reason="moved"))
    assert outcome.events[1:] == (ev.ConflictFound("s1.i2.1", "102", "staff", "treasurer"),)
