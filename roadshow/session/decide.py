"""What is asked of a session, who may ask it, and what it leads to.

Rule 1: `RULES` is the whole list: roles, guards in order, effect. The first guard that objects
answers; whoever passes all gets the effect.
Rule 2: no clock is read. `at_ms` is the time at which the record entered the log.
Rule 3: what follows for all from what happened (a shifted agenda, the wrap-up) is told with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from roadshow.parts import Events
from roadshow.session import agenda, on_offer, running
from roadshow.session import commands as cmd
from roadshow.session import events as ev
from roadshow.session.evolve import evolve
from roadshow.session.guards import (
    Guard,
    has_reason,
    in_phase,
    is_assigned,
    item_in,
    item_known,
)
from roadshow.session.rejections import Code
from roadshow.session.schedule import shifted
from roadshow.session.state import BEFORE_LIVE, TIMED, Session, is_left
from roadshow.stage import ON_STAGE, Tally
from trading.outcome import By, Outcome, Rejection

Effect = Callable[[Session, Any, By, int], Events]
Planning = Callable[[cmd.PlanSession, int], Outcome]

DESK: Final = ("desk_officer",)
HOST: Final = ("host",)
STAGE: Final = ("host", "stage_controller")
PLACES: Final = ("host", "presenter")
SYSTEM: Final = ("system",)
GUESTS: Final = (
    "investor", "bidder", "priority_holder", "seller", "seller_approver", "completer", "broker",
    "expert", "presenter", "finance_partner", "demand_owner", "taskforce_lead",
    "taskforce_office", "taskforce_agency", "taskforce_soe",
)  # fmt: skip
_NOT_PERMITTED: Final = Outcome(rejection=Rejection(Code.NOT_PERMITTED))
_MOVES: Final = (
    ev.SessionWentLive,
    ev.SessionResumed,
    ev.PitchStarted,
    ev.MoreTimeGranted,
    ev.ItemCompleted,
    ev.ItemSkipped,
    ev.ItemDeferred,
    ev.ItemWithdrawn,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: who may ask, what objects, what happens."""

    roles: tuple[str, ...]
    guards: tuple[Guard, ...]
    effect: Effect


@dataclass(frozen=True, slots=True)
class Book:
    """All rows, and how a plan is taken; each version of the rules has one."""

    rules: Mapping[type, Rule]
    planning: Planning


def decide(
    session: Session | None, command: object, by: By, at_ms: int, tally: Tally, book: Book
) -> Outcome:
    """Say what a command leads to, without changing anything. tally: what its parts count."""
    if isinstance(command, cmd.PlanSession):
        return _plan(session, command, by, at_ms, book.planning)
    if session is None:
        return Outcome(rejection=Rejection(Code.UNKNOWN_SESSION))
    rule = book.rules[type(command)]
    if by.role not in rule.roles:
        return _NOT_PERMITTED
    for guard in rule.guards:
        objection = guard(session, command, by, at_ms)
        if objection is not None:
            return Outcome(rejection=objection)
    if isinstance(command, cmd.ReportSession):
        return Outcome(running.report(session, command, by, at_ms, tally))
    events = rule.effect(session, command, by, at_ms)
    return Outcome((*events, *_consequences(session, events, at_ms)))


def _plan(
    session: Session | None, command: cmd.PlanSession, by: By, at_ms: int, planning: Planning
) -> Outcome:
    if session is not None:
        return Outcome(rejection=Rejection(Code.ALREADY_PLANNED))
    return planning(command, at_ms) if by.role in DESK else _NOT_PERMITTED


def _consequences(session: Session, events: tuple[object, ...], at_ms: int) -> tuple[object, ...]:
    """What all are told because of it: later items begin at another time, or none is left."""
    if not any(isinstance(event, _MOVES) for event in events):
        return ()
    after = session
    for event in events:
        after = evolve(after, session.session_id, event)
    if after.phase not in ("live", "paused"):
        return ()
    told = shifted(after, at_ms)
    is_over = after.phase == "live" and not any(map(is_left, after.items.values()))
    return (*told, ev.WrapUpStarted()) if is_over else told


_before_live: Final = in_phase(*BEFORE_LIVE)
_live: Final = in_phase("live")
_runs: Final = in_phase("live", "paused")
_before_its_end: Final = in_phase(*BEFORE_LIVE, "live", "paused")
_guests_come: Final = in_phase("registration_open", "rehearsed", "live", "paused")
_waiting: Final = ("queued", "on_deck", "deferred")


def _on_stage(effect: Effect, *guards: Guard) -> Rule:
    return Rule(HOST, (_live, item_known, is_assigned, *guards), effect)


