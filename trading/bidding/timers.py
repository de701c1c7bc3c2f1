"""What time brings about: every timer of SM-06.

Rule 1: only a tick closes (EX-7). Two changes are carried out by any record at or after their
time, before that record is judged: free → limited, and the reopening of what was resumed.
Rule 2: after `fire`, what is due next lies later, or nothing is due.
Rule 3: a bidding opens for its full period from the tick that opens it, never for less.
"""

from collections.abc import Callable, Mapping
from typing import Final

from trading.bidding import ceiling
from trading.bidding.closing import (
    ALL_DISQUALIFIED,
    NOT_ENOUGH_BIDDERS,
    Events,
    end,
    settle,
    unsold,
)
from trading.bidding.events import (
    BiddingEnded,
    CollectingOpened,
    FreeBiddingOpened,
    LimitedBiddingStarted,
    LobbyOpened,
    ProxyLimitsRest,
    ReserveLapsed,
    SuspensionReviewDue,
)
from trading.bidding.evolve import evolve
from trading.bidding.priority import window_over
from trading.bidding.sealed import collected
from trading.bidding.state import Bidding, Phase, eligible_numbers
from trading.bidding.suspension import reopening, suspension_due_ms


def due_ms(bidding: Bidding) -> int | None:
    """When its earliest timer is due."""
    facts, phase = bidding.facts, bidding.phase
    if phase == "scheduled":
        return facts.terms.opens_at_ms - facts.terms.lobby_ms
    if phase == "lobby":
        waits = facts.terms.supervisor_quorum and not facts.supervisor_present
        return None if waits else facts.terms.opens_at_ms
    if phase == "suspended":
        return suspension_due_ms(bidding)
    return bidding.ends_at_ms


def fire(bidding: Bidding, at_ms: int) -> Events:
    """What the earliest due timer does."""
    return _TIMERS[bidding.phase](bidding, at_ms)


def phase_change(bidding: Bidding, at_ms: int) -> Events:
    """What any record carries out: the reopening, free → limited, or one after the other."""
    if bidding.phase == "suspended":
        reopened = reopening(bidding, at_ms)
        if reopened is None:
            return ()
        return (reopened, *phase_change(evolve(bidding, "", reopened), at_ms))
    ends_at_ms = bidding.ends_at_ms
    if bidding.phase == "free_bidding" and ends_at_ms is not None and at_ms >= ends_at_ms:
        return _start_limited(bidding, at_ms)
    return ()


def _open_lobby(bidding: Bidding, _at_ms: int) -> Events:
    return (LobbyOpened(bidding.facts.terms.opens_at_ms),)


def _open(bidding: Bidding, at_ms: int) -> Events:
    terms, present = bidding.facts.terms, bidding.facts.present
    eligible = eligible_numbers(bidding.facts)
    here = [number for number in eligible if number in present or not terms.presence_required]
    if len(here) < (1 if terms.single_bidder_allowed else 2):
        reason = NOT_ENOUGH_BIDDERS if eligible else ALL_DISQUALIFIED
        return (BiddingEnded(None, None, at_ms), unsold(reason))
    if terms.mode == "one_shot":
        return (CollectingOpened(at_ms + terms.collect_ms),)
    return (FreeBiddingOpened(at_ms + terms.free_ms),)


def _start_limited(bidding: Bidding, _at_ms: int) -> Events:
    assert bidding.ends_at_ms is not None, "the free period ends"
    facts = bidding.facts
    started = LimitedBiddingStarted(bidding.ends_at_ms + facts.terms.extension_ms)
    if facts.terms.free_bid_required and facts.proxies:  # EX-5
        return (started, ProxyLimitsRest())
    return (started,)


def _end_limited(bidding: Bidding, at_ms: int) -> Events:
    return end(bidding, bidding.leader, bidding.price_fen, at_ms)


def _lapse_reserve(bidding: Bidding, at_ms: int) -> Events:
    lapsed = ReserveLapsed()
    return (lapsed, *settle(evolve(bidding, "", lapsed), at_ms))


def _look_at_suspension(bidding: Bidding, at_ms: int) -> Events:
    reopened = reopening(bidding, at_ms)
    return (SuspensionReviewDue(),) if reopened is None else (reopened,)


_TIMERS: Final[Mapping[Phase, Callable[[Bidding, int], Events]]] = {
    "scheduled": _open_lobby,
    "lobby": _open,
    "free_bidding": _start_limited,
    "limited_bidding": _end_limited,
    "at_ceiling": ceiling.window_over,
    "collecting": collected,
    "tie_break": collected,
    "awaiting_reserve": _lapse_reserve,
    "awaiting_priority": window_over,
    "suspended": _look_at_suspension,
}
