"""As whom the command line asks: the person signed in, the operator, or whom a test names."""

import pytest

from gateway.actions import ACTIONS
from infra.cli.exits import CliError
from infra.cli.session import Session
from producers.acting import METHODS, OUTSIDERS, How, actor_of, answer_of
from trading.bidding.commands import COMMANDS
from trading.bidding.decide import RULES

SIGNED_IN = Session("http://127.0.0.1:1", "lin", "a-1", "林", ("investor",), {}, "c")


@pytest.mark.parametrize("role", ["desk_officer", "bid_controller", "desk_issuer", "supervisor"])
def test_who_has_not_signed_in_is_the_operator_for_the_desk(role: str) -> None:
    for profile in ("standard", "demo", "test"):
        assert actor_of(How(None, profile), "", role) == "operator"


@pytest.mark.parametrize("role", OUTSIDERS)
def test_and_never_a_bidder_or_a_seller(role: str) -> None:
    for profile in ("standard", "demo", "test"):
        with pytest.raises(CliError, match="SIGN_IN_FIRST"):
            actor_of(How(None, profile), "", role)


def test_no_role_by_which_people_bid_is_forgotten() -> None:
    bids = [command for command in COMMANDS if METHODS.get(command, "").startswith("bid.")]
    assert {role for command in bids for role in RULES[command].roles} <= set(OUTSIDERS)


def test_another_name_is_for_demos_and_tests() -> None:
    for how in (How(), How(SIGNED_IN), How(None, "training")):
        with pytest.raises(CliError, match="NOT_IN_ANOTHERS_NAME"):
            actor_of(how, "101", "bidder")
    for profile in ("demo", "test"):
        assert actor_of(How(None, profile), "101", "bidder") == "101"


def test_who_has_signed_in_asks_the_gateway() -> None:
    for role in ("bidder", "desk_officer"):
        assert actor_of(How(SIGNED_IN), "", role) is None


def test_every_method_is_the_gateways_for_the_same_command() -> None:
    for command, method in METHODS.items():
        assert ACTIONS[method].command is command


def test_the_gateways_outcome_is_told_as_the_logs_own() -> None:
    outcome = {
        "outcome": "decided", "code": "TOO_FAST", "params": {"min_gap_ms": 500}, "events": [],
        "receipt": {"partition": 1, "command_offset": 7, "decision_offset": 9, "at_ms": 5},
    }  # fmt: skip
    assert answer_of("id", outcome) == {
        "command_id": "id", "outcome": "decided", "command_offset": 7, "at_ms": 5,
        "code": "TOO_FAST", "params": {"min_gap_ms": 500}, "events": [],
    }  # fmt: skip
    assert "code" not in answer_of("id", {**outcome, "code": None})
