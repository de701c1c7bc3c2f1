"""What is about to begin, and who is to be reminded of it.

Rule 1: a reminder is no record of the notices topic: it follows from what a person asked for
(infra.identity.reminders) and from the calendar, each time it is read. So it is right after a
postponement, it survives every restart, and ten thousand wishes cost no record.
Rule 2: its id is of thing and time, so that it is marked as read like any notice, and is a new one
where the time has changed.
Rule 3: nothing is said of what only the staff may know, and of a bidding nothing before the public.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Row, select

from gateway.queries.biddings import is_told
from infra.db.schema import BIDDINGS, SESSIONS

LEAD_MS: Final = 600_000
KEPT_MS: Final = 86_400_000  # how long after the beginning it is still listed
_COMING: Final = ("published", "registration_open", "rehearsed", "postponed")
_HIDDEN: Final = ("planned",)
_AHEAD: Final = ("scheduled", "lobby")


@dataclass(frozen=True, slots=True)
class Event:
    """A session or a bidding. phase: coming, begun, cancelled."""

    root: str
    kind: str
    title: str
    place: str
    starts_at_ms: int
    phase: str

    @property
    def link(self) -> str:
        """Its page."""
        folder = "shows" if self.kind == "session" else "bidding"
        return f"/{folder}/{quote(self.root)}"


def events(connection: Connection, roots: Collection[str], now_ms: int) -> dict[str, Event]:
    """Return those of these sessions and biddings that have been announced."""
    session, bidding = SESSIONS.c, BIDDINGS.c
    sessions = connection.execute(
        select(SESSIONS).where(session.session_id.in_(roots), session.phase.not_in(_HIDDEN))
    )
    biddings = connection.execute(select(BIDDINGS).where(bidding.bidding_id.in_(roots)))
    found = [
        Event(
            row.session_id, "session", row.title, row.place, row.starts_at_ms,
            "coming" if row.phase in _COMING else _begun(row.phase),
        )
        for row in sessions
    ] + [
        Event(
            row.bidding_id, "bidding", row.lot, "", row.opens_at_ms,
            "coming" if row.phase in _AHEAD else _begun(_public_phase(row, now_ms)),
        )
        for row in biddings
    ]  # fmt: skip
    return {event.root: event for event in found}


def _public_phase(row: Row[Any], now_ms: int) -> str:
    return str(row.phase) if is_told(row, row.closed_at_ms, now_ms) else "begun"


def _begun(phase: str) -> str:
    return "cancelled" if phase == "cancelled" else "begun"


def due(found: Collection[Event], now_ms: int) -> list[dict[str, Any]]:
    """Return the reminders whose time has come, as notices; the newest first."""
    told = [_notice(event) for event in found if _is_due(event, now_ms)]
    return sorted(told, key=lambda one: int(one["at_ms"]), reverse=True)


def _is_due(event: Event, now_ms: int) -> bool:
    if event.phase == "cancelled":
        return now_ms < event.starts_at_ms + KEPT_MS
    return event.starts_at_ms - LEAD_MS <= now_ms < event.starts_at_ms + KEPT_MS


def next_due_ms(found: Collection[Event], now_ms: int) -> int | None:
    """Return when the next reminder will be due; None where none is ahead."""
    ahead = [one.starts_at_ms - LEAD_MS for one in found if one.phase == "coming"]
    return min((at_ms for at_ms in ahead if at_ms > now_ms), default=None)


def _notice(event: Event) -> dict[str, Any]:
    is_cancelled = event.phase == "cancelled"
    code = "NOTICE_REMINDED_CANCELLED" if is_cancelled else "NOTICE_REMINDED"
    notice_id = f"reminder:{event.phase == 'cancelled':d}:{event.starts_at_ms}:{event.root}"
    return {
        "notice_id": notice_id,
        "audience": "",
        "code": code,
        "params": {"starts_at_ms": event.starts_at_ms},
        "priority": "P2",
        "root": event.root,
        "at_ms": event.starts_at_ms - LEAD_MS,
        "fallback_due": False,
        "about": event.title,
        "link": event.link,
        "topic": event.kind,
        "to_do": False,
        "group": f"{code}|{event.root}|{event.starts_at_ms}",
    }
