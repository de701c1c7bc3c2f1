"""Who is to be reminded of what is about to open, 24 h, 1 h and 10 min before (domain 9.4).

Rule 1: a reminder is a function of the decision that scheduled the bidding and of its lead, so that
whoever tells it, and however often, tells the same.
Rule 2: it is told while its lead is the one that runs: after an outage the nearest one alone, and
none once the bidding should have opened. What was scheduled later than that has been told just now.
Rule 3: nobody is reminded of what was cancelled, has opened, or stands still by a fault.
"""

from dataclasses import dataclass
from typing import Final

from processors.reacting import Cause, Halted, Heard, messages_of
from trading.bidding.events import (
    BiddingCancelled,
    BiddingEnded,
    BiddingScheduled,
    CollectingOpened,
    FreeBiddingOpened,
)
from trading.outcome import Messages

MINUTE_MS: Final = 60_000
LEADS_MS: Final = {  # the nearest first; the code says "within", which is true of a late one too
    "BIDDING_IN_10_MIN": 10 * MINUTE_MS,
    "BIDDING_IN_1_H": 60 * MINUTE_MS,
    "BIDDING_IN_24_H": 24 * 60 * MINUTE_MS,
}
CALENDAR_EVENTS: Final[Messages] = messages_of(
    BiddingScheduled, BiddingCancelled, FreeBiddingOpened, CollectingOpened, BiddingEnded
)
_OVER: Final = (BiddingCancelled, FreeBiddingOpened, CollectingOpened, BiddingEnded, Halted)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A bidding that has not opened. cause: the decision that scheduled it."""

    bidding_id: str
    lot: str
    opens_at_ms: int
    scheduled_at_ms: int
    cause: Cause


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is to be told now of one bidding; it was due at `due_ms`, in log time."""

    code: str
    upcoming: Upcoming
    due_ms: int


class Calendar:
    """The biddings that have been scheduled and have not opened."""

    def __init__(self) -> None:
        """Nothing has been folded."""
        self._ahead: dict[str, Upcoming] = {}

    def __len__(self) -> int:
        return len(self._ahead)

    def fold(self, heard: Heard) -> None:
        """Take a decision about biddings."""
        for happening in heard.happenings:
            event = happening.event
            if isinstance(event, BiddingScheduled):
                terms = event.terms
                self._ahead[happening.aggregate] = Upcoming(
                    happening.aggregate, terms.lot, terms.opens_at_ms, heard.at_ms, heard.cause
                )
            elif isinstance(event, _OVER):
                self._ahead.pop(happening.aggregate, None)

    def due(self, partition: int, now_ms: int) -> list[Reminder]:
        """Return what is to be told in a partition by now, told already or not."""
        found = (
            running(one, now_ms) for one in self._ahead.values() if one.cause.partition == partition
        )
        return [one for one in found if one is not None]


def running(upcoming: Upcoming, now_ms: int) -> Reminder | None:
    """Return the reminder whose time it is; None before the first, and after the opening."""
    if now_ms >= upcoming.opens_at_ms:
        return None
    for code, lead_ms in LEADS_MS.items():
        due_ms = upcoming.opens_at_ms - lead_ms
        if now_ms >= due_ms:
            return Reminder(code, upcoming, due_ms) if due_ms > upcoming.scheduled_at_ms else None
    return None
