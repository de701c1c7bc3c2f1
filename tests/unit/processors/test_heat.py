"""The heat of items: what the public may see, counted once, ranked in whole numbers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec
import pytest

from infra.headcounts import Count, Report
from infra.i18n import catalogue
from infra.topics import INSIGHT
from processors.directory import Directory
from processors.heat import (
    POINTS,
    STEP_SECONDS,
    WINDOW_SECONDS,
    Beat,
    Cell,
    Ranked,
    Standing,
    add,
    beats_of,
    last_window_start,
    rank,
    score,
    window_starts,
)
from processors.heating import Heater
from processors.reacting import Cause, Happening, Heard
from roadshow.question.events import QuestionAsked, QuestionQueued, QuestionUpvoted
from roadshow.session import events as session
from tests.support import shows
from tests.unit.processors.test_handover import requested
from tests.unit.processors.test_notices import registered
from trading.bidding.events import BidAccepted, SealedBidReceived
from trading.values import BidderNumber, Fen

NOW_MS = 1_800_000_000_000
BID = BidAccepted(BidderNumber("101"), Fen(300), 1, 2)


def directory() -> Directory:
    """One session, two items, one question, one bidding that is shown a second late."""
    known = Directory()
    for event in (
        session.SessionPlanned(shows.plan()),
        session.AgendaItemAdded(shows.item("i1")),
        session.AgendaItemAdded(shows.item("i2")),
        QuestionAsked("q1", "i1", "a-ann", "?", private=False, at_ms=1),
        requested(shows.offer(public_delay_ms=1_000)),
    ):
        known.fold(Happening("s1", event))
    return known


def beats(*events: object, aggregate: str = "s1", offset: int = 3) -> list[Beat]:
    happenings = tuple(Happening(aggregate, event) for event in events)
    cause = Cause("roadshow.decisions", 0, offset)
    heard = Heard(
        cause, NOW_MS, aggregate, "", "", "", refused=False, code="", happenings=happenings
    )
    return beats_of(heard, directory())


@pytest.mark.parametrize(
    ("aggregate", "event", "counts"),
    [
        ("s1", registered(), {"i1": {"interest": 1}}),
        ("s1", QuestionQueued("q1"), {"i1": {"question": 1}}),
        ("s1", QuestionUpvoted("q1", "a-ben"), {"i1": {"upvote": 1}}),
        ("s1.i1.1", BID, {"i1": {"bid": 1}}),
        ("s1", QuestionQueued("q9"), None),
        ("s1.i1.2", BID, None),  # a bidding that the stage never asked for
        ("B-17", BID, None),  # of no session
        ("s1.i1.1", SealedBidReceived(BidderNumber("1"), "", "", 1), None),
    ],
)
def test_what_counts_for_an_item(aggregate: str, event: object, counts: object) -> None:
    found = beats(event, aggregate=aggregate)
    assert [one.counts for one in found] == ([] if counts is None else [counts])


def test_a_bid_counts_when_the_public_may_see_it_and_all_else_at_once() -> None:
    assert beats(BID, aggregate="s1.i1.1")[0].at_ms == NOW_MS + 1_000
    assert beats(registered())[0].at_ms == NOW_MS


def test_a_decision_is_one_beat_of_its_session_whatever_it_holds() -> None:
    (beat,) = beats(registered(), registered(), session.PitchStarted("i2", 9, 1))
    assert (beat.counts, beat.stage) == ({"i1": {"interest": 2}}, "i2")


def test_a_beat_that_comes_again_changes_nothing() -> None:
    (beat,) = beats(registered())
    cell = add(None, beat, "i1")
    assert cell is not None
    assert add(cell, beat, "i1") is None
    (later,) = beats(registered(), offset=4)
    assert add(cell, later, "i1") == Cell({"interest": 2}, 0, {beat.source: 4})


def test_only_windows_that_are_over_are_read_and_each_instant_is_in_one_before_long() -> None:
    for at_ms in range(NOW_MS, NOW_MS + 20_000, 700):
        starts = window_starts(at_ms)
        assert len(starts) == WINDOW_SECONDS // STEP_SECONDS
        assert all(start * 1_000 <= at_ms < (start + WINDOW_SECONDS) * 1_000 for start in starts)
        assert (last_window_start(at_ms) + WINDOW_SECONDS) * 1_000 <= at_ms
        shown_ms = next(now for now in range(at_ms, at_ms + 60_000, 100)
                        if last_window_start(now) in starts)  # fmt: skip
        assert at_ms < shown_ms <= at_ms + STEP_SECONDS * 1_000


def test_two_who_are_interested_are_not_shown_three_are() -> None:
    cell = Cell({"interest": 2, "question": 1})
    assert score(cell, interests_shown=False) == 5
    assert score(cell, interests_shown=True) == 25
    assert score(None, interests_shown=True) == 0


def test_items_are_ranked_by_score_equals_share_a_rank_and_the_change_is_told() -> None:
    standing = Standing(("i1", "i2", "i3"), "", {})
    first = rank(standing, {"i1": Cell({"bid": 1})}, ())
    assert first == (Ranked("i1", 3, 1, 0), Ranked("i2", 0, 2, 0), Ranked("i3", 0, 2, 0))
    then = rank(standing, {"i1": Cell({"bid": 1}), "i3": Cell({"bid": 2})}, first)
    assert then == (Ranked("i3", 6, 1, 1), Ranked("i1", 3, 2, -1), Ranked("i2", 0, 3, -1))


class FakeOutbox:
    """Keeps what is appended."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, dict[str, Any]]] = []

    async def append(self, topic: str, key: str, value: bytes) -> None:
        self.kept.append((topic, key, msgspec.json.decode(value)))


