"""What the host of the log is told."""

from dataclasses import fields, is_dataclass

import pytest

from tests.support.builders import CONTROL, ISSUER, bidder, limited, opened, scheduled, wan
from trading.bidding.commands import (
    CancelBidding,
    DrawLots,
    ExercisePriority,
    PlaceBid,
    SetProxyLimit,
    SuspendBidding,
)
from trading.bidding.draw_events import DrawHeld
from trading.bidding.events import LotsDrawn, ProxyLimitsRest
from trading.bidding.rejections import Code
from trading.dispatch import BIDDING


def test_every_message_is_listed_by_its_type() -> None:
    messages = BIDDING.messages
    for name, message in {**messages.commands, **messages.events}.items():
        assert is_dataclass(message)
        assert vars(message)["type"] == name
        assert "type" not in {field.name for field in fields(message)}
    assert messages.public <= frozenset(messages.events.values())
    assert messages.codes == tuple(Code)


def test_only_what_is_open_has_a_period_and_can_be_suspended() -> None:
    closed = scheduled().now
    assert not BIDDING.is_open(closed)
    assert BIDDING.period_ends_at_ms(closed) is None
    assert BIDDING.suspend(closed, "system_stall", 0, 0) == ()
    running = limited()
    assert BIDDING.is_open(running.now)
    assert BIDDING.period_ends_at_ms(running.now) == running.now.ends_at_ms
    running.happens(*BIDDING.suspend(running.now, "system_stall", running.at_ms, -5))
    assert running.now.facts.suspension is not None
    assert running.now.facts.suspension.remaining_ms == 0
    assert not BIDDING.is_open(running.now)


def test_a_refusal_is_explained_by_little() -> None:
    assert BIDDING.judged(scheduled().now) == {"phase": "scheduled"}
    play = limited()
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    assert BIDDING.judged(play.now) == {
        "phase": "limited_bidding",
        "price_fen": wan(200),
        "leader": "A",
        "ends_at_ms": play.at_ms + 300_000,
    }


def test_what_came_later_an_older_version_does_not_know_and_does_not_ask_for() -> None:
    first, second = BIDDING.older[1], BIDDING.older[2]
    third = BIDDING.older[3]
    assert (first.version, second.version, third.version, BIDDING.version) == (1, 2, 3, 4)
    known = [{*rules.messages.commands} for rules in (first, second, third, BIDDING)]
    assert known[3] == known[2]
    assert known[1] - known[0] == {"terminate_bidding"}
    assert known[2] - known[1] == {"announce_ceiling_draw"}
    now, at_ms = limited().now, limited().at_ms
    stop = SuspendBidding(reason="")
    assert first.decide(now, stop, CONTROL, at_ms).rejection is None
    assert second.decide(now, stop, CONTROL, at_ms).rejection is not None
    assert BIDDING.decide(now, stop, CONTROL, at_ms).rejection is not None
    early, call_off = scheduled().now, CancelBidding(reason="")
    assert first.decide(early, call_off, ISSUER, at_ms).rejection is None
    assert BIDDING.decide(early, call_off, ISSUER, at_ms).rejection is not None


@pytest.mark.parametrize("version", [1, 2])
def test_older_versions_told_a_draw_without_its_inputs(version: int) -> None:
    play = limited("A", "P1a", "P1b", priority_mode="post_session_ask")
    play.ask(bidder("A"), PlaceBid(amount_fen=wan(200)))
    play.tick(play.at_ms + 300_000)
    for number in ("P1a", "P1b"):
        play.ask(bidder(number), ExercisePriority())
    first, draw = BIDDING.older[version], DrawLots(randomness="00" * 16)
    now = first.decide(play.now, draw, CONTROL, play.at_ms).events
    drawn, *follows = BIDDING.decide(play.now, draw, CONTROL, play.at_ms).events
    assert isinstance(drawn, DrawHeld)
    assert now == (LotsDrawn(drawn.seed, drawn.numbers, drawn.winner), *follows)
    assert first.decide(play.now, DrawLots(randomness=""), CONTROL, play.at_ms).rejection
    play.happens(*now)
    assert play.now.leader == drawn.winner


@pytest.mark.parametrize("version", [1, 2])
def test_in_older_versions_no_limit_rested(version: int) -> None:
    first = BIDDING.older[version]
    play = opened(free_bid_required=True)
    play.ask(bidder("A"), SetProxyLimit(limit_fen=wan(300)))
    later_ms = play.at_ms + 60_000
    for set_off, then in ((BIDDING.fire, first.fire), (BIDDING.phase_change, first.phase_change)):
        assert set_off(play.now, later_ms) == (*then(play.now, later_ms), ProxyLimitsRest())
    play.happens(*first.fire(play.now, later_ms))
    assert not play.now.facts.limits_rest


def test_the_threshold_is_a_term() -> None:
    assert BIDDING.threshold_ms(limited(stall_threshold_ms=3_000).now) == 3_000
