"""Terms as they are drawn up."""

from typing import Any

import pytest

from producers.lots import LOTS, schedule
from producers.terms import DEFAULTS, BadTerm, parse_duration, refuse_at_door
from trading.bidding.commands import Eligible, ScheduleBidding, Terms
from trading.values import BidderNumber, Fen


def terms(mode: str, **given: Any) -> Terms:
    """Terms with a mode's defaults."""
    return Terms(
        lot="lot", mode=mode, start_price_fen=Fen(100), increments=(), opens_at_ms=0,
        **{**DEFAULTS[mode], **given},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "ms"),
    [("90s", 90_000), ("5m", 300_000), ("24h", 86_400_000), ("30分钟", 1_800_000)],
)
def test_a_duration_is_read(written: str, ms: int) -> None:
    assert parse_duration(written) == ms


@pytest.mark.parametrize("written", ["", "5", "-5m", "1.5h", "soon"])
def test_a_bad_duration_is_told(written: str) -> None:
    with pytest.raises(BadTerm):
        parse_duration(written)


def scheduling(about: Terms) -> ScheduleBidding:
    numbers = (BidderNumber("101"), BidderNumber("102"))
    return ScheduleBidding(terms=about, eligible=tuple(Eligible(number=one) for one in numbers))


@pytest.mark.parametrize("mode", ["dynamic", "live_timed", "one_shot"])
def test_the_defaults_of_a_mode_are_within_its_bounds(mode: str) -> None:
    assert refuse_at_door(scheduling(terms(mode)), "standard") is None


def test_a_standard_bidding_cannot_be_too_short_wherever_it_is_opened() -> None:
    for running in ("standard", "demo"):
        refused = refuse_at_door(scheduling(terms("dynamic", extension_ms=59_999)), running)
        assert refused is not None
        assert (refused.code, refused.params["floor"]) == ("BELOW_FLOOR", 60_000)


def test_a_short_profile_is_refused_where_it_does_not_run() -> None:
    numbers = (BidderNumber("101"), BidderNumber("102"))
    demo = schedule(LOTS[0], numbers, None, 1)
    assert refuse_at_door(demo, "demo") is None
    refused = refuse_at_door(demo, "standard")
    assert refused is not None
    assert (refused.code, refused.params) == ("PROFILE_NOT_ALLOWED", {"profile": "demo"})
