"""Commitments, and what an envelope is worth once it is open."""

import hashlib

import pytest

from tests.support.builders import (
    BIDDING_ID,
    CONTROL,
    OPENS_AT_MS,
    SALT,
    SUPERVISOR,
    Play,
    bidder,
    opened,
    wan,
)
from trading.bidding.commands import OpenEnvelopes, Opening, SubmitSealedBid
from trading.bidding.events import EnvelopesOpened
from trading.bidding.sealed import CIPHERTEXT_CHARS_MAX, commitment_of
from trading.values import BidderNumber


def envelope(number: str, amount_wan: float) -> SubmitSealedBid:
    commitment = commitment_of(BIDDING_ID, number, wan(amount_wan), SALT)
    return SubmitSealedBid(commitment=commitment, ciphertext="opaque")


def open_all(play: Play, **told_wan: float) -> EnvelopesOpened:
    command = OpenEnvelopes(
        openings=tuple(
            Opening(number=BidderNumber(number), amount_fen=wan(amount_wan), salt=SALT)
            for number, amount_wan in told_wan.items()
        )
    )
    assert play.code(CONTROL, command) == "ok"
    assert play.code(SUPERVISOR, command) == "ok"
    return next(event for event in reversed(play.events) if isinstance(event, EnvelopesOpened))


def test_a_commitment_is_over_the_compact_array() -> None:
    told = f'["b1","A",88000000,"{SALT}"]'
    assert commitment_of("b1", "A", wan(88), SALT) == hashlib.sha256(told.encode()).hexdigest()


@pytest.mark.parametrize(
    ("commitment", "ciphertext"),
    [("", ""), ("g" * 64, ""), ("0" * 64, "x" * (CIPHERTEXT_CHARS_MAX + 1))],
)
def test_an_envelope_has_a_form(commitment: str, ciphertext: str) -> None:
    command = SubmitSealedBid(commitment=commitment, ciphertext=ciphertext)
    assert opened(mode="one_shot").code(bidder("A"), command) == "BAD_COMMITMENT"


def test_a_commitment_of_another_bidder_opens_nothing() -> None:
    play = opened(mode="one_shot")
    play.ask(bidder("A"), envelope("A", 300))
    play.ask(bidder("B"), envelope("A", 300))
    play.tick(OPENS_AT_MS + 60_000)
    bids = open_all(play, A=300, B=300).bids
    assert [(bid.number, bid.void_code) for bid in bids] == [("A", ""), ("B", "ENVELOPE_VOID")]


def test_below_the_tie_price_an_envelope_is_void() -> None:
    play = opened(mode="one_shot")
    for number in "AB":
        play.ask(bidder(number), envelope(number, 300))
    play.tick(OPENS_AT_MS + 60_000)
    open_all(play, A=300, B=300)
    play.ask(bidder("A"), envelope("A", 290))
    play.ask(bidder("B"), envelope("B", 300))
    play.tick(OPENS_AT_MS + 60_000 + 600_000)
    bids = open_all(play, A=290, B=300).bids
    assert [(bid.number, bid.void_code) for bid in bids] == [("A", "BELOW_TIE_PRICE"), ("B", "")]
    # Both stand at 300: A with his first bid, which is the earlier of the last valid ones.
    assert (play.now.leader, play.now.price_fen) == ("A", wan(300))


def test_nobody_learns_of_an_envelope_before_the_end() -> None:
    play = opened(mode="one_shot")
    play.ask(bidder("A"), envelope("A", 300))
    assert (play.now.leader, play.now.price_fen) == (None, None)
