"""The gate (RS-4), one bidder only (RS-5), and what became of a bidding."""

from dataclasses import replace
from typing import Any

import pytest

from roadshow.session import commands as cmd
from roadshow.session import events as ev
from roadshow.session.gate import ATTESTED, CHECKS, gate
from tests.support.shows import (
    CONTROL,
    DESK,
    HOST,
    REVIEWER,
    SUPERVISOR,
    SYSTEM,
    announced,
    attest,
    attestations,
    bidders,
    called,
    item,
    offer,
    ready,
    requested,
    sold,
)
from trading.outcome import By
from trading.values import BidderNumber, Fen

OPEN = cmd.OpenItemBidding(item_id="i1")


@pytest.mark.parametrize("check", ATTESTED)
def test_every_check_of_the_desks_keeps_the_gate_shut(check: str) -> None:
    play = ready()
    play.do(DESK, cmd.AttestPreconditions(item_id="i1", checks=attestations(check, met=False)))
    assert play.why(CONTROL, OPEN) == f"GATE_CLOSED {check}"
    play.do(DESK, cmd.AttestPreconditions(item_id="i1", checks=attestations(check)))
    assert play.code(CONTROL, OPEN) == "ok"


def test_a_waived_rehearsal_keeps_the_gate_shut() -> None:
    play = announced().do(REVIEWER, cmd.WaiveRehearsal(reason="no time"))
    play.do(HOST, cmd.GoLive(), cmd.CallOnDeck(item_id="i1"), cmd.StartPitch(item_id="i1"))
    play.do(HOST, cmd.StartQa(item_id="i1"), cmd.CallInterest(item_id="i1"))
    play.do(DESK, attest()).do(HOST, cmd.CallBidding(item_id="i1"))
    play.do(SUPERVISOR, cmd.ConfirmSupervision(item_id="i1"))
    assert play.why(CONTROL, OPEN) == "GATE_CLOSED rehearsal_passed"


def test_without_bidders_the_gate_is_shut_whatever_was_attested() -> None:
    assert ready(()).why(CONTROL, OPEN) == "GATE_CLOSED bidders_eligible"


def test_the_gate_tells_value_evidence_and_source() -> None:
    play = called()
    assert [row.check for row in gate(play.now, play.item())] == list(CHECKS)
    assert not any(row.source for row in gate(play.now, play.item()) if row.check in ATTESTED)
    play.do(DESK, attest())
    rows = {row.check: row for row in gate(play.now, play.item())}
    eligible = rows["bidders_eligible"]
    assert (eligible.met, eligible.value, eligible.source) == (True, "2", "desk_attestation")
    assert rows["deposits_frozen"].evidence == "file-deposits_frozen"
    assert (rows["rehearsal_passed"].source, rows["rehearsal_passed"].met) == ("log", True)
    assert not rows["supervisor_present"].met


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"checks": ()}, "checks"),
        ({"checks": attestations("weather")}, "checks"),
        ({"checks": attestations("deposits_frozen", "deposits_frozen")}, "checks"),
        ({"checks": (replace(attestations()[0], evidence=" "),)}, "checks"),
        ({"checks": (replace(attestations()[0], value=""),)}, "checks"),
        ({"eligible": bidders("101", "101")}, "eligible"),
        ({"eligible": bidders("a b")}, "eligible"),
        (
            {"eligible": (cmd.EligibleBidder(number=BidderNumber("P1"), priority_rank=1),)},
            "eligible",
        ),
    ],
)
def test_an_attestation_is_about_the_gate_and_has_evidence(
    changes: dict[str, Any], field: str
) -> None:
    command = cmd.AttestPreconditions(**{"item_id": "i1", "checks": attestations(), **changes})
    assert called().why(DESK, command) == f"BAD_FIELD {field}"


def test_a_priority_rank_needs_a_mode_that_knows_it() -> None:
    play = called(item("i1", offer=offer(priority_mode="in_session_match")))
    ranked = cmd.EligibleBidder(number=BidderNumber("P1"), priority_rank=1)
    play.do(DESK, replace(attest(), eligible=(ranked, *bidders("101"))))
    assert play.item().bidding.eligible[0].priority_rank == 1


