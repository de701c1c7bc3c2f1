"""Every method by every role, generated from the table; and what SD-7 adds to it."""

import pytest

from gateway.actions import ACTIONS
from gateway.authorize import (
    ALLOWED,
    CONFINED,
    PUBLIC,
    ROLES,
    SELF,
    SIGNED_IN,
    Denial,
    Subject,
    acting_role,
    authorize,
)
from roadshow.interest import decide as interest
from roadshow.question import decide as question
from roadshow.scoring import decide as scoring
from roadshow.session import decide as session
from roadshow.showcase import decide as showcase
from trading.bidding import decide as bidding
from trading.membership import decide as membership

ME = "a-0123456789abcdef"


def person(*roles: str) -> Subject:
    return Subject(ME, "o-1", frozenset(roles), "张三", "s-1", 1_000)


def test_a_role_may_do_what_its_row_says_and_nothing_else() -> None:
    pairs = {(action, role) for action in ALLOWED for role in ROLES}
    wanted = {(act, role) for act, role in pairs if {SIGNED_IN, role} & {*ALLOWED[act]}}
    assert {(act, role) for act, role in pairs if authorize(person(role), act) is None} == wanted
    assert {(act, role) for act, role in pairs if acting_role(person(role), act)} == wanted


def test_the_public_may_do_nothing() -> None:
    denied = {action: authorize(PUBLIC, action) for action in ALLOWED}
    assert denied == dict.fromkeys(ALLOWED, Denial("NOT_SIGNED_IN"))


@pytest.mark.parametrize("action", ["", "bid", "bid.place ", "bid.steal", "__class__"])
def test_what_is_not_in_the_table_is_nobodys(action: str) -> None:
    denial = authorize(person(*(set(ROLES) - CONFINED.keys())), action)
    assert denial is not None
    assert denial.code == "UNKNOWN_ACTION"


def test_every_role_of_the_table_is_a_role() -> None:
    named = {role for row in ALLOWED.values() for role in row}
    assert named <= {*ROLES, SIGNED_IN, SELF}
    assert CONFINED.keys() <= set(ROLES)
    assert {action for some in CONFINED.values() for action in some} <= ALLOWED.keys()


# SD-7 written out once more by hand: who changes the table must change this list too
NO_TRADE = {"admin": {"account"}, "auditor": set()}
SUPERVISED = {
    "bidding.suspend", "bidding.resume", "bidding.terminate", "bidding.open_envelopes",
    "bidding.draw_lots", "bidding.present", "item.confirm_supervision",
}  # fmt: skip
LOOK_UPS = {"command.status", "presence.list", "control.view"}


@pytest.mark.parametrize("role", NO_TRADE)
def test_admin_and_auditor_have_no_trade_command(role: str) -> None:
    may = {action for action in ALLOWED if authorize(person(role), action) is None} - LOOK_UPS
    assert {action.split(".")[0] for action in may} == NO_TRADE[role]


def test_a_supervisor_changes_only_what_the_rule_book_gives_him() -> None:
    may = {action for action in ALLOWED if authorize(person("supervisor"), action) is None}
    assert may - LOOK_UPS == SUPERVISED


@pytest.mark.parametrize("confined", CONFINED)
@pytest.mark.parametrize("other", ["host", "investor", "bid_controller", "desk_officer"])
def test_another_role_does_not_free_whom_sd_7_confines(confined: str, other: str) -> None:
    both = person(confined, other)
    for action, row in ALLOWED.items():
        if other in row and action not in CONFINED[confined]:
            denial = authorize(both, action)
            assert denial is not None
            assert (denial.code, denial.params["rule"]) == ("SEPARATION_OF_DUTIES", "SD-7")


def test_no_role_alone_calls_opens_and_witnesses_a_live_bidding() -> None:
    four = {"item.call_bidding", "item.open_bidding", "item.confirm_supervision", "item.attest"}
    may = {role: {act for act in four if authorize(person(role), act) is None} for role in ROLES}
    assert {role: acts for role, acts in may.items() if len(acts) > 1} == {}
    assert set().union(*may.values()) == four


def test_a_relation_is_declared_for_oneself_or_by_the_desk() -> None:
    declare = "account.declare_relation"
    assert authorize(person("investor"), declare, about=ME) is None
    assert acting_role(person("investor"), declare, about=ME) == SELF
    assert authorize(person("investor"), declare, about="a-other") == Denial("NOT_PERMITTED")
    assert authorize(person("investor"), declare) == Denial("NOT_PERMITTED")
    assert authorize(person("desk_officer"), declare, about="a-other") is None


def test_an_investor_acts_as_a_bidder_in_a_bidding_and_as_an_investor_elsewhere() -> None:
    assert acting_role(person("investor"), "bid.place") == "bidder"
    assert acting_role(person("investor"), "bidding.present") == "bidder"
    assert acting_role(person("completer"), "bid.waive") == "priority_holder"
    assert acting_role(person("investor"), "interest.register") == "investor"
    assert acting_role(person("host", "stage_controller"), "session.pause") == "host"
    assert acting_role(person("seller"), "bid.place") is None


RULES = {
    command: set(rule.roles)
    for part in (bidding, membership, session, question, scoring, interest, showcase)
    for command, rule in part.RULES.items()
}
OF_NO_ACCOUNT = {"system", "operator"}
BEGINS = ("bidding.schedule", "session.plan")  # what there is nothing of yet has a row of its own


def test_the_table_lets_through_whom_the_rules_know_and_nobody_else() -> None:
    methods = ACTIONS.keys() - set(BEGINS)
    knows = {method: RULES[ACTIONS[method].command] - OF_NO_ACCOUNT for method in methods}
    assert {method: _acts_as(method) for method in methods} == knows


def _acts_as(method: str) -> set[str]:
    """As whom people ask for it, of themselves and of somebody else."""
    asked = {
        acting_role(person(role), method, about=account)
        for role in ROLES
        for account in (ME, "a-other")
    }
    return {role for role in asked if role is not None}


def test_every_method_has_a_row() -> None:
    looked_up = {method for method in ALLOWED if method in LOOK_UPS}
    assert ACTIONS.keys() == ALLOWED.keys() - looked_up
