"""When somebody is reminded of a bidding, and when not (domain 9.4)."""

from __future__ import annotations

import pytest

from infra.i18n import LANGUAGES, catalogue
from processors.notices import remind
from processors.reacting import Cause, Halted, Happening, Heard
from processors.reminding import LEADS_MS, Calendar, Upcoming, running
from tests.support import builders
from tests.unit.processors.test_notices import HOST, SELLER, directory
from trading.bidding import events as ev
from trading.bidding.commands import Eligible
from trading.values import BidderNumber

OPENS_AT_MS = builders.OPENS_AT_MS
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
CAUSE = Cause("bidding.decisions", 2, 7)
SCHEDULED = ev.BiddingScheduled(builders.terms(), (Eligible(number=BidderNumber("101")),))


def upcoming(scheduled_before_ms: int = 3 * DAY_MS) -> Upcoming:
    return Upcoming("s1.i1.1", "lot", OPENS_AT_MS, OPENS_AT_MS - scheduled_before_ms, CAUSE)


def calendar(*events: object) -> Calendar:
    made = Calendar()
    for event in (SCHEDULED, *events):
        happening = Happening("s1.i1.1", event)
        at_ms = OPENS_AT_MS - 3 * DAY_MS
        made.fold(Heard(CAUSE, at_ms, "", "", "", "", refused=False, code="",
                        happenings=(happening,)))  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("before_ms", "code"),
    [
        (DAY_MS + 1, None),
        (DAY_MS, "BIDDING_IN_24_H"),
        (HOUR_MS + 1, "BIDDING_IN_24_H"),
        (HOUR_MS, "BIDDING_IN_1_H"),
        (10 * MINUTE_MS + 1, "BIDDING_IN_1_H"),
        (10 * MINUTE_MS, "BIDDING_IN_10_MIN"),
        (1, "BIDDING_IN_10_MIN"),
        (0, None),
        (-DAY_MS, None),
    ],
)
def test_the_nearest_reminder_alone_is_told_and_none_once_it_should_be_open(
    before_ms: int, code: str | None
) -> None:
    found = running(upcoming(), OPENS_AT_MS - before_ms)
    assert (found.code if found else None) == code
    assert found is None or found.due_ms == OPENS_AT_MS - LEADS_MS[found.code]


@pytest.mark.parametrize("before_ms", [DAY_MS, HOUR_MS, 10 * MINUTE_MS])
def test_what_was_scheduled_too_late_for_a_reminder_has_been_told_just_now(before_ms: int) -> None:
    assert running(upcoming(before_ms), OPENS_AT_MS - before_ms) is None
    assert running(upcoming(before_ms + 1), OPENS_AT_MS - before_ms) is not None


@pytest.mark.parametrize(
    "event",
    [
        ev.BiddingCancelled("fire"),
        ev.FreeBiddingOpened(OPENS_AT_MS),
        ev.CollectingOpened(OPENS_AT_MS),
        ev.BiddingEnded(None, None, OPENS_AT_MS),
        Halted(),
    ],
)
def test_nobody_is_reminded_of_what_will_not_open(event: object) -> None:
    now_ms = OPENS_AT_MS - MINUTE_MS
    assert len(calendar().due(2, now_ms)) == 1
    assert calendar(event).due(2, now_ms) == []


def test_each_partition_goes_by_its_own_time() -> None:
    assert calendar().due(1, OPENS_AT_MS - MINUTE_MS) == []


@pytest.mark.parametrize("code", LEADS_MS)
def test_seller_bidders_desk_supervisor_and_host_are_reminded_and_always_by_the_same_id(
    code: str,
) -> None:
    reminder = running(upcoming(), OPENS_AT_MS - LEADS_MS[code])
    assert reminder is not None
    late = running(upcoming(), OPENS_AT_MS - LEADS_MS[code] + 1)
    assert late is not None
    found = remind(reminder, directory())
    assert found == remind(late, directory())
    audiences = {SELLER, HOST, "bidders:s1.i1.1", "desk:bidding", "desk:supervision"}
    assert {one.audience for one in found} == audiences
    assert {(one.code, one.priority) for one in found} == {(f"NOTICE_{code}", "P1")}
    assert all(f"NOTICE_{code}" in catalogue(lang) for lang in LANGUAGES)


def test_no_two_reminders_share_an_id() -> None:
    found = [
        notice
        for lead_ms in LEADS_MS.values()
        if (reminder := running(upcoming(), OPENS_AT_MS - lead_ms)) is not None
        for notice in remind(reminder, directory())
    ]
    assert len({one.notice_id for one in found}) == len(found) == 15
