"""Amounts as people write them."""

import pytest

from infra.i18n.shown import shown_amount
from producers.amounts import BadAmount, parse_amount


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("210万", 210_000_000),
        ("210万元", 210_000_000),
        ("2,100,000", 210_000_000),
        ("¥2100000", 210_000_000),
        ("1", 100),
        ("0.0001万", 100),
        ("1.5亿", 15_000_000_000),
        ("100亿", 10**12),
    ],
)
def test_an_amount_is_exact(written: str, fen: int) -> None:
    assert parse_amount(written) == fen


@pytest.mark.parametrize(
    "written",
    ["", "0", "0万", "-5", "200.5", "0.00001万", "1e13", "abc", "10000000000000", "10000000001",
     "万", "2 100", "\uff11\uff10\uff10", "NaN", "9" * 500],
)  # fmt: skip
def test_a_bad_amount_is_told(written: str) -> None:
    with pytest.raises(BadAmount) as caught:
        parse_amount(written)
    assert caught.value.chinese
    assert caught.value.english


@pytest.mark.parametrize("fen", [100, 12_300, 1_000_000, 210_000_000, 10**12])
def test_what_is_shown_can_be_typed_in_again(fen: int) -> None:
    assert parse_amount(shown_amount(fen)) == fen