def heater() -> tuple[Heater, FakeOutbox]:
    outbox = FakeOutbox()
    cells: dict[str, Any] = defaultdict(lambda: defaultdict(dict))
    return Heater(cells, {}, outbox, 1), outbox  # type: ignore[arg-type]


async def test_a_ranking_is_told_when_it_changes_and_not_again() -> None:
    heat, outbox = heater()
    setup = beats(
        session.AgendaItemAdded(shows.item("i1")), session.AgendaItemAdded(shows.item("i2")),
        session.PitchStarted("i2", 9, 1), offset=1,
    )  # fmt: skip
    for beat in (*setup, *(beats(registered(), offset=one)[0] for one in range(2, 6))):
        heat.take_beat(beat)
        heat.take_beat(beat)  # delivered twice
    heat.take_signal(0, Report("g1", NOW_MS, {"roadshow:s1": Count(guests=4)}))
    heat.take_signal(0, Report("g2", NOW_MS, {"roadshow:s1": Count(1, 4), "roadshow:s9": Count(9)}))
    assert await heat.tell(NOW_MS, {0}) == 1
    assert await heat.tell(NOW_MS + 1, {0}) == 0
    later_ms = NOW_MS + STEP_SECONDS * 1_000
    assert await heat.tell(later_ms, {0}) == 1
    topic, key, value = outbox.kept[-1]
    assert (topic, key, value["at_ms"]) == (INSIGHT, "s1", later_ms)
    assert value["ranking"] == [
        {"item_id": "i1", "score": 40, "rank": 1, "change": 0},
        {"item_id": "i2", "score": 9, "rank": 2, "change": -1},
    ]


async def test_who_does_not_own_the_session_says_nothing_and_what_is_over_is_forgotten() -> None:
    heat, outbox = heater()
    heat.take_beat(beats(session.AgendaItemAdded(shows.item("i1")), offset=1)[0])
    assert await heat.tell(NOW_MS, set()) == 0
    heat.take_beat(beats(session.SessionEnded(1, 2), offset=2)[0])
    assert await heat.tell(NOW_MS, {0}) == 0
    assert outbox.kept == []


@pytest.mark.parametrize(("lang", "parts"), [("zh", "{} {} 分"), ("en", "{} {}")])
def test_the_pages_say_how_heat_is_counted_as_it_is_counted(lang: str, parts: str) -> None:
    said = catalogue(lang)["ui.heat.counts"]
    names = {
        "zh": {"interest": "登记意向", "question": "新问题", "bid": "出价", "upvote": "附议"},
        "en": {"interest": "interest", "question": "a new question", "bid": "a bid",
               "upvote": "support"},
    }[lang]  # fmt: skip
    for kind, points in POINTS.items():
        assert parts.format(names[kind], points) in said
    assert str(WINDOW_SECONDS) in said
    assert str(WINDOW_SECONDS) in catalogue(lang)["ui.heat.note"]
