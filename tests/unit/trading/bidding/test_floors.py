"""What the law asks of a bidding's periods, at every edge of it (domain 0.3, 4.2, 4.6, 4.8)."""

from tests.support.builders import DESK, Play, bands, eligible, terms
from trading.bidding.commands import AdmitBidder, ScheduleBidding, Terms
from trading.bidding.floors import BOUNDS, refuse_at_door, terms_out_of_bounds
from trading.dispatch import BIDDING

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
FIT: dict[str, dict[str, int]] = {
    "dynamic": {"free_ms": HOUR_MS, "extension_ms": MINUTE_MS, "resume_notice_ms": 30 * MINUTE_MS},
    "one_shot": {
        "extension_ms": MINUTE_MS, "resume_notice_ms": 30 * MINUTE_MS, "tie_break_ms": 600_000,
    },
    "live_timed": {"free_ms": 0, "extension_ms": 20_000, "resume_notice_ms": 5 * MINUTE_MS},
}  # fmt: skip
TOO_LITTLE = [
    ("dynamic", "free_ms", 1_000, HOUR_MS),
    ("dynamic", "free_ms", HOUR_MS - 1, HOUR_MS),
    ("dynamic", "extension_ms", MINUTE_MS - 1, MINUTE_MS),
    ("dynamic", "resume_notice_ms", 30 * MINUTE_MS - 1, 30 * MINUTE_MS),
    ("one_shot", "extension_ms", MINUTE_MS - 1, MINUTE_MS),
    ("one_shot", "resume_notice_ms", 0, 30 * MINUTE_MS),
    ("one_shot", "tie_break_ms", 599_999, 600_000),
    ("live_timed", "extension_ms", 19_999, 20_000),
    ("live_timed", "resume_notice_ms", 5 * MINUTE_MS - 1, 5 * MINUTE_MS),
]
TOO_MUCH = [
    ("live_timed", "free_ms", 600_001, 600_000),
    ("live_timed", "extension_ms", 300_001, 300_000),
]


def standard(mode: str, **changes: object) -> Terms:
    table = () if mode == "one_shot" else bands((0, 10))
    about = {"mode": mode, "profile": "standard", "increments": table, **FIT[mode]}
    return terms(**{**about, **changes})


def told(about: Terms) -> tuple[str, dict[str, int | str]]:
    """What `decide` answers to these terms; every other door says the same."""
    command = ScheduleBidding(terms=about, eligible=eligible("A", "B"))
    rejection = Play().ask(DESK, command).rejection
    assert rejection == refuse_at_door(command, "standard") == refuse_at_door(command, "demo")
    return ("ok", {}) if rejection is None else (str(rejection.code), dict(rejection.params))


def test_every_floor_and_cap_holds_at_its_edge() -> None:
    for mode in BOUNDS:
        assert told(standard(mode)) == ("ok", {})
    for mode, field, value, floor in TOO_LITTLE:
        code, params = told(standard(mode, **{field: value}))
        source = params.pop("source")
        assert (code, params) == ("BELOW_FLOOR", {"field": field, "value": value, "floor": floor})
        assert source
    for mode, field, value, cap in TOO_MUCH:
        code, params = told(standard(mode, **{field: value}))
        del params["source"]
        assert (code, params) == ("ABOVE_CAP", {"field": field, "value": value, "cap": cap})


def test_every_bound_is_tried_at_its_edge() -> None:
    tried = {(mode, field) for mode, field, _, _ in (*TOO_LITTLE, *TOO_MUCH)}
    assert tried == {(mode, bound.field) for mode, bounds in BOUNDS.items() for bound in bounds}


def test_a_reserve_is_sealed_half_an_hour_before_what_opens_online() -> None:
    late = {"reserve_sealed": True, "reserve_deadline_ms": 30 * MINUTE_MS - 1}
    for mode in ("dynamic", "one_shot"):
        assert told(standard(mode, **late))[1]["field"] == "reserve_deadline_ms"
        assert told(standard(mode, **{**late, "reserve_deadline_ms": 30 * MINUTE_MS}))[0] == "ok"
        assert told(standard(mode, **{**late, "reserve_sealed": False}))[0] == "ok"
    assert told(standard("live_timed", **late))[0] == "ok"


def test_a_demo_may_be_short_where_it_runs_and_nowhere_else() -> None:
    for profile in ("demo", "test"):
        short = terms(profile=profile, free_ms=1_000)
        assert terms_out_of_bounds(short) is None
        command = ScheduleBidding(terms=short, eligible=eligible("A", "B"))
        assert Play().ask(DESK, command).rejection is None
        assert refuse_at_door(command, profile) is None
        refused = refuse_at_door(command, "standard")
        assert refused is not None
        assert (refused.code, refused.params) == ("PROFILE_NOT_ALLOWED", {"profile": profile})


def test_a_door_asks_nothing_of_what_brings_no_terms() -> None:
    assert refuse_at_door(AdmitBidder(bidder=eligible("A")[0]), "standard") is None


def test_until_version_4_the_log_itself_asked_for_no_floor() -> None:
    command = ScheduleBidding(terms=standard("dynamic", free_ms=1_000), eligible=eligible("A", "B"))
    for version in (1, 2, 3):
        assert BIDDING.older[version].decide(None, command, DESK, 1).rejection is None
