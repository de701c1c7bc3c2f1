"""Amounts as people write them: 元 or 万元, exact, never a float.

parse_amount("210万") == parse_amount("2,100,000") == Fen(210_000_000)
"""

import re
from typing import Final

from infra.i18n.shown import shown_amount
from trading.values import AMOUNT_FEN_MAX, YUAN_FEN, Fen

WAN: Final = 10_000
YI: Final = 100_000_000
_UNITS: Final = {"": 1, "元": 1, "万": WAN, "万元": WAN, "亿": YI, "亿元": YI}
_AMOUNT: Final = re.compile(r"([+-]?)[¥￥]?(\d[\d,]*)(?:\.(\d+))?(元|万元|万|亿元|亿)?\Z", re.ASCII)
_DIGITS_MAX: Final = 20


class BadAmount(ValueError):
    """The text is no amount that can be bid; `chinese` and `english` say why."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.chinese = chinese
        self.english = english


def parse_amount(text: str) -> Fen:
    """Return an amount in fen; raises `BadAmount` unless positive, whole yuan, within bounds."""
    found = _AMOUNT.match(text.strip())
    if found is None or len(text) > _DIGITS_MAX * 2:
        raise BadAmount(
            f"“{text}”不是金额；例：2100000、210万、210万元。",
            f"{text!r} is no amount; write 2100000 (yuan) or 210万 (ten thousand yuan).",
        )
    sign, whole, fraction, unit = found.groups(default="")
    scale = 10 ** len(fraction)
    yuan_scaled = int(whole.replace(",", "") + fraction) * _UNITS[unit]
    if sign == "-" or not yuan_scaled:
        raise BadAmount(f"“{text}”：金额须大于零。", f"{text!r}: an amount is above zero.")
    yuan, rest = divmod(yuan_scaled, scale)
    if rest:
        raise BadAmount(f"“{text}”：须为整元。", f"{text!r}: an amount is whole yuan.")
    if yuan * YUAN_FEN > AMOUNT_FEN_MAX:
        most = shown_amount(AMOUNT_FEN_MAX)
        raise BadAmount(f"“{text}”：超过上限 {most}。", f"{text!r}: above the limit of {most}.")
    return Fen(yuan * YUAN_FEN)
