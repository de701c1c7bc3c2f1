"""The table of rules is whole."""

from dataclasses import fields

import pytest

from roadshow.session.commands import (
    COMMANDS,
    ConfirmSupervision,
    PlanSession,
    RecordBiddingClosed,
    RecordBiddingOpened,
    RecordBiddingRefused,
)
from roadshow.session.decide import RULES
from tests.support.shows import live
from trading.outcome import By

ROLES = ("public", "seller", "investor", "desk_officer", "host", "supervisor", "expert", "system")


def test_every_command_has_a_rule() -> None:
    assert set(RULES) == set(COMMANDS) - {PlanSession}


@pytest.mark.parametrize("role", ["admin", "auditor", "public", "treasurer"])
def test_some_roles_may_nothing(role: str) -> None:
    assert not [command for command, rule in RULES.items() if role in rule.roles]


def test_a_supervisor_says_that_he_is_there_and_nothing_else() -> None:
    may = [command for command, rule in RULES.items() if "supervisor" in rule.roles]
    assert may == [ConfirmSupervision]  # SD-7


def test_what_the_system_records_is_nobody_elses() -> None:
    recorded = [command for command, rule in RULES.items() if "system" in rule.roles]
    assert recorded == [RecordBiddingOpened, RecordBiddingRefused, RecordBiddingClosed]
    assert {RULES[command].roles for command in recorded} == {("system",)}


def test_a_role_is_asked_for_before_anything_else() -> None:
    play = live()
    for command, rule in RULES.items():
        for role in set(ROLES) - set(rule.roles):
            empty = {field.name: None for field in fields(command)}
            assert play.code(By("a-x", role), command(**empty)) == "NOT_PERMITTED"
