"""Events and decisions as bytes."""

import msgspec
import pytest

from infra.codec import decode_event, encode_event, event_type
from trading.bidding.events import BidAccepted, ReserveLapsed
from trading.dispatch import BIDDING
from trading.values import BidderNumber, Fen

MESSAGES = BIDDING.messages


def test_an_event_says_its_type_first_and_comes_back() -> None:
    accepted = BidAccepted(BidderNumber("A1"), Fen(100), 5, 9)
    for event in (accepted, ReserveLapsed()):
        raw = msgspec.Raw(encode_event(event))
        assert bytes(raw).startswith(b'{"type":"')
        assert event_type(raw) == event.type
        assert decode_event(MESSAGES, raw) == event


@pytest.mark.parametrize("raw", [b"{}", b'{"a":1,"type":"bid_accepted"}', b'{"type":"sung"}'])
def test_what_is_no_event_is_an_error(raw: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_event(MESSAGES, msgspec.Raw(raw))