RULES: Final[Mapping[type, Rule]] = {
    cmd.AddAgendaItem: Rule(
        DESK, (_before_live, agenda.item_fits, agenda.can_add), agenda.add_item
    ),
    cmd.ReorderAgenda: Rule(DESK, (_before_live, agenda.can_reorder), agenda.reorder),
    cmd.InviteExpert: Rule(DESK, (_before_its_end, agenda.can_invite), agenda.invite),
    cmd.DeclareConflict: Rule(
        ("expert",),
        (in_phase(*BEFORE_LIVE, *ON_STAGE), item_known, agenda.can_declare),
        agenda.declare,
    ),
    cmd.PublishSession: Rule(
        DESK, (in_phase("planned", "postponed"), agenda.can_publish), agenda.publish
    ),
    cmd.PostponeSession: Rule(
        DESK,
        (
            in_phase("published", "registration_open", "rehearsed"),
            has_reason,
            agenda.can_postpone,
        ),
        agenda.postpone,
    ),
    cmd.CancelSession: Rule(DESK, (_before_live, has_reason), agenda.cancel),
    cmd.RegisterAttendee: Rule(GUESTS, (_guests_come, agenda.can_register), agenda.register),
    cmd.CheckIn: Rule(
        GUESTS, (in_phase("rehearsed", "live", "paused"), agenda.can_check_in), agenda.check_in
    ),
    cmd.RunRehearsal: Rule(
        ("stage_controller",), (in_phase("registration_open", "rehearsed"),), agenda.run_rehearsal
    ),
    cmd.WaiveRehearsal: Rule(
        ("desk_reviewer",), (in_phase("registration_open"), has_reason), agenda.waive_rehearsal
    ),
    cmd.GoLive: Rule(
        HOST, (in_phase("rehearsed"), is_assigned, running.can_go_live), running.go_live
    ),
    cmd.PauseSession: Rule(STAGE, (_live, is_assigned, has_reason), running.pause),
    cmd.ResumeSession: Rule(STAGE, (in_phase("paused"), is_assigned), running.resume),
    cmd.EndSession: Rule(HOST, (in_phase(*ON_STAGE), is_assigned, running.can_end), running.end),
    cmd.ReportSession: Rule(DESK, (in_phase("ended"), running.can_report), running.report),
    cmd.CallOnDeck: _on_stage(
        running.call_on_deck, item_in("queued", "deferred"), running.deck_free
    ),
    cmd.StartPitch: _on_stage(running.start_pitch, item_in("on_deck"), running.stage_free),
    cmd.GrantMoreTime: _on_stage(running.grant, item_in("pitching"), running.can_grant),
    cmd.StartQa: _on_stage(running.start_qa, item_in("pitching")),
    cmd.StartComments: _on_stage(running.start_comments, item_in("pitching", "qa")),
    cmd.CallInterest: _on_stage(running.call_interest, item_in("qa", "commenting")),
    cmd.CallBidding: _on_stage(
        on_offer.call, item_in("interest_call"), on_offer.on_offer, on_offer.can_call
    ),
    cmd.AttestPreconditions: Rule(
        DESK,
        (
            _before_its_end,
            item_known,
            item_in(*_waiting, *TIMED),
            on_offer.on_offer,
            on_offer.can_attest,
        ),
        on_offer.attest,
    ),
    cmd.ConfirmSupervision: Rule(
        ("supervisor",),
        (
            _runs,
            item_known,
            item_in(*_waiting, *TIMED),
            on_offer.on_offer,
            on_offer.can_supervise,
        ),
        on_offer.supervise,
    ),
    cmd.OpenItemBidding: Rule(
        ("bid_controller",),
        (_live, item_known, item_in("interest_call"), on_offer.on_offer, on_offer.can_open),
        on_offer.open_bidding,
    ),
    cmd.RecordBiddingOpened: Rule(
        SYSTEM,
        (item_known, on_offer.bidding_known, on_offer.can_record_opened),
        on_offer.record_opened,
    ),
    cmd.RecordBiddingRefused: Rule(
        SYSTEM,
        (item_known, on_offer.bidding_known, on_offer.can_record_refused),
        on_offer.record_refused,
    ),
    cmd.RecordBiddingClosed: Rule(
        SYSTEM,
        (item_known, on_offer.bidding_known, on_offer.can_record_closed),
        on_offer.record_closed,
    ),
    cmd.CompleteItem: _on_stage(
        running.complete,
        item_in("qa", "commenting", "interest_call", "bidding"),
        running.bidding_closed,
    ),
    cmd.SkipItem: Rule(
        PLACES, (_runs, item_known, is_assigned, item_in(*_waiting), has_reason), running.skip
    ),
    cmd.DeferItem: Rule(
        PLACES,
        (_runs, item_known, is_assigned, item_in("queued", "on_deck", *TIMED), has_reason),
        running.defer,
    ),
    cmd.WithdrawItem: Rule(
        PLACES,
        (_before_its_end, item_known, is_assigned, item_in(*_waiting, *TIMED), has_reason),
        running.withdraw,
    ),
}
BOOK: Final = Book(RULES, agenda.plan_session)
