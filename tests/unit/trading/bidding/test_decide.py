"""What is asked, who may ask it, and the desk's own commands."""

import pytest

from tests.support.builders import (
    CONTROL,
    DESK,
    ISSUER,
    OPENS_AT_MS,
    SELLER,
    SUPERVISOR,
    SYSTEM,
    Play,
    bidder,
    eligible,
    in_lobby,
    limited,
    opened,
    scheduled,
    terms,
    wan,
)
from trading.bidding import commands as cmd
from trading.bidding.commands import COMMANDS
from trading.bidding.decide import RULES
from trading.bidding.terms import DURATION_MS_MAX, ELIGIBLE_MAX
from trading.outcome import By
from trading.values import BidderNumber

SCHEDULE = cmd.ScheduleBidding(terms=terms(), eligible=eligible("A", "B"))
BID = cmd.PlaceBid(amount_fen=wan(200))


def test_every_command_has_its_rule() -> None:
    assert set(RULES) == set(COMMANDS) - {cmd.ScheduleBidding}


def test_a_bidding_is_scheduled_once_and_by_the_desk() -> None:
    play = Play()
    assert play.code(SELLER, SCHEDULE) == "NOT_PERMITTED"
    assert play.code(bidder("A"), BID) == "UNKNOWN_BIDDING"
    assert play.code(DESK, SCHEDULE) == "ok"
    assert play.code(DESK, SCHEDULE) == "ALREADY_SCHEDULED"


@pytest.mark.parametrize("role", ["admin", "auditor", "host", "seller", "desk_officer", "system"])
def test_nobody_else_bids(role: str) -> None:
    assert limited().code(By("A", role), BID) == "NOT_PERMITTED"


def test_a_bidder_is_admitted_before_opening_only() -> None:
    play = scheduled()
    (new,) = eligible("C")
    assert play.code(DESK, cmd.AdmitBidder(bidder=new)) == "ok"
    assert play.code(DESK, cmd.AdmitBidder(bidder=new)) == "ALREADY_DONE"
    (holder,) = eligible("P1")
    assert play.code(DESK, cmd.AdmitBidder(bidder=holder)) == "BAD_TERMS"
    play.tick(OPENS_AT_MS - 900_000)
    play.tick(OPENS_AT_MS)
    assert play.code(DESK, cmd.AdmitBidder(bidder=eligible("D")[0])) == "WRONG_PHASE"
    assert play.code(bidder("C"), BID) == "ok"


def test_so_many_and_no_more_are_admitted() -> None:
    play = scheduled(*(str(number) for number in range(ELIGIBLE_MAX)))
    assert play.code(DESK, cmd.AdmitBidder(bidder=eligible("C")[0])) == "BAD_TERMS"


def test_an_excluded_bidder_keeps_what_he_had_accepted_and_bids_no_more() -> None:
    play = limited("A", "B", "C")
    assert play.code(bidder("A"), BID) == "ok"
    out = cmd.ExcludeBidder(number=BidderNumber("A"), reason="won a mutually exclusive lot")
    assert play.code(SYSTEM, out) == "ok"
    assert (play.now.leader, play.now.price_fen) == ("A", wan(200))
    assert play.code(DESK, cmd.AdmitBidder(bidder=eligible("A")[0])) == "WRONG_PHASE"
    assert play.code(bidder("A"), cmd.PlaceBid(amount_fen=wan(210))) == "NOT_ELIGIBLE"


def test_no_reserve_is_declared_once_and_to_all_before_the_lobby() -> None:
    play = scheduled(reserve_sealed=True)
    assert play.code(SELLER, cmd.DeclareNoReserve()) == "ok"
    assert play.code(SELLER, cmd.DeclareNoReserve()) == "ALREADY_DONE"
    assert play.code(SELLER, cmd.SealReserve(commitment="0" * 64)) == "ALREADY_DONE"
    assert in_lobby().code(SELLER, cmd.DeclareNoReserve()) == "WRONG_PHASE"


def test_a_reserve_is_sealed_only_where_one_was_announced_and_in_form() -> None:
    assert scheduled().code(SELLER, cmd.SealReserve(commitment="0" * 64)) == "WRONG_MODE"
    play = scheduled(reserve_sealed=True)
    assert play.code(SELLER, cmd.SealReserve(commitment="0" * 63)) == "BAD_COMMITMENT"
    assert play.code(SELLER, cmd.SealReserve(commitment="A" * 64)) == "BAD_COMMITMENT"


def test_it_is_cancelled_before_opening_only() -> None:
    cancel = cmd.CancelBidding(reason="the patent has lapsed")
    assert opened().code(ISSUER, cancel) == "WRONG_PHASE"
    for play in (scheduled(), in_lobby()):
        assert play.code(DESK, cancel) == "NOT_PERMITTED"
        assert play.code(ISSUER, cancel) == "ok"
        assert play.now.phase == "cancelled"
        assert play.code(bidder("A"), BID) == "TOO_LATE"


def test_presence_is_told_in_the_lobby() -> None:
    assert scheduled().code(bidder("A"), cmd.ConfirmPresence()) == "NOT_OPEN"
    assert limited().code(bidder("A"), cmd.ConfirmPresence()) == "TOO_LATE"
    assert limited().code(SUPERVISOR, cmd.ConfirmPresence()) == "TOO_LATE"


def test_before_opening_a_bid_is_not_open() -> None:
    assert scheduled().code(bidder("A"), BID) == "NOT_OPEN"
    late = in_lobby()
    assert late.code(bidder("A"), BID, OPENS_AT_MS + 1) == "NOT_OPEN"  # no tick has opened it


def test_a_resumption_years_ahead_is_refused() -> None:
    play = limited()
    play.ask(CONTROL, cmd.SuspendBidding(reason="fire"))
    furthest_ms = play.at_ms + DURATION_MS_MAX
    assert play.code(CONTROL, cmd.ResumeBidding(resumes_at_ms=furthest_ms + 1)) == "BAD_TERMS"
    assert play.code(CONTROL, cmd.ResumeBidding(resumes_at_ms=furthest_ms)) == "ok"


def test_who_bid_in_free_confirms_within_the_first_minutes_of_limited() -> None:
    play = opened(free_bid_required=True, free_bid_confirm_ms=60_000)
    assert play.code(bidder("A"), BID) == "ok"
    assert play.code(bidder("B"), cmd.PlaceBid(amount_fen=wan(210))) == "ok"
    play.tick(OPENS_AT_MS + 60_000)
    assert play.code(bidder("A"), cmd.ConfirmPresence(), play.at_ms + 59_999) == "ok"
    assert play.code(bidder("B"), cmd.ConfirmPresence(), play.at_ms + 1) == "TOO_LATE"
