"""What version 2 read and answered: an offer that said nothing of the notice had a minute."""

import json
from typing import Any

import pytest

from infra.codec import Command, decode_command, encode_event
from roadshow.dispatch import ROADSHOW
from roadshow.plan import LiveOffer
from roadshow.session import commands as cmd
from tests.support.shows import DESK, SESSION_ID, ShowPlay, item, offer, plan
from trading.outcome import Rules

OFFER = {
    "lot": "winch", "start_price_fen": 200_000_000,
    "increments": [{"from_fen": 0, "increment_fen": 10_000_000}],
}  # fmt: skip
ITEM = {
    "item_id": "i1", "card_id": "c-1", "title": "Project", "presenter": "a-presenter",
    "holder_org": "o-university", "offer": OFFER,
}  # fmt: skip


def read(rules: Rules[Any], about: dict[str, Any]) -> Any:
    """An item's command as a version of the rules reads it off the log."""
    written = {
        "schema": 1, "command_id": "0" * 22, "type": "add_agenda_item", "actor": DESK.actor,
        "acting_role": DESK.role, "root": SESSION_ID, "aggregate": SESSION_ID,
        "body": {"item": about},
    }  # fmt: skip
    command = decode_command(rules.messages, json.dumps(written).encode())
    assert isinstance(command, Command)
    return command.body


def added(rules: Rules[Any], play: ShowPlay, about: dict[str, Any]) -> Any:
    """The event by which a version of the rules puts an item on the agenda."""
    (event,) = rules.decide(play.root, read(rules, about), DESK, play.at_ms).events
    return event


def planned() -> ShowPlay:
    play = ShowPlay()
    assert play.code(DESK, cmd.PlanSession(plan=plan())) == "ok"
    return play


@pytest.mark.parametrize("version", [1, 2])
def test_what_was_left_out_of_an_offer_is_said_as_it_was_meant_then(version: int) -> None:
    play, older = planned(), ROADSHOW.older[version]
    then, now = added(older, play, ITEM), added(ROADSHOW, play, ITEM)
    told = encode_event(now).replace(b'"resume_notice_ms":300000', b'"resume_notice_ms":60000')
    assert encode_event(then) == told != encode_event(now)
    assert type(then.item.offer) is LiveOffer
    play.happens(then)
    assert play.item().facts.offer == then.item.offer


def test_an_item_without_an_offer_and_one_that_says_all_are_read_alike() -> None:
    play, older = planned(), ROADSHOW.older[2]
    for about in ({**ITEM, "offer": None}, {**ITEM, "offer": {**OFFER, "resume_notice_ms": 9}}):
        expected = None if about["offer"] is None else 9
        said = added(older, play, about).item.offer
        assert (None if said is None else said.resume_notice_ms) == expected
    plain = cmd.AddAgendaItem(item=item(offer=offer()))
    assert older.decide(play.root, plain, DESK, play.at_ms).rejection is None
