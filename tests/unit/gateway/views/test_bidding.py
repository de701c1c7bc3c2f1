"""What a room shows is a list of allowed fields, and nothing secret is on it."""

from __future__ import annotations

from dataclasses import fields

from gateway.views.seen_bidding import SEEN
from tests.support.hall import START_MS, Hall
from trading.bidding import events as ev
from trading.bidding.commands import (
    OpenEnvelopes,
    Opening,
    PlaceBid,
    RevealReserve,
    SealReserve,
    SubmitSealedBid,
    Terms,
    WaivePriority,
)
from trading.bidding.sealed import commitment_of
from trading.values import BidderNumber, Fen

SALT = "00112233445566778899aabbccddeeff"


def test_every_public_event_is_shown_and_no_hidden_one_is() -> None:
    assert {event for event, row in SEEN.items() if row.public is not None} == ev.PUBLIC


def test_the_rule_card_is_every_term_but_what_it_is_called_otherwise() -> None:
    hall = Hall()
    hall.run(1)
    hall.schedule()
    shown = set(hall.state()["terms"]) | {"lot", "reserve_sealed"}
    assert {one.name for one in fields(Terms)} <= shown


def test_a_reserve_is_never_told_to_the_room_and_its_seller_learns_that_it_is_met() -> None:
    hall = Hall()
    hall.run(1)
    opens_at_ms = START_MS + 40_000
    hall.schedule(
        reserve_sealed=True, reserve_deadline_ms=1_000, opens_at_ms=opens_at_ms, free_ms=5_000,
        extension_ms=5_000, stall_threshold_ms=3_000,
    )  # fmt: skip
    seal = SealReserve(commitment=commitment_of("B-1", 12_300, SALT))
    hall.ask("a-canary-seller", "seller", seal)
    assert hall.state()["terms"]["reserve"] == "sealed"
    hall.run(40)
    hall.ask("A", "bidder", PlaceBid(amount_fen=Fen(13_000)))
    hall.run(11)
    assert hall.state()["phase"] == "awaiting_reserve"
    hall.ask("a-canary-seller", "seller", RevealReserve(amount_fen=Fen(12_300), salt=SALT))
    assert hall.state()["result"]["outcome"] == "sold"
    room = str(hall.told["bidding:B-1"]) + str(hall.told["bidding.public:B-1"]) + str(hall.state())
    for secret in ("12300", SALT, "canary"):
        assert secret not in room
    seller = hall.told["bidding.seller:B-1"][-1].data["state"]
    assert (seller["reserve_fen"], seller["reserve_met"]) == (12_300, True)


def test_sealed_amounts_are_told_when_they_are_opened_and_not_before() -> None:
    hall = Hall()
    hall.run(1)
    hall.schedule("A", "B", mode="one_shot", increments=(), collect_ms=10_000)
    hall.run(6)
    openings = []
    for number, amount_fen in (("A", 12_300), ("B", 45_600)):
        commitment = commitment_of("B-1", number, amount_fen, SALT)
        hall.ask(number, "bidder", SubmitSealedBid(commitment=commitment, ciphertext="x"))
        opening = Opening(number=BidderNumber(number), amount_fen=Fen(amount_fen), salt=SALT)
        openings.append(opening)
    hall.run(11)
    before = str(hall.told) + str(hall.state())
    assert "12300" not in before
    assert "45600" not in before
    body = OpenEnvelopes(openings=tuple(openings))
    hall.ask("a-control", "bid_controller", body)
    assert "45600" not in str(hall.told)
    hall.ask("a-watch", "supervisor", body)
    assert [row["amount_fen"] for row in hall.state()["bids"]] == [45_600, 12_300]
    assert hall.state()["result"]["winner"] == "B"
    room = hall.biddings.find("B-1")
    assert room is not None
    mine = room.bidder_state("A")
    assert mine is not None
    assert mine["outcomes"][0]["receipt"]["decision_offset"] is not None
    assert SALT not in str(hall.told)


def test_a_priority_rank_is_told_to_its_bearer_alone() -> None:
    hall = Hall()
    hall.run(1)
    hall.schedule("A", "P", priority_mode="in_session_match")
    room = hall.biddings.find("B-1")
    assert room is not None
    holder, other = room.bidder_state("P"), room.bidder_state("A")
    assert holder is not None
    assert other is not None
    assert (holder["priority_rank"], other["priority_rank"]) == (1, None)
    assert "priority_rank" not in str(hall.state())


def test_the_room_tells_who_is_asked_for_the_final_price_and_who_has_yet_to_answer() -> None:
    hall = Hall()
    hall.run(1)
    hall.schedule(
        "A", "P", priority_mode="post_session_ask", opens_at_ms=START_MS + 10_000,
        lobby_ms=5_000, free_ms=5_000, extension_ms=5_000, stall_threshold_ms=3_000,
    )  # fmt: skip
    assert hall.state()["asked"] == []
    hall.run(11)
    hall.ask("A", "bidder", PlaceBid(amount_fen=Fen(13_000)))
    hall.run(11)
    assert hall.state()["phase"] == "awaiting_priority"
    assert hall.state()["asked"] == ["P"]
    hall.ask("P", "priority_holder", WaivePriority())
    assert hall.state()["asked"] == []
