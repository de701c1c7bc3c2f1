"""What is frozen is checked once: every field, and the floors of a standard session."""

from dataclasses import replace
from typing import Any

import pytest

from roadshow.dispatch import ROADSHOW
from roadshow.floors import refuse_at_door
from roadshow.plan import Increment
from roadshow.session import commands as cmd
from roadshow.session.terms import PLAN_BOUNDS, bad_item_field, bad_plan_field
from tests.support.shows import (
    DESK,
    PLANNED_AT_MS,
    STARTS_AT_MS,
    WORKING_DAYS_MS,
    ShowPlay,
    item,
    offer,
    plan,
)
from trading.bounds import LIVE_BIDDING
from trading.outcome import Rejection
from trading.values import Fen

PLAN_FIELDS = [
    ("starts_at_ms", PLANNED_AT_MS),
    ("starts_at_ms", 253_402_300_800_000),
    ("working_days_ms", ()),
    ("working_days_ms", WORKING_DAYS_MS[::-1]),
    ("working_days_ms", tuple(range(401))),
    ("title", " "),
    ("title", "x" * 201),
    ("field", ""),
    ("place", ""),
    ("stream_url", "http://example.org/plain"),
    ("stream_url", "https://" + "x" * 200),
    ("hosts", ()),
    ("hosts", ("a-1", "a-1")),
    ("hosts", tuple(f"a-{number}" for number in range(6))),
    ("hosts", ("two words",)),
    ("sponsors", ("",)),
    ("sponsors", ("x",) * 51),
    ("capacity", 0),
    ("access", "secret"),
    ("invited", ("",)),
    ("profile", "short"),
    ("registration_opens_at_ms", STARTS_AT_MS),
    ("notice_wd", -1),
    ("notice_bidding_wd", 2),
    ("report_wd", 0),
    ("pitch_ms", 0),
    ("more_time_ms", 0),
    ("qa_ms", 14_400_001),
    ("comments_ms", 0),
    ("interest_call_ms", 0),
    ("bidding_request_ms", 0),
    ("shift_min_ms", 0),
    ("stall_threshold_ms", 0),
    ("question_gap_ms", -1),
    ("question_chars_max", 0),
    ("experts_min", 0),
]
ITEM_FIELDS = [
    ("item_id", ""),
    ("item_id", "x" * 25),
    ("item_id", "a.b"),
    ("card_id", ""),
    ("title", ""),
    ("presenter", ""),
    ("holder_org", "x" * 65),
    ("summary", "x" * 1_001),
    ("presenter_text", "x" * 201),
    ("org_text", "x" * 201),
    ("broker", "two words"),
    ("parties", ("a-1", "a-1")),
    ("trl", 10),
    ("ip_text", "x" * 201),
    ("offer_kind", "give away"),
]
TWO_BANDS = (
    Increment(from_fen=Fen(0), increment_fen=Fen(100)),
    Increment(from_fen=Fen(0), increment_fen=Fen(200)),
)
OFFER_FIELDS = [
    ("lot", ""),
    ("start_price_fen", Fen(150)),
    ("increments", ()),
    ("increments", TWO_BANDS),
    ("increments", (Increment(from_fen=Fen(300_000_000), increment_fen=Fen(100)),)),
    ("increments", (Increment(from_fen=Fen(50), increment_fen=Fen(100)),)),
    ("increments", (Increment(from_fen=Fen(0), increment_fen=Fen(0)),)),
    ("lobby_ms", 0),
    ("free_ms", -1),
    ("extension_ms", 0),
    ("ceiling_price_fen", Fen(100)),
    ("ceiling_price_fen", Fen(150)),
    ("priority_mode", "first"),
    ("priority_window_ms", 0),
    ("reserve", "maybe"),
    ("reserve_deadline_ms", 60_000),
    ("reveal_window_ms", 0),
    ("raised_increments", TWO_BANDS),
    ("raise_increment_after_extensions", -1),
    ("steps_max", 0),
    ("min_gap_ms", -1),
    ("stall_threshold_ms", 0),
    ("resume_notice_ms", -1),
    ("public_delay_ms", -1),
]


PLAN_EDGES = [  # field, the least or most it may be, and one beyond
    ("notice_wd", 3, 2),
    ("notice_bidding_wd", 5, 4),
    ("report_wd", 3, 4),
    ("pitch_ms", 180_000, 179_999),
    ("pitch_ms", 1_200_000, 1_200_001),
    ("qa_ms", 180_000, 179_999),
    ("qa_ms", 1_200_000, 1_200_001),
    ("interest_call_ms", 60_000, 59_999),
    ("question_gap_ms", 30_000, 29_999),
    ("question_chars_max", 300, 301),
    ("experts_min", 3, 2),
]
OFFER_EDGES = [
    ("free_ms", 600_000, 600_001),
    ("extension_ms", 20_000, 19_999),
    ("extension_ms", 300_000, 300_001),
    ("resume_notice_ms", 300_000, 299_999),
]


def with_field(value: Any, field: str, bad: object) -> Any:
    return replace(value, **{field: bad})


