"""Every method is one command, has its row of roles, and its body says the root."""

from __future__ import annotations

from dataclasses import fields

from gateway.actions import ACTIONS
from gateway.authorize import ALLOWED
from gateway.feed.families import RULES

LOOKUPS = {"command.status", "presence.list", "control.view"}
NO_METHOD = {
    "record_bidding_opened", "record_bidding_refused", "record_bidding_closed",  # handover's
    "set_interest_terms",  # the defaults hold; a session that needs others is seeded with them
}  # fmt: skip


def test_who_may_is_said_of_every_method_and_of_nothing_else() -> None:
    assert set(ALLOWED) - LOOKUPS == set(ACTIONS)


def test_a_methods_command_is_one_of_its_family() -> None:
    for action in ACTIONS.values():
        assert RULES[action.family].messages.commands[action.command.type] is action.command  # type: ignore[attr-defined]
        own = {one.name for one in fields(action.command)}
        assert not own & {"command_id", "wait_ms", "issued_at_ms", action.root_field}, action


def test_every_command_of_people_has_a_method() -> None:
    asked = {action.command for action in ACTIONS.values()}
    for rules in RULES.values():
        for name, command in rules.messages.commands.items():
            assert command in asked or name in NO_METHOD, name


def test_bids_alone_expire() -> None:
    assert {method for method, action in ACTIONS.items() if action.is_bid} == {
        "bid.place", "bid.proxy", "bid.match", "bid.seal", "bid.exercise", "bid.waive",
    }  # fmt: skip
