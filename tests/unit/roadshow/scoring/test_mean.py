"""SC-3, SC-4 and SC-7 in numbers."""

import pytest

from roadshow.scoring.commands import DEFAULT_CRITERIA, Criterion
from roadshow.scoring.events import Ranked
from roadshow.scoring.mean import ranking, score_hundredths, total, trimmed_mean_hundredths

POINT = 100_000
ONE = (Criterion(name="innovation", weight_bp=10_000),)


def points(*values: float) -> list[int]:
    return [round(value * POINT) for value in values]


def test_gv_11() -> None:
    assert trimmed_mean_hundredths(points(88, 92.5, 79, 95, 90)) == 9017


@pytest.mark.parametrize(
    ("values", "hundredths"),
    [
        ((), None),
        ((90, 80), None),
        ((90, 80, 70), 8000),
        ((90, 80, 70, 71), 7775),
        ((100, 0, 50, 50, 50), 5000),
        ((90, 90, 90, 90, 90), 9000),
        ((1, 1, 1.01), 100),
        ((0.01, 0.01, 0, 0), 1),  # half up: 0.005
        ((0.01, 0, 0, 0), 0),
        ((100,) * 7, 10_000),
    ],
)
def test_one_highest_and_one_lowest_go_from_five_upward(
    values: tuple[float, ...], hundredths: int | None
) -> None:
    assert trimmed_mean_hundredths(points(*values)) == hundredths


def test_an_expert_is_weighted_by_the_criteria() -> None:
    tenths = (900, 800, 700, 600, 500)  # 27 + 20 + 14 + 9 + 5
    assert total(DEFAULT_CRITERIA, tenths) == 75 * POINT
    given = {f"a-{number}": tenths for number in range(3)}
    assert score_hundredths(DEFAULT_CRITERIA, given) == 7_500


def same(*tenths: int) -> dict[str, tuple[int, ...]]:
    return {f"a-{number}": tenths for number in range(3)}


def test_a_tie_goes_to_innovation_then_to_market_then_to_nobody() -> None:
    level = same(500, 500, 500, 500, 500)
    more_market = same(500, 600, 375, 500, 500)
    more_innovation = same(600, 500, 350, 500, 500)
    ranked = ranking(
        DEFAULT_CRITERIA,
        [("a", level), ("b", more_market), ("c", more_innovation), ("d", level), ("e", {})],
    )
    assert ranked == (
        Ranked("c", 1, 5000),
        Ranked("b", 2, 5000),
        Ranked("a", 3, 5000),
        Ranked("d", 3, 5000),
        Ranked("e", None, None),
    )


def test_after_equals_the_rank_goes_on_by_count() -> None:
    ranked = ranking(ONE, [("a", same(900)), ("b", same(900)), ("c", same(100))])
    assert [(one.item_id, one.rank) for one in ranked] == [("a", 1), ("b", 1), ("c", 3)]
