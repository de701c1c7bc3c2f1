"""Samples of presence."""

import json

from gateway.push.presence import Member, Presence
from gateway.push.pulse import AGAIN_MS, EVERY_MS, Pulse, Sample, encode_sample


def test_a_count_is_told_when_it_has_changed_and_not_too_often() -> None:
    presence = Presence()
    pulse = Pulse(presence)
    presence.join("roadshow:s1", Member("a", "a-1"))
    assert pulse.samples(0, 5) == [Sample("s1", 5, 1)]
    presence.join("roadshow:s1", Member("b", "a-2"))
    assert pulse.samples(EVERY_MS - 1, 6) == []
    assert pulse.samples(EVERY_MS, 7) == [Sample("s1", 7, 2)]
    assert pulse.samples(2 * EVERY_MS, 8) == []


def test_it_is_told_again_now_and_then_and_when_all_have_gone() -> None:
    presence = Presence()
    pulse = Pulse(presence)
    presence.join("roadshow:s1", Member("a", "a-1"))
    pulse.samples(0, 1)
    assert pulse.samples(AGAIN_MS, 2) == [Sample("s1", 2, 1)]
    presence.leave("roadshow:s1", "a")
    assert pulse.samples(2 * AGAIN_MS, 3) == [Sample("s1", 3, 0)]
    assert pulse.samples(9 * AGAIN_MS, 4) == []


def test_nobody_is_counted_in_a_bidding() -> None:
    presence = Presence()
    presence.join("bidding:b1", Member("a", "a-1"))
    assert Pulse(presence).samples(0, 1) == []


def test_a_sample_is_what_the_feed_reads() -> None:
    assert json.loads(encode_sample(Sample("s1", 5, 2))) == {
        "session_id": "s1", "at_ms": 5, "present_count": 2,
    }  # fmt: skip
