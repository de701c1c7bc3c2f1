"""SD-5 and SD-7 as tables."""

import pytest

from trading.membership.commands import Parties
from trading.membership.duties import ROLES, TRADE, conflict, separated_from
from trading.membership.state import Membership, Relation
from trading.roles import OVERSIGHT


def test_every_role_is_either_of_oversight_or_of_trade() -> None:
    assert set(OVERSIGHT) | set(TRADE) == set(ROLES)
    assert not set(OVERSIGHT) & set(TRADE)


@pytest.mark.parametrize("watcher", OVERSIGHT)
@pytest.mark.parametrize("trader", TRADE)
def test_who_oversees_does_not_trade(watcher: str, trader: str) -> None:
    assert separated_from((watcher,), trader) == watcher
    assert separated_from((trader,), watcher) == trader


@pytest.mark.parametrize(
    ("held", "role"),
    [("supervisor", "auditor"), ("host", "desk_officer"), ("admin", "juggler"), ("investor", "x")],
)
def test_all_else_may_stand_side_by_side(held: str, role: str) -> None:
    assert separated_from((held,), role) is None


PARTIES = Parties(
    sellers=("o-seller", "a-seller"), experts=("a-expert",), appraisers=("o-app",), staff=("a-s",)
)


@pytest.mark.parametrize(
    ("account", "roles", "relations", "org", "found"),
    [
        ("a-1", ("investor",), (), "", None),
        ("a-1", ("investor",), (("employee", "o-other"),), "o-mine", None),
        ("a-1", ("investor", "host"), (), "", ("staff", "host")),
        ("a-1", ("investor", "auditor"), (), "", ("staff", "auditor")),
        ("a-seller", ("investor",), (), "", ("sellers", "self")),
        ("a-1", ("investor",), (), "o-seller", ("sellers", "self")),
        ("a-1", ("investor",), (("controller", "o-seller"),), "", ("sellers", "controller")),
        (
            "a-1",
            ("investor",),
            (("close_relative", "a-expert"),),
            "",
            ("experts", "close_relative"),
        ),
        ("a-1", ("investor",), (("employee", "o-app"),), "", ("appraisers", "employee")),
        ("a-s", ("investor",), (), "", ("staff", "self")),
        (
            "a-1",
            ("investor",),
            (("student", "a-expert"), ("employee", "o-seller")),
            "",
            ("sellers", "employee"),
        ),
    ],
)
def test_a_bidder_is_not_bound_to_a_party_of_the_trade(
    account: str,
    roles: tuple[str, ...],
    relations: tuple[tuple[str, str], ...],
    org: str,
    found: tuple[str, str] | None,
) -> None:
    told = tuple(Relation(kind, party) for kind, party in relations)
    assert conflict(Membership(account, "active", roles, told), org, PARTIES) == found
