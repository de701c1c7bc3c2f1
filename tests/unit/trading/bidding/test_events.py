"""Events are values, and none of them bears more than a number."""

from dataclasses import fields

from trading.bidding.events import EVENTS, PUBLIC, ProxyLimitSet, SealedBidReceived

IDENTITY = ("name", "account", "organisation", "person", "phone")


def test_names_are_unique() -> None:
    names = [event.type for event in EVENTS]
    assert len(set(names)) == len(names)


def test_no_event_has_a_place_for_an_identity() -> None:
    told = {field.name for event in EVENTS for field in fields(event)}
    assert not [name for name in told if any(word in name for word in IDENTITY)]


def test_maxima_and_envelopes_are_not_public() -> None:
    assert not PUBLIC & {ProxyLimitSet, SealedBidReceived}
