"""The floors and caps of a bidding's periods: one function for every door, `decide` the last.

Rule 1: what is bid for online has the day's periods, what is bid for on stage the short ones.
Rule 2: sealed envelopes are online too: their E counts where a suspended period goes on.
"""

from collections.abc import Mapping
from typing import Final

from trading.bidding.commands import ScheduleBidding, Terms
from trading.bounds import (
    HOUR_MS,
    LIVE_BIDDING,
    MINUTE_MS,
    SECOND_MS,
    Bound,
    not_here,
    out_of_bounds,
)
from trading.outcome import Rejection

_ONLINE: Final = (
    Bound("extension_ms", 60 * SECOND_MS, None, "0.3 extension_seconds"),
    Bound("resume_notice_ms", 30 * MINUTE_MS, None, "4.6"),
)
_SEALED_RESERVE: Final = (Bound("reserve_deadline_ms", 30 * MINUTE_MS, None, "4.2 SealReserve"),)
BOUNDS: Final[Mapping[str, tuple[Bound, ...]]] = {
    "dynamic": (Bound("free_ms", HOUR_MS, None, "0.3 free_bidding"), *_ONLINE),
    "one_shot": (*_ONLINE, Bound("tie_break_ms", 10 * MINUTE_MS, None, "4.8")),
    "live_timed": LIVE_BIDDING,
}


def terms_out_of_bounds(terms: Terms) -> Rejection | None:
    """The first period that is shorter or longer than its mode may have it."""
    bounds = BOUNDS.get(terms.mode, ())
    if terms.reserve_sealed and terms.mode != "live_timed":
        bounds = (*bounds, *_SEALED_RESERVE)
    return out_of_bounds(terms, terms.profile, bounds)


def refuse_at_door(command: object, running: str) -> Rejection | None:
    """What a door refuses before the log; `running`: the profile of what runs behind it."""
    if not isinstance(command, ScheduleBidding):
        return None
    terms = command.terms
    return not_here(terms.profile, running) or terms_out_of_bounds(terms)
