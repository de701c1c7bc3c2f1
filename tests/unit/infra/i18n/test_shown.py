"""Values as people read them."""

import pytest

from infra.i18n.shown import (
    capitals,
    shown_amount,
    shown_clock,
    shown_figure,
    shown_moment,
    shown_text,
)

AT_MS = 1_795_893_388_473  # 2026-11-28 19:16:28.473 UTC


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (0, "0元", "¥0"),
        (100, "1元", "¥1"),
        (123, "1.23元", "¥1.23"),
        (1_000_000, "1万元", "¥10,000"),
        (1_000_050, "10,000.50元", "¥10,000.50"),
        (210_000_000, "210万元", "¥2,100,000"),
        (10**12, "1,000,000万元", "¥10,000,000,000"),
    ],
)
def test_an_amount_is_shown_exactly(fen: int, zh: str, en: str) -> None:
    assert (shown_amount(fen, "zh"), shown_amount(fen, "en")) == (zh, en)


def test_times_are_of_beijing_and_say_so() -> None:
    assert shown_clock(AT_MS) == "03:16:28.473"
    assert shown_moment(AT_MS) == "2026-11-29 03:16:28.473 +08:00"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("price_fen", 210_000_000, ("price", "210万元")),
        ("ends_at_ms", AT_MS, ("ends_at", "03:16:28.473")),
        ("at_ms", AT_MS, ("at", "03:16:28.473")),
        ("extension_ms", 300_000, ("extension_ms", 300_000)),
        ("sold", True, ("sold", True)),
        ("bidder", "101", ("bidder", "101")),
    ],
)
def test_a_field_is_shown_by_its_unit(name: str, value: object, shown: tuple[str, object]) -> None:
    assert shown_figure(name, value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("好成果　路演 ✓", "好成果　路演 ✓"),
        ("\x1b[2J", "\\x1b[2J"),
        ("1\n2", "1\\n2"),
        ("\u202eabc", "\\u202eabc"),
    ],
)
def test_what_somebody_wrote_does_not_command_the_terminal(text: str, shown: str) -> None:
    assert shown_text(text) == shown
    assert shown_figure("reason", text) == ("reason", shown)


def test_capitals_are_those_of_a_bank_form() -> None:
    """The rows of tests/browser/js/money.test.mjs."""
    rows = {
        0: "人民币零元整", 50: "人民币伍角整", 100: "人民币壹元整", 1_001: "人民币壹拾元零壹分",
        1_000_100: "人民币壹万零壹元整", 100_500_000: "人民币壹佰万伍仟元整",
        1_300_000_000: "人民币壹仟叁佰万元整", 2_000_000_300: "人民币贰仟万零叁元整",
        10_300_000_000: "人民币壹亿零叁佰万元整", 10**12: "人民币壹佰亿元整",
        10_009: "人民币壹佰元零玖分", 5: "人民币伍分", 110: "人民币壹元壹角整",
    }  # fmt: skip
    assert {fen: capitals(fen) for fen in rows} == rows
