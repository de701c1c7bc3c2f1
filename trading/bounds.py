"""What the law and practice let a term be: the "floor / cap" column of domain 0.3, and 4.6.

Rule 1: each table stands once, beside the terms it is about; every door asks it, `decide` last.
Rule 2: `demo` and `test` may be shorter, and say so; where neither runs, neither is taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from trading.outcome import Rejection

STANDARD: Final = "standard"
SHORT_PROFILES: Final = ("demo", "test")
PROFILES: Final = (STANDARD, *SHORT_PROFILES)

BELOW_FLOOR: Final = "BELOW_FLOOR"
ABOVE_CAP: Final = "ABOVE_CAP"
PROFILE_NOT_ALLOWED: Final = "PROFILE_NOT_ALLOWED"

PROFILE_CHARS_SHOWN: Final = 16
SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Bound:
    """What a term of the standard profile may be, in its own unit; `source`: the rule behind."""

    field: str
    floor: int | None
    cap: int | None
    source: str


LIVE_BIDDING: Final = (
    Bound("free_ms", None, 10 * MINUTE_MS, "0.3 free_bidding"),
    Bound("extension_ms", 20 * SECOND_MS, 300 * SECOND_MS, "0.3 extension_seconds"),
    Bound("resume_notice_ms", 5 * MINUTE_MS, None, "4.6"),
)
"""Of a bidding on stage: its terms, and the offer on the agenda that becomes its terms."""


def out_of_bounds(terms: object, profile: str, bounds: Iterable[Bound]) -> Rejection | None:
    """The first term that the standard profile may not have, with what it may be."""
    if profile in SHORT_PROFILES:
        return None
    for bound in bounds:
        value: int = getattr(terms, bound.field)
        told: dict[str, int | str] = {
            "field": bound.field, "value": value, "source": bound.source,
        }  # fmt: skip
        if bound.floor is not None and value < bound.floor:
            return Rejection(BELOW_FLOOR, {**told, "floor": bound.floor})
        if bound.cap is not None and value > bound.cap:
            return Rejection(ABOVE_CAP, {**told, "cap": bound.cap})
    return None


def not_here(profile: str, running: str) -> Rejection | None:
    """Whether terms of this profile are refused by what runs here: `running`."""
    if profile == STANDARD or running in SHORT_PROFILES:
        return None
    return Rejection(PROFILE_NOT_ALLOWED, {"profile": profile[:PROFILE_CHARS_SHOWN]})
