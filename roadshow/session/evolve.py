"""What an event makes of a session.

Rule 1: `TRANSITIONS` is the whole of SM-13: (phase, event) → the phases it may lead to. A missing
key is an error of ours, not of the world. An event of an item has a row here (its session stays as
it is) and in `ITEM_TRANSITIONS`.
Rule 2: folding the events gives the whole state; nothing else goes into it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from roadshow.session import events as ev
from roadshow.session.item_evolve import ITEM_HANDLERS, ITEM_TRANSITIONS, evolve_item
from roadshow.session.schedule import planned
from roadshow.session.state import BEFORE_LIVE, Expert, Item, Pause, Session, active_item
from roadshow.stage import ACTIVE, ON_STAGE, SessionPhase

__all__ = ["ITEM_TRANSITIONS", "TRANSITIONS", "evolve"]

_UPCOMING: Final[tuple[SessionPhase, ...]] = ("published", "registration_open", "rehearsed")
_RUNS: Final[tuple[SessionPhase, ...]] = ("live", "paused")
_AFTER: Final[tuple[SessionPhase, ...]] = ("ended", "reported")


def _stay(
    event: type, *phases: SessionPhase
) -> dict[tuple[SessionPhase, type], tuple[SessionPhase, ...]]:
    return {(phase, event): (phase,) for phase in phases}


TRANSITIONS: Final[Mapping[tuple[SessionPhase, type], tuple[SessionPhase, ...]]] = {
    **_stay(ev.AgendaItemAdded, *BEFORE_LIVE),
    **_stay(ev.AgendaReordered, *BEFORE_LIVE),
    **_stay(ev.ExpertInvited, *BEFORE_LIVE, *_RUNS),
    **_stay(ev.ConflictDeclared, *BEFORE_LIVE, *ON_STAGE),
    **_stay(ev.AttendeeRegistered, "registration_open", "rehearsed", *_RUNS),
    **_stay(ev.AttendeeCheckedIn, "rehearsed", *_RUNS),
    **_stay(ev.RehearsalFailed, "registration_open", "rehearsed"),
    **_stay(ev.AgendaShifted, *_RUNS),
    **_stay(ev.ReportOverdue, "ended"),
    **_stay(ev.ItemOnDeck, "live"),
    **_stay(ev.PitchStarted, "live"),
    **_stay(ev.PitchWarned, "live"),
    **_stay(ev.PitchTimeUp, "live"),
    **_stay(ev.MoreTimeGranted, "live"),
    **_stay(ev.QaStarted, "live"),
    **_stay(ev.QaTimeUp, "live"),
    **_stay(ev.CommentsStarted, "live"),
    **_stay(ev.CommentsTimeUp, "live"),
    **_stay(ev.InterestCallOpened, "live"),
    **_stay(ev.InterestCallEnded, "live"),
    **_stay(ev.ItemBiddingCalled, "live"),
    **_stay(ev.PreconditionsAttested, *BEFORE_LIVE, *_RUNS),
    **_stay(ev.SupervisionConfirmed, *_RUNS),
    **_stay(ev.ItemBiddingRequested, "live"),
    **_stay(ev.SingleBidderFound, "live"),
    **_stay(ev.ItemBiddingOpened, *_RUNS),
    **_stay(ev.ItemBiddingReturned, *_RUNS),
    **_stay(ev.ItemBiddingClosed, *ON_STAGE, *_AFTER),
    **_stay(ev.StrayBiddingOpened, *ON_STAGE, *_AFTER),
    **_stay(ev.ItemCompleted, "live"),
    **_stay(ev.ItemSkipped, *ON_STAGE),
    **_stay(ev.ItemDeferred, *_RUNS),
    **_stay(ev.ItemWithdrawn, *BEFORE_LIVE, *_RUNS),
    ("planned", ev.SessionPublished): ("published",),
    ("postponed", ev.SessionPublished): ("published",),
    ("published", ev.RegistrationOpened): ("registration_open",),
    ("registration_open", ev.RehearsalPassed): ("rehearsed",),
    ("rehearsed", ev.RehearsalPassed): ("rehearsed",),
    ("registration_open", ev.RehearsalWaived): ("rehearsed",),
    ("rehearsed", ev.SessionWentLive): ("live",),
    ("live", ev.SessionPaused): ("paused",),
    ("paused", ev.SessionResumed): ("live",),
    ("live", ev.WrapUpStarted): ("wrapping_up",),
    **{(phase, ev.SessionEnded): ("ended",) for phase in ON_STAGE},
    ("ended", ev.SessionReported): ("reported",),
    **{(phase, ev.SessionPostponed): ("postponed",) for phase in _UPCOMING},
    **{(phase, ev.SessionCancelled): ("cancelled",) for phase in BEFORE_LIVE},
}  # fmt: skip


def evolve(session: Session | None, session_id: str, event: object) -> Session:
    """Return the session as it is once the event has happened."""
    if session is None:
        assert isinstance(event, ev.SessionPlanned), "a session begins with its plan"
        return Session(session_id, event.plan)
    kind = type(event)
    phases = TRANSITIONS.get((session.phase, kind))
    assert phases is not None, f"{kind.__name__} cannot happen while {session.phase}"
    if kind in ITEM_HANDLERS:
        return _of_item(session, event)
    return _HANDLERS[kind](replace(session, phase=phases[0]), event)


def _of_item(session: Session, event: Any) -> Session:
    item = session.items[event.item_id]
    after = evolve_item(session.plan, item, event)
    started = after.phase in ACTIVE and item.phase not in ACTIVE
    assert not (started and active_item(session)), "one item at a time"  # RS-1
    items = {**session.items, item.item_id: after}
    if after.phase == "withdrawn" and session.phase in BEFORE_LIVE:
        items = dict(planned(session.plan, items.values()))
    return _strays(replace(session, items=items), event)


def _strays(session: Session, event: object) -> Session:
    """Biddings that run although no item waits for them hold the session until they have closed."""
    strays = session.strays
    if isinstance(event, ev.StrayBiddingOpened):
        return replace(session, strays=(*strays, event.bidding_id))
    if isinstance(event, ev.ItemBiddingClosed) and event.bidding_id in strays:
        left = tuple(each for each in strays if each != event.bidding_id)
        return replace(session, strays=left)
    return session


# The session


def _as_it_was(session: Session, _event: object) -> Session:
    return session


def _item_added(session: Session, event: ev.AgendaItemAdded) -> Session:
    items = {**session.items, event.item.item_id: Item(event.item)}
    return replace(session, items=planned(session.plan, items.values()), drawn=False)


def _reordered(session: Session, event: ev.AgendaReordered) -> Session:
    items = planned(session.plan, (session.items[item_id] for item_id in event.order))
    return replace(session, items=items, drawn=bool(event.randomness))


def _expert_invited(session: Session, event: ev.ExpertInvited) -> Session:
    expert = Expert(event.specialty, event.org_id)
    return replace(session, experts={**session.experts, event.expert: expert})


def _published(session: Session, event: ev.SessionPublished) -> Session:
    return replace(session, published_at_ms=event.at_ms, reason="")


def _postponed(session: Session, event: ev.SessionPostponed) -> Session:
    plan = replace(
        session.plan,
        starts_at_ms=event.starts_at_ms,
        working_days_ms=event.working_days_ms,
        registration_opens_at_ms=0,
    )
    items = planned(plan, session.items.values())
    return replace(session, plan=plan, items=items, rehearsal="", reason=event.reason)


def _cancelled(session: Session, event: ev.SessionCancelled) -> Session:
    return replace(session, reason=event.reason)


def _registered(session: Session, event: ev.AttendeeRegistered) -> Session:
    return replace(session, attendees={**session.attendees, event.account: ""})


def _checked_in(session: Session, event: ev.AttendeeCheckedIn) -> Session:
    attendees = {**session.attendees, event.account: event.code}
    codes = {**session.codes, event.account: event.code}
    return replace(session, attendees=attendees, codes=codes)


def _rehearsed(session: Session, event: ev.RehearsalPassed | ev.RehearsalWaived) -> Session:
    passed = isinstance(event, ev.RehearsalPassed)
    return replace(session, rehearsal="passed" if passed else "waived")


def _went_live(session: Session, event: ev.SessionWentLive) -> Session:
    return replace(session, live_at_ms=event.at_ms)


def _paused(session: Session, event: ev.SessionPaused) -> Session:
    return replace(session, pause=Pause(event.reason, event.remaining_ms, event.at_ms))


def _resumed(session: Session, event: ev.SessionResumed) -> Session:
    pause = session.pause
    assert pause is not None, "only what is paused resumes"
    item = active_item(session)
    items = session.items
    if item is not None:
        slot_ends_at_ms = item.slot_ends_at_ms + event.at_ms - pause.at_ms
        going = replace(item, slot_ends_at_ms=slot_ends_at_ms)
        if event.ends_at_ms is not None:
            going = replace(going, ends_at_ms=event.ends_at_ms)
        items = {**items, item.item_id: going}
    return replace(session, pause=None, items=items)


def _ended(session: Session, event: ev.SessionEnded) -> Session:
    return replace(session, pause=None, ended_at_ms=event.at_ms, report_due_ms=event.report_due_ms)


def _report_overdue(session: Session, _event: ev.ReportOverdue) -> Session:
    return replace(session, report_due_ms=None)


def _reported(session: Session, event: ev.SessionReported) -> Session:
    return replace(session, report_due_ms=None, replay_url=event.replay_url)


def _shifted(session: Session, event: ev.AgendaShifted) -> Session:
    items = dict(session.items)
    for shift in event.shifts:
        items[shift.item_id] = replace(items[shift.item_id], starts_at_ms=shift.starts_at_ms)
    return replace(session, items=items)


_HANDLERS: Final[Mapping[type, Callable[[Session, Any], Session]]] = {
    ev.AgendaItemAdded: _item_added,
    ev.AgendaReordered: _reordered,
    ev.ExpertInvited: _expert_invited,
    ev.SessionPublished: _published,
    ev.RegistrationOpened: _as_it_was,
    ev.SessionPostponed: _postponed,
    ev.SessionCancelled: _cancelled,
    ev.AttendeeRegistered: _registered,
    ev.AttendeeCheckedIn: _checked_in,
    ev.RehearsalPassed: _rehearsed,
    ev.RehearsalFailed: _as_it_was,
    ev.RehearsalWaived: _rehearsed,
    ev.SessionWentLive: _went_live,
    ev.SessionPaused: _paused,
    ev.SessionResumed: _resumed,
    ev.WrapUpStarted: _as_it_was,
    ev.SessionEnded: _ended,
    ev.ReportOverdue: _report_overdue,
    ev.SessionReported: _reported,
    ev.AgendaShifted: _shifted,
}
