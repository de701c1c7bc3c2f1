"""When a gateway says how many its rooms hold."""

from gateway.push.presence import Member, Presence
from gateway.push.pulse import Pulse
from infra.headcounts import AGAIN_MS, EVERY_MS, ROOMS_MAX, Count, Report

ROOM = "roadshow:s1"


def test_a_count_is_told_when_it_has_changed_and_not_too_often() -> None:
    presence = Presence()
    pulse = Pulse(presence, 1)
    presence.join(ROOM, Member("a", "a-1", kind="investor"))
    assert pulse.reports(0, 5) == [(0, Report(presence.gateway_id, 5, {ROOM: Count(0, 1)}))]
    presence.join(ROOM, Member("b", None, kind="guest"))
    assert pulse.reports(EVERY_MS - 1, 6) == []
    told = pulse.reports(EVERY_MS, 7)
    assert told == [(0, Report(presence.gateway_id, 7, {ROOM: Count(0, 1, 1)}))]


def test_it_is_told_again_while_somebody_is_there_and_once_when_all_have_gone() -> None:
    presence = Presence()
    pulse = Pulse(presence, 1)
    presence.join(ROOM, Member("a", "a-1", kind="expert"))
    pulse.reports(0, 1)
    assert pulse.reports(AGAIN_MS - 1, 2) == []
    assert pulse.reports(AGAIN_MS, 2) == [(0, Report(presence.gateway_id, 2, {ROOM: Count(1)}))]
    presence.leave(ROOM, "a")
    assert pulse.reports(2 * AGAIN_MS, 3) == [(0, Report(presence.gateway_id, 3, {}))]
    assert pulse.reports(9 * AGAIN_MS, 4) == []


def test_who_does_not_count_makes_no_record() -> None:
    presence = Presence()
    presence.join("bidding:b1", Member("a", "a-1"))
    assert Pulse(presence, 4).reports(0, 1) == []


def test_of_too_many_rooms_the_fullest_are_told() -> None:
    presence = Presence()
    for number in range(ROOMS_MAX + 1):
        presence.join(f"roadshow:s{number}", Member(f"c{number}", None, kind="guest"))
    presence.join("roadshow:s7", Member("more", None, kind="guest"))
    ((_, report),) = Pulse(presence, 1).reports(0, 1)
    assert len(report.rooms) == ROOMS_MAX
    assert report.rooms["roadshow:s7"].people == 2
