"""Terms as a desk officer draws them up: periods as they are written, defaults of each mode.

Rule 1: terms that are not for what runs, or below the floors of the law, are refused before the
log, by the functions that `decide` asks too.
"""

import re
from typing import Any, Final

from roadshow import floors as roadshow
from trading.bidding import floors as bidding
from trading.bounds import HOUR_MS, MINUTE_MS, SECOND_MS
from trading.outcome import Rejection

_UNITS: Final = {
    "ms": 1, "s": SECOND_MS, "秒": SECOND_MS, "m": MINUTE_MS, "分": MINUTE_MS, "分钟": MINUTE_MS,
    "h": HOUR_MS, "小时": HOUR_MS, "d": 24 * HOUR_MS, "天": 24 * HOUR_MS,
}  # fmt: skip
_DURATION: Final = re.compile(r"(\d{1,12})(ms|s|秒|m|分钟|分|h|小时|d|天)\Z", re.ASCII)

DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "dynamic": {},
    "one_shot": {},
    "live_timed": {
        "free_ms": 5 * MINUTE_MS,
        "extension_ms": 60 * SECOND_MS,
        "stall_threshold_ms": 3 * SECOND_MS,
        "resume_notice_ms": 5 * MINUTE_MS,
        "reveal_window_ms": MINUTE_MS,
        "tie_break_ms": 3 * MINUTE_MS,
        "priority_window_ms": 3 * MINUTE_MS,
    },
}


class BadTerm(ValueError):
    """What is no term at all; `chinese` and `english` say why."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.chinese = chinese
        self.english = english


def parse_duration(text: str) -> int:
    """Return milliseconds: 90s, 5m, 1h, 30分钟; raises `BadTerm`."""
    found = _DURATION.match(text.strip())
    if found is None:
        raise BadTerm(
            f"“{text}”不是时长；例：90s、5m、24h。",
            f"{text!r} is no duration; write 90s, 5m or 24h.",
        )
    return int(found[1]) * _UNITS[found[2]]


def refuse_at_door(body: object, running: str) -> Rejection | None:
    """The answer to terms that may not reach the log of what runs as `running`."""
    return bidding.refuse_at_door(body, running) or roadshow.refuse_at_door(body, running)
