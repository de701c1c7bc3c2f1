"""While the session is live: who is on stage, and until when.

Rule 1: one active item at any time (RS-1); another may be on deck.
Rule 2: a pause freezes the timers of the stage and gives back what was left. It does not stop a
bidding, which has timers and a suspension of its own.
Rule 3: time being up ends nothing by itself: what comes next is the host's.
"""

from typing import Final

from roadshow.parts import Events
from roadshow.plan import working_days_after
from roadshow.session import commands as cmd
from roadshow.session import events as ev
from roadshow.session.agenda import coming
from roadshow.session.guards import ALREADY_DONE, item_of
from roadshow.session.rejections import Code
from roadshow.session.state import (
    Session,
    active_item,
    is_left,
    on_deck_item,
    running_ends_at_ms,
)
from roadshow.session.terms import is_address
from roadshow.stage import Tally
from trading.outcome import By, Rejection

SESSION_ENDED: Final = "session_ended"
NO_TALLY: Final = Tally()


def can_go_live(session: Session, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """Drawn where it is competitive, with experts enough where it is scored."""
    plan = session.plan
    if not coming(session):
        return Rejection(Code.EMPTY_AGENDA)
    if plan.competitive and not session.drawn:
        return Rejection(Code.ORDER_NOT_DRAWN)
    if plan.scored and len(session.experts) < plan.experts_min:
        return Rejection(Code.NOT_ENOUGH_EXPERTS, {"count_min": plan.experts_min})
    return None


def go_live(_session: Session, _command: object, _by: By, at_ms: int) -> Events:
    """It begins."""
    return (ev.SessionWentLive(at_ms),)


def pause(session: Session, command: cmd.PauseSession, _by: By, at_ms: int) -> Events:
    """What is left of the running period is kept."""
    ends_at_ms = running_ends_at_ms(session)
    remaining_ms = None if ends_at_ms is None else max(0, ends_at_ms - at_ms)
    return (ev.SessionPaused(command.reason, remaining_ms, at_ms),)


def resume(session: Session, _command: object, _by: By, at_ms: int) -> Events:
    """It goes on with what was left."""
    paused = session.pause
    assert paused is not None, "only what is paused resumes"
    item = active_item(session)
    runs = item is not None and item.ends_at_ms is not None  # else deferred in the meantime
    left_ms = paused.remaining_ms if runs else None
    return (ev.SessionResumed(None if left_ms is None else at_ms + left_ms, at_ms),)


def can_end(session: Session, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """No item on stage, no bidding running."""
    if session.strays:
        return Rejection(Code.BIDDING_OPEN)
    return stage_free(session, _command, _by, _at_ms)


def end(session: Session, _command: object, _by: By, at_ms: int) -> Events:
    """The stage is closed; what was not reached is told so."""
    left = (
        ev.ItemSkipped(item.item_id, SESSION_ENDED, at_ms)
        for item in session.items.values()
        if is_left(item)
    )
    due_ms = working_days_after(session.plan, at_ms, session.plan.report_wd)
    return (*left, ev.SessionEnded(at_ms, due_ms))


def can_report(
    session: Session, command: cmd.ReportSession, _by: By, _at_ms: int
) -> Rejection | None:
    """RS-3: what must not be recorded is not in the replay."""
    if not is_address(command.replay_url):
        return Rejection(Code.BAD_FIELD, {"field": "replay_url"})
    secret = any(item.facts.nda and item.phase == "done" for item in session.items.values())
    if command.replay_url and secret and not command.nda_cut:
        return Rejection(Code.RECORDING_FORBIDDEN)
    return None


def report(
    session: Session, command: cmd.ReportSession, _by: By, _at_ms: int, tally: Tally = NO_TALLY
) -> Events:
    """What came of it, counted from the log."""
    results = (item.bidding.result for item in session.items.values())
    deals_count = sum(result is not None and result.outcome == "sold" for result in results)
    told = ev.SessionReported(
        tally.interests_count,
        tally.questions_count,
        deals_count,
        command.scores_public,
        command.replay_url,
    )
    return (told,)


# Items


def deck_free(session: Session, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """One on deck at a time."""
    item = on_deck_item(session)
    return None if item is None else Rejection(Code.ITEM_ACTIVE, {"item_id": item.item_id})


def stage_free(session: Session, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """RS-1: one item on stage at a time."""
    item = active_item(session)
    return None if item is None else Rejection(Code.ITEM_ACTIVE, {"item_id": item.item_id})


def call_on_deck(_session: Session, command: cmd.CallOnDeck, _by: By, _at_ms: int) -> Events:
    """Next."""
    return (ev.ItemOnDeck(command.item_id),)


def start_pitch(session: Session, command: cmd.StartPitch, _by: By, at_ms: int) -> Events:
    """The presenter speaks."""
    ends_at_ms = at_ms + session.plan.pitch_ms
    return (ev.PitchStarted(command.item_id, ends_at_ms, at_ms),)


def can_grant(
    session: Session, command: cmd.GrantMoreTime, _by: By, _at_ms: int
) -> Rejection | None:
    """Once per pitch."""
    return ALREADY_DONE if item_of(session, command).extended else None


def grant(session: Session, command: cmd.GrantMoreTime, _by: By, at_ms: int) -> Events:
    """On top of what is left, or from now where the time was up."""
    ends_at_ms = item_of(session, command).ends_at_ms
    base_ms = at_ms if ends_at_ms is None else ends_at_ms
    until_ms = base_ms + session.plan.more_time_ms
    return (ev.MoreTimeGranted(command.item_id, until_ms, at_ms),)


def start_qa(session: Session, command: cmd.StartQa, _by: By, at_ms: int) -> Events:
    """Questions."""
    return (ev.QaStarted(command.item_id, at_ms + session.plan.qa_ms),)


def start_comments(session: Session, command: cmd.StartComments, _by: By, at_ms: int) -> Events:
    """Experts."""
    return (ev.CommentsStarted(command.item_id, at_ms + session.plan.comments_ms),)


def call_interest(session: Session, command: cmd.CallInterest, _by: By, at_ms: int) -> Events:
    """The button is large."""
    ends_at_ms = at_ms + session.plan.interest_call_ms
    return (ev.InterestCallOpened(command.item_id, ends_at_ms),)


def bidding_closed(
    session: Session, command: cmd.CompleteItem, _by: By, _at_ms: int
) -> Rejection | None:
    """A bidding that runs is not talked over."""
    item = item_of(session, command)
    return Rejection(Code.BIDDING_OPEN) if item.bidding.is_open else None


def complete(_session: Session, command: cmd.CompleteItem, _by: By, at_ms: int) -> Events:
    """Done."""
    return (ev.ItemCompleted(command.item_id, at_ms),)


def skip(_session: Session, command: cmd.SkipItem, _by: By, at_ms: int) -> Events:
    """Not today."""
    return (ev.ItemSkipped(command.item_id, command.reason, at_ms),)


def defer(_session: Session, command: cmd.DeferItem, _by: By, _at_ms: int) -> Events:
    """Later."""
    return (ev.ItemDeferred(command.item_id, command.reason),)


def withdraw(_session: Session, command: cmd.WithdrawItem, _by: By, at_ms: int) -> Events:
    """Off the agenda."""
    return (ev.ItemWithdrawn(command.item_id, command.reason, at_ms),)
