"""The demonstration's roadshow: what it plans is accepted by the rules, and the same every time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processors.handover import terms_of
from producers.lots import LOTS
from producers.show_desk import BOTS_PER_LOT, CHECKS, Desk
from producers.show_log import ShowLog
from producers.show_people import EXPERTS, GUESTS, STAFF, cast_of
from producers.show_program import (
    BIDDING_ITEMS,
    ITEMS,
    Players,
    plan_of,
    session_id_of,
    slots_of,
)
from roadshow.dispatch import ROADSHOW
from roadshow.session.commands import AddAgendaItem, PlanSession
from roadshow.session.events import ItemBiddingRequested
from roadshow.session.gate import ATTESTED
from roadshow.showcase.commands import NominateCard
from tests.support.shows import bidders
from trading.bidding.commands import Eligible, ScheduleBidding
from trading.bidding.terms import bad_field
from trading.membership.duties import separated_from
from trading.outcome import By

NOW_MS = 1_800_000_000_000
PLAYERS = Players("a-host", "a-presenter", "a-broker", "a-seller", "o-holder")
DESK = By("a-desk", "desk_officer")


@pytest.mark.parametrize("index", range(6))
def test_plan_and_agenda_are_accepted_by_the_rules(index: int) -> None:
    planned = ROADSHOW.decide(
        None, PlanSession(plan=plan_of(PLAYERS, NOW_MS + 9_000)), DESK, NOW_MS
    )
    assert planned.rejection is None
    root = ROADSHOW.evolve(None, session_id_of("demo", index), planned.events[0])
    for slot in slots_of(1, "demo", index, PLAYERS):
        added = ROADSHOW.decide(root, AddAgendaItem(item=slot.item), DESK, NOW_MS)
        assert added.rejection is None, added
        root = ROADSHOW.evolve(root, session_id_of("demo", index), added.events[0])
        nominate = NominateCard(content=slot.card, consent_reference="x", achievement_reference="y")
        broker = By("a-broker", "broker")
        assert ROADSHOW.decide(None, nominate, broker, NOW_MS).rejection is None
    assert root.show is not None
    assert len(root.show.session.items) == ITEMS


def test_what_is_sold_on_stage_makes_terms_that_can_be_kept() -> None:
    for seed in range(len(LOTS)):
        slots = slots_of(seed, "demo", seed, PLAYERS)
        offers = {place: slot.item.offer for place, slot in enumerate(slots) if slot.item.offer}
        assert set(offers) == set(BIDDING_ITEMS)
        for offer in offers.values():
            asked = ItemBiddingRequested(
                "i1", "s.i1.1", 1, offer, bidders("101", "102"), NOW_MS + offer.lobby_ms,
                NOW_MS + 60_000, "demo",
            )  # fmt: skip
            eligible = tuple(Eligible(number=one.number) for one in asked.eligible)
            schedule = ScheduleBidding(terms=terms_of(asked), eligible=eligible)
            assert bad_field(schedule, NOW_MS) is None


def test_the_same_seed_makes_the_same_show_and_another_one_another() -> None:
    assert slots_of(1, "demo", 0, PLAYERS) == slots_of(1, "demo", 0, PLAYERS)
    assert slots_of(1, "demo", 0, PLAYERS) != slots_of(2, "demo", 0, PLAYERS)
    assert cast_of(1, "demo", None) == cast_of(1, "demo", None)
    assert not {one.account_id for one in cast_of(1, "demo", None).guests} & {
        one.account_id for one in cast_of(1, "demo-2", None).guests
    }


def test_the_desk_attests_every_check_of_the_gate_that_is_its_own() -> None:
    assert tuple(check for check, _, _ in CHECKS) == ATTESTED


def test_without_a_file_everybody_is_a_bot_and_nobody_bears_two_roles() -> None:
    cast = cast_of(1, "demo", None)
    assert (len(cast.guests), len(cast.experts), cast.investors) == (GUESTS, EXPERTS, ())
    accounts = [one.account_id for one in cast.bots]
    assert len(accounts) == len(set(accounts)) == GUESTS + EXPERTS + len(STAFF)
    assert all(separated_from((), one.role) is None for one in cast.bots)


def test_who_can_sign_in_plays_himself_and_the_bots_play_the_others(tmp_path: Path) -> None:
    people = [
        {"account_id": "a-h", "login": "host", "display_name": "H", "org_id": None,
         "roles": ["host"]},
        {"account_id": "a-i", "login": "one", "display_name": "I", "org_id": "o-f",
         "roles": ["investor"]},
        {"account_id": "a-e", "login": "e", "display_name": "E", "org_id": None,
         "roles": ["expert"]},
    ]  # fmt: skip
    file = tmp_path / "people.json"
    file.write_text(json.dumps({"password": "x", "people": people}), encoding="utf-8")
    cast = cast_of(1, "demo", file)
    assert (cast.staff["host"].account_id, cast.staff["host"].is_bot) == ("a-h", False)
    assert cast.staff["supervisor"].is_bot
    assert [(one.account_id, one.org_id) for one in cast.investors] == [("a-i", "o-f")]
    assert cast.experts[0].account_id == "a-e"
    assert len(cast.experts) == EXPERTS
    assert not {"a-h", "a-i", "a-e"} & {one.account_id for one in cast.bots}


def test_numbers_of_a_floor_are_distinct_and_say_nothing_of_who_bears_them() -> None:
    cast = cast_of(1, "demo", None)
    desk = Desk(ShowLog("127.0.0.1:1"), cast, 1, "demo")
    slots = [slot for slot in slots_of(1, "demo", 0, PLAYERS) if slot.item.offer is not None]
    floors = [desk._floor(session_id_of("demo", 0), slot) for slot in slots]
    for floor in floors:
        numbers = [one.number for one in floor.investors]
        assert len(set(numbers)) == BOTS_PER_LOT
        assert all(not number.endswith("4") for number in numbers)
    assert floors[0].investors[0].number != floors[1].investors[0].number
