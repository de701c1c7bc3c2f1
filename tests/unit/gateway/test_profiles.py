"""Short terms are taken where a demo or a test runs, and nowhere else."""

import pytest

from gateway.profiles import check_profile, profile_of
from gateway.refusals import Refusal
from roadshow.session.commands import GoLive, PlanSession
from tests.support.builders import eligible, terms
from tests.support.shows import plan
from trading.bidding.commands import ScheduleBidding


def asking(profile: str) -> tuple[object, ...]:
    return (
        PlanSession(plan=plan(profile=profile)),
        ScheduleBidding(terms=terms(profile=profile), eligible=eligible("101", "102")),
    )


@pytest.mark.parametrize("running", ["demo", "test"])
@pytest.mark.parametrize("asked", ["standard", "demo", "test"])
def test_a_demo_takes_all_terms(running: str, asked: str) -> None:
    for body in asking(asked):
        check_profile(body, running)
        assert profile_of(body) == asked


@pytest.mark.parametrize("asked", ["demo", "test", "of my own"])
def test_elsewhere_short_terms_never_reach_the_log(asked: str) -> None:
    for body in asking(asked):
        with pytest.raises(Refusal) as refused:
            check_profile(body, "standard")
        assert (refused.value.code, refused.value.status) == ("PROFILE_NOT_ALLOWED", 403)


def test_what_brings_no_terms_is_standard() -> None:
    assert profile_of(GoLive()) == "standard"
