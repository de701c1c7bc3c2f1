"""Amounts as people write them: 元 or 万元, exact, never a float.

Rule 1: one grammar for the command line and for the pages: `read` in the pages' lib/money.js is the
same, and tests/support/amounts.json drives both.
Rule 2: a unit that is written counts; what reads two ways is refused with both readings; a
character that has no place in an amount is named with its place.

parse_amount("210万") == parse_amount("2,100,000") == Fen(210_000_000)
"""

import re
import unicodedata
from typing import Final, Literal

from infra.i18n.shown import shown_amount
from trading.values import AMOUNT_FEN_MAX, YUAN_FEN, Fen

Unit = Literal["yuan", "wan"]
_YUAN_OF: Final = {"元": 1, "万": 10_000, "亿": 100_000_000}
_FIELD: Final = {"yuan": "元", "wan": "万"}
_AMOUNT: Final = re.compile(
    r" *([+-]?) *(?:¥|人民币)? *([\d, ]*)(?:\.(\d*))? *([亿万]?) *元? *", re.ASCII
)
_GROUPED: Final = (
    re.compile(r"[1-9]\d{0,2}(?:([, ])\d{3})(?:\1\d{3})*", re.ASCII),
    re.compile(r"[1-9]\d{0,3}(?:([, ])\d{4})(?:\1\d{4})*", re.ASCII),
)
_HALF: Final = str.maketrans(
    "０１２３４５６７８９，．￥－−＋\t\u00a0\u2009\u202f\u3000",  # noqa: RUF001 — as people type
    "0123456789,.¥--+     ",
)
_WORDS: Final = {
    "empty": ("没有金额；例：2100000、210万、210万元。",
              "no amount; write 2100000 (yuan) or 210万 (ten thousand yuan)."),
    "zero": ("金额须大于零。", "an amount is above zero."),
    "negative": ("金额不能是负数。", "an amount is not negative."),
    "fraction": ("须为整元。", "an amount is whole yuan."),
    "too_large": (f"超过上限 {shown_amount(AMOUNT_FEN_MAX)}。",
                  f"above the limit of {shown_amount(AMOUNT_FEN_MAX, 'en')}."),
}  # fmt: skip


class BadAmount(ValueError):
    """The text is no amount that can be bid; `chinese` and `english` say why.

    kind: empty, zero, negative, grouping, character, hidden, fraction or too_large; `at` counts
    characters from 1; `readings` in fen.
    """

    def __init__(
        self, text: str, kind: str, *, at: int = 0, char: str = "", readings: tuple[int, ...] = ()
    ) -> None:
        self.kind, self.at, self.char, self.readings = kind, at, char, readings
        chinese, english = _WORDS.get(kind) or self._named()
        self.chinese = f"“{text}”：{chinese}"
        self.english = f"{text!r}: {english}"
        super().__init__(self.english)

    def _named(self) -> tuple[str, str]:
        if self.kind == "grouping":
            ways = [shown_amount(fen) for fen in self.readings]
            en = [shown_amount(fen, "en") for fen in self.readings]
            return (
                f"逗号按三位或四位分组；是 {'，还是 '.join(ways)}？",
                f"a comma groups three digits, or four; {' or '.join(en)}?",
            )
        name = f"U+{ord(self.char):04X}"
        if self.kind == "hidden":
            return (
                f"第 {self.at} 个字符看不见（{name}），请删去。",
                f"character {self.at} is invisible ({name}); delete it.",
            )
        return (
            f"第 {self.at} 个字符“{self.char}”不属于金额。",
            f"character {self.at}, {self.char!r}, is no part of an amount.",
        )


def parse_amount(text: str, unit: Unit = "yuan") -> Fen:
    """Return an amount in fen; raises `BadAmount` unless positive, whole yuan, within bounds.

    `unit` counts where none is written.
    """
    for index, char in enumerate(text):
        if unicodedata.category(char) in ("Cc", "Cf") and char != "\t":
            raise BadAmount(text, "hidden", at=index + 1, char=char)
    found = _AMOUNT.match(text.translate(_HALF))
    assert found is not None, "each part may be missing"
    if found.end() < len(text):
        raise BadAmount(text, "character", at=found.end() + 1, char=text[found.end()])
    sign, spaced, rest, written = found.groups(default="")
    whole = spaced.strip()
    if not any(map(str.isdigit, whole + rest)):
        raise BadAmount(text, "empty")
    if sign == "-":
        raise BadAmount(text, "negative")
    counted = written or ("元" if "元" in found.group() else _FIELD[unit])
    if re.search(r"[, ]", whole) and not any(one.fullmatch(whole) for one in _GROUPED):
        raise BadAmount(text, "grouping", readings=_readings(whole, rest, counted))
    fen, fault = _fen_of(re.sub(r"[, ]", "", whole), rest, counted)
    if fault:
        raise BadAmount(text, fault)
    return Fen(fen)


def _fen_of(whole: str, rest: str, unit: str) -> tuple[int, str]:
    """Fen of digits and of digits after the point, and why it is no amount (or nothing)."""
    digits = (whole + rest).lstrip("0")
    if not digits:
        return 0, "zero"
    if len(digits) - len(rest) > len(str(AMOUNT_FEN_MAX)):
        return 0, "too_large"
    fen, less = divmod(int(digits) * _YUAN_OF[unit] * YUAN_FEN, 10 ** len(rest))
    if fen > AMOUNT_FEN_MAX or (fen == AMOUNT_FEN_MAX and less):
        return 0, "too_large"
    return fen, "fraction" if less or fen % YUAN_FEN else ""


def _readings(whole: str, rest: str, unit: str) -> tuple[int, ...]:
    """An ill-placed comma is the point, or nothing: what the amount would be."""
    halves = re.fullmatch(r"(\d+),(\d+)", whole, re.ASCII)
    ways = [halves.groups()] if halves and not rest else []
    ways.append((re.sub(r"[, ]", "", whole), rest))
    return tuple(fen for one, two in ways if (fen := _fen_of(one, two, unit)[0]))