def test_an_item_that_is_not_on_offer_is_not_bid_for() -> None:
    play = called(item("i1"))
    assert play.code(HOST, cmd.CallBidding(item_id="i1")) == "NO_OFFER"
    assert play.code(DESK, attest()) == "NO_OFFER"
    assert play.code(SUPERVISOR, cmd.ConfirmSupervision(item_id="i1")) == "NO_OFFER"
    assert play.code(CONTROL, OPEN) == "NO_OFFER"


def test_who_attested_neither_supervises_nor_opens() -> None:
    play = ready()
    supervise = cmd.ConfirmSupervision(item_id="i1")
    assert play.code(SUPERVISOR, supervise) == "ALREADY_DONE"
    assert play.why(By(DESK.actor, "supervisor"), supervise).startswith("SEPARATION_OF_DUTIES SD-7")
    assert play.why(By(DESK.actor, "bid_controller"), OPEN).startswith("SEPARATION_OF_DUTIES SD-3")
    assert play.code(HOST, OPEN) == "NOT_PERMITTED"


def test_the_request_says_all_that_the_bidding_needs() -> None:
    play = requested()
    asked = play.told(ev.ItemBiddingRequested)[0]
    assert asked.bidding_id == "s1.i1.1"
    assert asked.opens_at_ms == play.at_ms + 60_000
    assert asked.expires_at_ms == asked.opens_at_ms + 60_000
    assert (asked.offer, asked.eligible) == (offer(), bidders("101", "102"))
    assert play.due_ms == asked.expires_at_ms


def test_it_is_opened_once() -> None:
    assert requested().why(CONTROL, OPEN) == "WRONG_ITEM_PHASE bidding_requested"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": "lost"}, "outcome"),
        ({"price_fen": None}, "price_fen"),
        ({"price_fen": Fen(150)}, "price_fen"),
        ({"winner": None}, "winner"),
        ({"reason": "x" * 201}, "reason"),
    ],
)
def test_a_result_is_one_that_can_be(changes: dict[str, object], field: str) -> None:
    assert requested().why(SYSTEM, sold(**changes)) == f"BAD_FIELD {field}"


def test_a_refusal_names_a_code() -> None:
    refused = cmd.RecordBiddingRefused(item_id="i1", bidding_id="s1.i1.1", code="a b")
    assert requested().why(SYSTEM, refused) == "BAD_FIELD code"


@pytest.mark.parametrize(("reason", "told"), [("not_enough_bidders", ""), ("", "cancelled")])
def test_a_bidding_that_ended_before_it_opened_goes_back(reason: str, told: str) -> None:
    play = requested()
    play.do(SYSTEM, sold(outcome="cancelled", price_fen=None, winner=None, reason=reason))
    assert (play.item().phase, play.item().bidding.refusal) == ("interest_call", told or reason)


def test_a_deal_counts_even_where_its_opening_was_never_told() -> None:
    play = requested().do(SYSTEM, sold())
    assert play.item().phase == "bidding"
    play.do(HOST, cmd.CompleteItem(item_id="i1"))
    assert play.code(SYSTEM, sold()) == "ALREADY_DONE"


def test_a_deal_counts_even_after_the_item_has_stopped_waiting() -> None:
    play = requested()
    play.tick(play.due_ms or 0)
    play.do(HOST, cmd.CompleteItem(item_id="i1"))
    unsold = sold(outcome="unsold", price_fen=None, winner=None, reason="no_bid")
    assert play.code(SYSTEM, unsold) == "ALREADY_DONE"
    play.do(SYSTEM, sold())
    result = play.item().bidding.result
    assert result is not None
    assert (result.outcome, play.item().phase) == ("sold", "done")


def test_only_the_system_records() -> None:
    assert requested().code(CONTROL, sold()) == "NOT_PERMITTED"
