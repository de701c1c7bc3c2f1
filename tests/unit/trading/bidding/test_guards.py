"""Guard 2, and what the shared guards call well-formed."""

import pytest

from tests.support.builders import CONTROL, bidder, in_lobby, limited, opened, scheduled, wan
from trading.bidding.commands import PlaceBid, SuspendBidding
from trading.bidding.guards import is_hex, is_sha256

BID = PlaceBid(amount_fen=wan(200))


def test_guard_2_speaks_first_in_every_phase() -> None:
    assert scheduled().code(bidder("X"), BID) == "NOT_OPEN"
    assert in_lobby().code(bidder("X"), BID) == "NOT_OPEN"
    assert opened().code(bidder("X"), BID) == "NOT_ELIGIBLE"
    play = limited()
    assert play.code(bidder("X"), BID, play.at_ms + 299_999) == "NOT_ELIGIBLE"
    assert play.code(bidder("X"), BID, play.at_ms + 1) == "TOO_LATE"
    stopped = limited()
    stopped.ask(CONTROL, SuspendBidding(reason="leak"))
    assert stopped.code(bidder("X"), BID) == "SUSPENDED"
    closed = limited()
    closed.tick(closed.at_ms + 300_000)
    assert closed.code(bidder("X"), BID) == "TOO_LATE"


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64])
def test_a_hash_is_lowercase_hex_of_32_bytes(text: str) -> None:
    assert not is_sha256(text)
    assert is_sha256("0123456789abcdef" * 4)


def test_hex_is_of_whole_bytes() -> None:
    assert is_hex("00ff")
    assert not is_hex("00f")
    assert not is_hex("00FF")
