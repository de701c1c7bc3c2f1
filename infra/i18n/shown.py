"""How values are shown to people: amounts exact, times in UTC+8 with the zone said.

Rule 1: what people wrote never commands the terminal that shows it (`shown_text`).

shown_amount(210_000_000, "zh") == "210万元"; shown_amount(210_000_000, "en") == "¥2,100,000"
"""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

WAN_YUAN: Final = 10_000
YUAN_FEN: Final = 100
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")
BEIJING: Final = timezone(timedelta(hours=8))


def shown_amount(amount_fen: int, lang: str = "zh") -> str:
    """Return an amount as people read it; in Chinese whole 万 as such."""
    yuan, fen = divmod(amount_fen, YUAN_FEN)
    cents = f".{fen:02d}" if fen else ""
    if lang != "zh":
        return f"¥{yuan:,}{cents}"
    if yuan and not fen and yuan % WAN_YUAN == 0:
        return f"{yuan // WAN_YUAN:,}万元"
    return f"{yuan:,}{cents}元"


def capitals(amount_fen: int) -> str:
    """Return 大写金额 as on a bank form: 人民币壹仟叁佰万元整."""
    yuan, rest = divmod(amount_fen, YUAN_FEN)
    jiao, fen = divmod(rest, 10)
    text = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"人民币{text or '零元'}整"
    text += f"{_DIGITS[jiao]}角" if jiao else "零" if text else ""
    return f"人民币{text}" + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole(yuan: int) -> str:
    text, gap = "", False
    for place in range(len(str(yuan)) - 1, -1, -1):
        digit = yuan // 10**place % 10
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place % 4]
        gap = not digit and bool(text)
        if not place % 4 and yuan // 10**place % 10_000:
            text, gap = text + _GROUPS[place // 4], False
    return text


def shown_clock(at_ms: int) -> str:
    """Return the time of day in UTC+8, to the millisecond."""
    return _beijing(at_ms).strftime("%H:%M:%S.") + f"{at_ms % 1_000:03d}"


def shown_moment(at_ms: int) -> str:
    """Return date, time and zone."""
    return f"{_beijing(at_ms):%Y-%m-%d} {shown_clock(at_ms)} +08:00"


def shown_text(text: str) -> str:
    """Return what somebody wrote; escape sequences and turned writing as their code points."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() or unicodedata.category(one) == "Zs"
        else one.encode("unicode_escape").decode("ascii")
        for one in text
    )  # fmt: skip


def shown_figure(name: str, value: object) -> tuple[str, object]:
    """Return a field of a message for people: amounts and moments in words, the rest as it is."""
    if isinstance(value, str):
        return name, shown_text(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return name, value
    if name.endswith("_fen"):
        return name.removesuffix("_fen"), shown_amount(value)
    if name == "at_ms" or name.endswith("_at_ms"):
        return name.removesuffix("_ms"), shown_clock(value)
    return name, value


def _beijing(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1_000, UTC).astimezone(BEIJING)
