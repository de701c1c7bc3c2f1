"""Terms as a desk officer draws them up: defaults of each mode, what is allowed (domain 0.3).

Rule 1: periods below the floor or above the cap are refused here, before the log; `demo` and `test`
may be shorter, where they run only.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
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


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a term of the standard profile may be; `source` is the rule that says so."""

    name: str
    least: int
    most: int | None
    source: str


BOUNDS: Final[dict[str, tuple[Bounds, ...]]] = {
    "dynamic": (
        Bounds("free_ms", HOUR_MS, None, "0.3 free_bidding"),
        Bounds("extension_ms", 60 * SECOND_MS, None, "0.3 extension_seconds"),
        Bounds("resume_notice_ms", 30 * MINUTE_MS, None, "4.6"),
    ),
    "live_timed": (
        Bounds("free_ms", 0, 10 * MINUTE_MS, "0.3 free_bidding"),
        Bounds("extension_ms", 20 * SECOND_MS, 300 * SECOND_MS, "0.3 extension_seconds"),
        Bounds("resume_notice_ms", 5 * MINUTE_MS, None, "4.6"),
    ),
    "one_shot": (),
}


class BadTerm(ValueError):
    """A term that may not be announced; `chinese` and `english` say why."""

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


def check_bounds(terms: Any, allowed_profile: str) -> None:
    """Raise `BadTerm` where a standard bidding is out of bounds, or a profile is not for here."""
    if terms.profile != "standard":
        if terms.profile != allowed_profile:
            raise BadTerm(
                f"规则档 {terms.profile} 仅限演示和测试环境。",
                f"The profile {terms.profile} is for demo and tests only.",
            )
        return
    for bounds in BOUNDS.get(terms.mode, ()):
        value = getattr(terms, bounds.name)
        if value < bounds.least or (bounds.most is not None and value > bounds.most):
            most = "" if bounds.most is None else f" ≤ {bounds.most}"
            allowed = f"{bounds.least} ≤ {bounds.name}{most}"
            raise BadTerm(
                f"{bounds.name} = {value} 毫秒超出允许范围（{allowed}，{bounds.source}）。",
                f"{bounds.name} = {value} ms is not allowed ({allowed}; {bounds.source}).",
            )
