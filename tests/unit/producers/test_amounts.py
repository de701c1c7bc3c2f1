"""Amounts as people write them: the same rows drive the reader of the pages."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from infra.i18n.shown import shown_amount
from producers.amounts import BadAmount, parse_amount

ROWS: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "support" / "amounts.json").read_text(encoding="utf-8")
)


def understood(row: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"fen": parse_amount(row["text"], row["unit"])}
    except BadAmount as error:
        place = {"at": error.at, "char": error.char} if error.at else {}
        ways = {"readings": list(error.readings)} if error.readings else {}
        return {"error": error.kind} | place | ways


def test_what_is_typed_is_read_by_one_grammar() -> None:
    found = [
        row | understood(row) == row and set(understood(row)) == set(row) - {"text", "unit"}
        for row in ROWS
    ]
    assert [row for row, right in zip(ROWS, found, strict=True) if not right] == []


def test_two_readings_are_told_and_a_character_with_its_place() -> None:
    with pytest.raises(BadAmount) as caught:
        parse_amount("12,5", "wan")
    assert "125,000元，还是 125万元" in caught.value.chinese
    with pytest.raises(BadAmount) as caught:
        parse_amount("1280。5")
    assert "第 5 个字符“。”" in caught.value.chinese
    with pytest.raises(BadAmount) as caught:
        parse_amount("12\u200b80")
    assert "U+200B" in caught.value.english


def test_what_is_shown_can_be_typed_in_again() -> None:
    for fen in (100, 12_300, 1_000_000, 210_000_000, 10**12):
        assert parse_amount(shown_amount(fen)) == fen
        assert parse_amount(shown_amount(fen, "en")) == fen