@pytest.mark.parametrize(("field", "bad"), PLAN_FIELDS)
def test_a_plan_that_cannot_be_kept_names_its_field(field: str, bad: object) -> None:
    assert bad_plan_field(with_field(plan(), field, bad), PLANNED_AT_MS) == field


@pytest.mark.parametrize(("field", "bad"), ITEM_FIELDS)
def test_an_item_that_cannot_be_kept_names_its_field(field: str, bad: object) -> None:
    told = bad_item_field("s1", with_field(item(), field, bad))
    assert told == field


@pytest.mark.parametrize(("field", "bad"), OFFER_FIELDS)
def test_an_offer_that_cannot_be_kept_names_its_field(field: str, bad: object) -> None:
    assert bad_item_field("s1", item(offer=with_field(offer(), field, bad))) == field


def test_what_is_in_order_is_in_order() -> None:
    assert bad_plan_field(plan(stream_url="/stream/1", sponsors=("A",)), PLANNED_AT_MS) is None
    assert bad_item_field("s1", item(broker="")) is None
    raised = (Increment(from_fen=Fen(0), increment_fen=Fen(20_000_000)),)
    better = offer(ceiling_price_fen=Fen(300_000_000), raised_increments=raised)
    assert bad_item_field("s1", item(offer=better)) is None


def test_the_id_of_a_bidding_has_room_behind_the_session() -> None:
    assert bad_item_field("s" * 34, item()) is None
    assert bad_item_field("s" * 35, item()) == "session_id"


def edge_of(rejection: Rejection | None, field: str, value: int) -> int:
    """The floor or the cap that an answer names for a field."""
    assert rejection is not None
    params = dict(rejection.params)
    name = {"BELOW_FLOOR": "floor", "ABOVE_CAP": "cap"}[str(rejection.code)]
    assert (params["field"], params["value"]) == (field, value)
    assert params["source"]
    edge = params[name]
    assert isinstance(edge, int)
    return edge


def test_a_standard_session_keeps_every_floor_and_cap_at_its_edge() -> None:
    for field, edge, beyond in PLAN_EDGES:
        inside = with_field(plan(), field, edge)
        assert ShowPlay().code(DESK, cmd.PlanSession(plan=inside)) == "ok"
        outside = cmd.PlanSession(plan=with_field(plan(), field, beyond))
        told = ShowPlay().ask(DESK, outside).rejection
        assert edge_of(told, field, beyond) == edge
        assert told == refuse_at_door(outside, "standard") == refuse_at_door(outside, "demo")
        for version in (1, 2):
            older = ROADSHOW.older[version].decide(None, outside, DESK, PLANNED_AT_MS).rejection
            assert older == Rejection("BAD_FIELD", {"field": field})
    assert {field for field, _, _ in PLAN_EDGES} == {bound.field for bound in PLAN_BOUNDS}


def test_what_is_offered_on_stage_keeps_every_floor_and_cap_at_its_edge() -> None:
    for field, edge, beyond in OFFER_EDGES:
        inside = cmd.AddAgendaItem(item=item(offer=with_field(offer(), field, edge)))
        assert planned_play().code(DESK, inside) == "ok"
        outside = cmd.AddAgendaItem(item=item(offer=with_field(offer(), field, beyond)))
        play = planned_play()
        told = play.ask(DESK, outside).rejection
        assert edge_of(told, field, beyond) == edge
        older = ROADSHOW.older[2].decide(play.root, outside, DESK, PLANNED_AT_MS).rejection
        known_then = field != "resume_notice_ms"
        assert older == (Rejection("BAD_FIELD", {"field": field}) if known_then else None)
    assert {field for field, _, _ in OFFER_EDGES} == {bound.field for bound in LIVE_BIDDING}


def test_no_limited_period_on_stage_passes_unseen() -> None:
    blind = cmd.AddAgendaItem(item=item(offer=offer(stall_threshold_ms=60_000)))
    expected = Rejection("BAD_FIELD", {"field": "stall_threshold_ms"})
    assert planned_play().ask(DESK, blind).rejection == expected


def planned_play() -> ShowPlay:
    """A standard session without an agenda."""
    play = ShowPlay()
    assert play.code(DESK, cmd.PlanSession(plan=plan())) == "ok"
    return play


@pytest.mark.parametrize("profile", ["demo", "test"])
def test_a_demo_may_be_short(profile: str) -> None:
    short = plan(
        profile=profile, notice_wd=0, notice_bidding_wd=0, pitch_ms=20_000, qa_ms=20_000,
        interest_call_ms=10_000, question_gap_ms=0, experts_min=1, working_days_ms=(),
    )  # fmt: skip
    assert bad_plan_field(short, PLANNED_AT_MS) is None
    play = ShowPlay()
    assert play.code(DESK, cmd.PlanSession(plan=short)) == "ok"
    quick = offer(extension_ms=2_000, resume_notice_ms=0)
    assert play.code(DESK, cmd.AddAgendaItem(item=item(offer=quick))) == "ok"
