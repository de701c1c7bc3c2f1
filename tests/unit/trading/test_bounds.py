"""Floors and caps of any terms, and where short profiles may be."""

from dataclasses import dataclass

from trading.bounds import Bound, not_here, out_of_bounds


@dataclass(frozen=True)
class Length:
    """Some terms."""

    pitch_ms: int


BOUNDS = (Bound("pitch_ms", 180, 1_200, "0.3"),)


def test_both_edges_are_within() -> None:
    for value in (180, 1_200):
        assert out_of_bounds(Length(value), "standard", BOUNDS) is None


def test_what_is_outside_is_told_with_its_edge() -> None:
    low = out_of_bounds(Length(179), "standard", BOUNDS)
    high = out_of_bounds(Length(1_201), "standard", BOUNDS)
    assert low is not None
    assert high is not None
    about = {"field": "pitch_ms", "source": "0.3"}
    assert (low.code, low.params) == ("BELOW_FLOOR", {**about, "value": 179, "floor": 180})
    assert (high.code, high.params) == ("ABOVE_CAP", {**about, "value": 1_201, "cap": 1_200})


def test_a_short_profile_has_no_bounds_and_an_unknown_one_has_them_all() -> None:
    assert out_of_bounds(Length(1), "demo", BOUNDS) is None
    assert out_of_bounds(Length(1), "secret", BOUNDS) is not None


def test_short_terms_are_taken_only_where_a_demo_or_a_test_runs() -> None:
    for profile, running, taken in (
        ("standard", "standard", True), ("standard", "demo", True), ("demo", "demo", True),
        ("test", "demo", True), ("demo", "standard", False), ("x" * 99, "standard", False),
    ):  # fmt: skip
        refused = not_here(profile, running)
        assert (refused is None) is taken
        assert refused is None or refused.params == {"profile": profile[:16]}
