"""The grid of prices."""

import pytest

from tests.support.builders import bands, limited, terms, wan
from trading.bidding.increments import floor_to_grid, increment_at, min_next, on_stepwise_grid

TABLE = bands((0, 1), (100, 5), (500, 10))


@pytest.mark.parametrize(
    ("price_wan", "increment_wan"), [(0, 1), (99, 1), (100, 5), (499, 5), (500, 10), (9_999, 10)]
)
def test_bands_are_closed_to_the_left(price_wan: int, increment_wan: int) -> None:
    assert increment_at(TABLE, wan(price_wan)) == wan(increment_wan)


def test_the_stepwise_grid_turns_with_each_band() -> None:
    announced = terms(start_price_fen=wan(80), increments=TABLE)
    amounts_wan = (80, 99, 100, 101, 105, 500, 505, 510)
    on_grid = [amount for amount in amounts_wan if on_stepwise_grid(announced, wan(amount))]
    assert on_grid == [80, 99, 100, 105, 500, 510]


def test_a_band_may_be_stepped_over() -> None:
    announced = terms(start_price_fen=wan(90), increments=bands((0, 40), (100, 1), (110, 10)))
    assert on_stepwise_grid(announced, wan(140))
    assert not on_stepwise_grid(announced, wan(120))


def test_the_minimum_next_stops_at_the_ceiling() -> None:
    bidding = limited(ceiling_price_fen=wan(250)).now
    assert min_next(bidding, None) == wan(200)
    assert min_next(bidding, wan(240)) == wan(250)
    assert min_next(bidding, wan(250)) == wan(250)


def test_amounts_are_floored_to_the_grid() -> None:
    bidding = limited(ceiling_price_fen=wan(250)).now
    assert floor_to_grid(bidding, wan(239)) == wan(230)
    assert floor_to_grid(bidding, wan(900)) == wan(250)


def test_the_grid_starts_from_the_price_and_not_from_zero() -> None:
    bidding = limited(start_price_fen=wan(95)).now
    assert floor_to_grid(bidding, wan(112)) == wan(105)
