"""Terms below the floors go nowhere; short ones only where a demo or a test runs."""

from collections.abc import Mapping

import pytest

from gateway.profiles import check_terms
from gateway.refusals import Refusal
from roadshow.session.commands import GoLive, PlanSession
from roadshow.showcase.commands import PublishCard
from tests.support.builders import eligible, terms
from tests.support.shows import plan
from trading.bidding.commands import ScheduleBidding
from trading.calendar import DAY_MS

LAWFUL = {"free_ms": 3_600_000, "resume_notice_ms": 1_800_000}


def asking(profile: str) -> tuple[object, ...]:
    about = {**LAWFUL, "profile": profile}
    return (
        PlanSession(plan=plan(profile=profile)),
        ScheduleBidding(terms=terms(**about), eligible=eligible("101", "102")),
    )


def refusal_of(body: object, running: str) -> tuple[str, int, Mapping[str, int | str]]:
    with pytest.raises(Refusal) as refused:
        check_terms(body, running)
    return refused.value.code, refused.value.status, refused.value.params


@pytest.mark.parametrize("running", ["demo", "test"])
@pytest.mark.parametrize("asked", ["standard", "demo", "test"])
def test_a_demo_takes_all_terms(running: str, asked: str) -> None:
    for body in asking(asked):
        check_terms(body, running)


@pytest.mark.parametrize("asked", ["demo", "test", "of my own"])
def test_elsewhere_short_terms_never_reach_the_log(asked: str) -> None:
    for body in asking(asked):
        assert refusal_of(body, "standard")[:2] == ("PROFILE_NOT_ALLOWED", 403)


@pytest.mark.parametrize("running", ["standard", "demo"])
def test_what_the_law_forbids_never_reaches_the_log(running: str) -> None:
    quick = terms(profile="standard", **{**LAWFUL, "free_ms": 1_000})
    lot = ScheduleBidding(terms=quick, eligible=eligible("101", "102"))
    told = {"field": "free_ms", "value": 1_000, "floor": 3_600_000, "source": "0.3 free_bidding"}
    assert refusal_of(lot, running) == ("BELOW_FLOOR", 422, told)
    code, status, params = refusal_of(PlanSession(plan=plan(experts_min=2)), running)
    assert (code, status, params["field"], params["floor"]) == (
        "BELOW_FLOOR", 422, "experts_min", 3,
    )  # fmt: skip


def test_a_card_is_valid_for_three_months_to_two_years() -> None:
    for days in (90, 365, 731):
        check_terms(PublishCard(validity_ms=days * DAY_MS), "standard")
    check_terms(PublishCard(validity_ms=4_000), "test")
    assert refusal_of(PublishCard(validity_ms=4_000), "standard")[:2] == ("BELOW_FLOOR", 422)
    assert refusal_of(PublishCard(validity_ms=732 * DAY_MS), "standard")[:2] == ("ABOVE_CAP", 422)


def test_what_brings_no_terms_passes() -> None:
    check_terms(GoLive(), "standard")
