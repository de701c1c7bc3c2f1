"""What time brings about on stage: warnings, time that is up, calls that end, requests that lapse.

Rule 1: only a tick does it, but for the opening of registration, which any record carries out.
Rule 2: after `fire`, what is due next lies later, or nothing is due. A late tick tells what is
left to tell: no warning of a pitch whose time is up.
"""

from typing import Final

from roadshow.parts import Events
from roadshow.session import events as ev
from roadshow.session.item_evolve import WARN_FIRST_MS, WARN_LAST_MS
from roadshow.session.state import TIMED, Item, Session, active_item, running_ends_at_ms
from roadshow.stage import ItemPhase

TIMED_OUT: Final = "request_timed_out"
_TIME_UP: Final[dict[ItemPhase, type]] = {
    "pitching": ev.PitchTimeUp,
    "qa": ev.QaTimeUp,
    "commenting": ev.CommentsTimeUp,
    "interest_call": ev.InterestCallEnded,
}


def due_ms(session: Session) -> int | None:
    """When its earliest timer is due."""
    match session.phase:
        case "published":
            return session.plan.registration_opens_at_ms
        case "ended":
            return session.report_due_ms
        case "live" | "paused":
            item = active_item(session)
            return None if item is None else _item_due_ms(session, item)
        case _:
            return None


def _item_due_ms(session: Session, item: Item) -> int | None:
    if item.phase == "bidding_requested":
        return item.bidding.expires_at_ms
    ends_at_ms = item.ends_at_ms
    if session.phase == "paused" or ends_at_ms is None:
        return None
    warning_ms = _next_warning_ms(item)
    return ends_at_ms if warning_ms is None else ends_at_ms - warning_ms


def _next_warning_ms(item: Item) -> int | None:
    if item.phase != "pitching" or item.warned_ms == WARN_LAST_MS:
        return None
    return WARN_FIRST_MS if item.warned_ms is None else WARN_LAST_MS


def fire(session: Session, at_ms: int) -> Events:
    """What the earliest due timer does."""
    if session.phase == "published":
        return (ev.RegistrationOpened(),)
    if session.phase == "ended":
        return (ev.ReportOverdue(),)
    item = active_item(session)
    assert item is not None, "only an item on stage has a timer"
    if item.phase == "bidding_requested":
        return (ev.ItemBiddingReturned(item.item_id, item.bidding.bidding_id, TIMED_OUT),)
    assert item.phase in TIMED and item.ends_at_ms is not None, "a period runs"  # noqa: PT018
    left_ms = item.ends_at_ms - at_ms
    if left_ms <= 0:
        return (_TIME_UP[item.phase](item.item_id),)
    return (
        ev.PitchWarned(item.item_id, WARN_LAST_MS if left_ms <= WARN_LAST_MS else WARN_FIRST_MS),
    )


def phase_change(session: Session, at_ms: int) -> Events:
    """What any record carries out: registration opens."""
    if session.phase == "published" and at_ms >= session.plan.registration_opens_at_ms:
        return (ev.RegistrationOpened(),)
    return ()


def stalled(session: Session, reason: str, at_ms: int, remaining_ms: int) -> Events:
    """A fault of the platform pauses the stage where a period runs; else it harms nobody."""
    if running_ends_at_ms(session) is None:
        return ()
    return (ev.SessionPaused(reason, remaining_ms, at_ms),)
