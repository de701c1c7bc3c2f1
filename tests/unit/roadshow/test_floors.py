"""What a door refuses of a roadshow before the log."""

from roadshow.floors import refuse_at_door
from roadshow.session.commands import GoLive, PlanSession
from roadshow.showcase.commands import PublishCard
from tests.support.shows import plan
from trading.calendar import DAY_MS


def code(command: object, running: str) -> str:
    refused = refuse_at_door(command, running)
    return "ok" if refused is None else refused.code


def test_a_plan_is_for_where_it_runs_and_within_the_law() -> None:
    assert code(PlanSession(plan=plan()), "standard") == "ok"
    assert code(PlanSession(plan=plan(profile="demo")), "standard") == "PROFILE_NOT_ALLOWED"
    assert code(PlanSession(plan=plan(profile="demo", pitch_ms=1)), "demo") == "ok"
    assert code(PlanSession(plan=plan(pitch_ms=179_999)), "demo") == "BELOW_FLOOR"
    assert code(PlanSession(plan=plan(qa_ms=1_200_001)), "standard") == "ABOVE_CAP"


def test_a_card_is_valid_for_three_months_to_two_years() -> None:
    for days, expected in ((89, "BELOW_FLOOR"), (90, "ok"), (731, "ok"), (732, "ABOVE_CAP")):
        assert code(PublishCard(validity_ms=days * DAY_MS), "standard") == expected
        assert code(PublishCard(validity_ms=days * DAY_MS), "demo") == "ok"


def test_all_else_passes() -> None:
    assert code(GoLive(), "standard") == "ok"
