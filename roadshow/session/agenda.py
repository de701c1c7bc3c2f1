"""Before the session is live: its plan, its agenda, its experts, its rehearsal, its guests.

Rule 1: notice is counted in whole working days before the start (7.1), five where an item may be
bid for; what is added after publication needs the same notice.
Rule 2: who stands on the agenda beside an expert is told by the agenda itself (SD-4): the expert is
recused from that item, whether he declares it or not.
"""

import hashlib
from collections.abc import Iterable

from roadshow.parts import Events
from roadshow.plan import AgendaItem, Plan, working_days_between
from roadshow.session import commands as cmd
from roadshow.session import events as ev
from roadshow.session.guards import ALREADY_DONE, bad_field
from roadshow.session.rejections import Code
from roadshow.session.state import Expert, Item, Session
from roadshow.session.terms import (
    AT_MS_MAX,
    EXPERTS_MAX,
    ITEMS_MAX,
    RELATIONS,
    SPECIALTIES,
    bad_item_field,
    bad_plan_field,
    days_fit,
    is_missed,
    is_word,
    plan_out_of_bounds,
)
from trading.bounds import LIVE_BIDDING, Bound, out_of_bounds
from trading.outcome import By, Outcome, Rejection

SELF_DECLARED = "expert"
ON_THE_AGENDA = "agenda"
DRAW_CHARS_MAX = 256


def plan_session(command: cmd.PlanSession, at_ms: int) -> Outcome:
    """The plan is frozen."""
    field = bad_plan_field(command.plan, at_ms)
    objection = plan_out_of_bounds(command.plan) if field is None else bad_field(field)
    if objection is not None:
        return Outcome(rejection=objection)
    return Outcome((ev.SessionPlanned(command.plan),))


def item_fits(
    session: Session, command: cmd.AddAgendaItem, _by: By, _at_ms: int
) -> Rejection | None:
    """It can be shown, and if it is on offer, bid for on lawful terms."""
    return item_within(session, command.item, LIVE_BIDDING)


def item_within(session: Session, item: AgendaItem, bounds: Iterable[Bound]) -> Rejection | None:
    """The first that cannot stand of an item, and of its offer between these bounds."""
    field, offer = bad_item_field(session.session_id, item), item.offer
    if field is not None:
        return bad_field(field)
    if offer is None:
        return None
    profile = session.plan.profile
    objection = out_of_bounds(offer, profile, bounds)
    if objection is not None:
        return objection
    return bad_field("stall_threshold_ms") if is_missed(offer, profile) else None


def can_add(session: Session, command: cmd.AddAgendaItem, _by: By, at_ms: int) -> Rejection | None:
    """It is new, there is room, and notice of it is long enough."""
    item = command.item
    if len(session.items) >= ITEMS_MAX:
        return Rejection(Code.TOO_MANY, {"count_max": ITEMS_MAX})
    if item.item_id in session.items:
        return ALREADY_DONE
    if session.published_at_ms is None or session.phase == "postponed":
        return None
    return _notice(session.plan, (item,), at_ms)


def add_item(session: Session, command: cmd.AddAgendaItem, _by: By, _at_ms: int) -> Events:
    """On the agenda; experts who stand beside it are recused."""
    item = command.item
    recused = (
        ev.ConflictDeclared(account, item.item_id, relation, ON_THE_AGENDA)
        for account, expert in session.experts.items()
        if (relation := _relation(account, expert, item))
    )
    return (ev.AgendaItemAdded(item), *recused)


def can_reorder(
    session: Session, command: cmd.ReorderAgenda, _by: By, _at_ms: int
) -> Rejection | None:
    """Every item once; in a competitive session as the lots fell."""
    order, randomness = command.order, command.randomness
    if sorted(order) != sorted(session.items):
        return bad_field("order")
    if not session.plan.competitive:
        return bad_field("randomness") if randomness else None
    if not _is_randomness(randomness):
        return Rejection(Code.BAD_RANDOMNESS)
    if order != drawn_order(session.session_id, order, randomness):
        return bad_field("order")
    return None


def reorder(_session: Session, command: cmd.ReorderAgenda, _by: By, _at_ms: int) -> Events:
    """The order from now on."""
    return (ev.AgendaReordered(command.order, command.randomness),)


def drawn_order(session_id: str, item_ids: Iterable[str], randomness: str) -> tuple[str, ...]:
    """The order that public randomness draws: by SHA-256 of `session|item|randomness`."""

    def lot(item_id: str) -> bytes:
        return hashlib.sha256(f"{session_id}|{item_id}|{randomness}".encode()).digest()

    return tuple(sorted(item_ids, key=lot))


def _is_randomness(text: str) -> bool:
    return 0 < len(text) <= DRAW_CHARS_MAX and not set(text) - set("0123456789abcdef")


# Experts


def can_invite(
    session: Session, command: cmd.InviteExpert, _by: By, _at_ms: int
) -> Rejection | None:
    """A person of a known specialty, who does not run the session himself."""
    if not is_word(command.expert):
        return bad_field("expert")
    if command.specialty not in SPECIALTIES:
        return bad_field("specialty")
    if command.org_id and not is_word(command.org_id):
        return bad_field("org_id")
    if len(session.experts) >= EXPERTS_MAX:
        return Rejection(Code.TOO_MANY, {"count_max": EXPERTS_MAX})
    if command.expert in session.plan.hosts:
        return Rejection(Code.SEPARATION_OF_DUTIES, {"rule": "SD-4", "role": "expert"})
    return ALREADY_DONE if command.expert in session.experts else None


def invite(session: Session, command: cmd.InviteExpert, _by: By, _at_ms: int) -> Events:
    """Invited, and recused where the agenda shows a relation."""
    expert = Expert(command.specialty, command.org_id)
    recused = (
        ev.ConflictDeclared(command.expert, item.item_id, relation, ON_THE_AGENDA)
        for item in session.items.values()
        if (relation := _relation(command.expert, expert, item.facts))
    )
    invited = ev.ExpertInvited(command.expert, command.specialty, command.org_id)
    return (invited, *recused)


def _relation(account: str, expert: Expert, item: AgendaItem) -> str:
    """What the agenda knows of a relation (SD-4); "" for nothing."""
    if account == item.presenter:
        return "presenter"
    if account in item.parties:
        return "seller"
    return "same_employer" if expert.org_id == item.holder_org else ""


def can_declare(
    session: Session, command: cmd.DeclareConflict, by: By, _at_ms: int
) -> Rejection | None:
    """An expert of this session, once per item."""
    if command.relation not in RELATIONS:
        return bad_field("relation")
    if by.actor not in session.experts:
        return Rejection(Code.NOT_AN_EXPERT)
    return ALREADY_DONE if by.actor in session.items[command.item_id].recused else None


def declare(_session: Session, command: cmd.DeclareConflict, by: By, _at_ms: int) -> Events:
    """Recused from that item."""
    declared = ev.ConflictDeclared(by.actor, command.item_id, command.relation, SELF_DECLARED)
    return (declared,)


# Announcing


def can_publish(session: Session, _command: object, _by: By, at_ms: int) -> Rejection | None:
    """Something to show, and long enough before."""
    items = [item.facts for item in coming(session)]
    return _notice(session.plan, items, at_ms) if items else Rejection(Code.EMPTY_AGENDA)


def publish(session: Session, _command: object, _by: By, at_ms: int) -> Events:
    """Announced; who wants to take part may register from the time the plan says."""
    published = ev.SessionPublished(at_ms)
    if session.plan.registration_opens_at_ms > at_ms:
        return (published,)
    return (published, ev.RegistrationOpened())


def _notice(plan: Plan, items: Iterable[AgendaItem], at_ms: int) -> Rejection | None:
    has_bidding = any(item.offer is not None for item in items)
    days_min = plan.notice_bidding_wd if has_bidding else plan.notice_wd
    days = working_days_between(plan, at_ms, plan.starts_at_ms)
    if at_ms < plan.starts_at_ms and days >= days_min:
        return None
    return Rejection(Code.NOTICE_TOO_SHORT, {"days_min": days_min})


def coming(session: Session) -> tuple[Item, ...]:
    """The items that are not withdrawn."""
    return tuple(item for item in session.items.values() if item.phase != "withdrawn")


def can_postpone(
    session: Session, command: cmd.PostponeSession, _by: By, at_ms: int
) -> Rejection | None:
    """To a later day, with its calendar."""
    if not max(at_ms, session.plan.starts_at_ms) < command.starts_at_ms <= AT_MS_MAX:
        return bad_field("starts_at_ms")
    if not days_fit(command.working_days_ms, command.starts_at_ms, session.plan.profile):
        return bad_field("working_days_ms")
    return None


def postpone(_session: Session, command: cmd.PostponeSession, _by: By, _at_ms: int) -> Events:
    """Off that day."""
    postponed = ev.SessionPostponed(command.starts_at_ms, command.working_days_ms, command.reason)
    return (postponed,)


def cancel(_session: Session, command: cmd.CancelSession, _by: By, _at_ms: int) -> Events:
    """Called off."""
    return (ev.SessionCancelled(command.reason),)


# Guests


def can_register(session: Session, _command: object, by: By, _at_ms: int) -> Rejection | None:
    """Invited where that is asked for, and there is room."""
    plan = session.plan
    if by.actor in session.attendees:
        return ALREADY_DONE
    if plan.access == "invited" and by.actor not in plan.invited:
        return Rejection(Code.INVITATION_NEEDED)
    if len(session.attendees) >= plan.capacity:
        return Rejection(Code.SESSION_FULL, {"capacity": plan.capacity})
    return None


def register(_session: Session, _command: object, by: By, _at_ms: int) -> Events:
    """Registered."""
    return (ev.AttendeeRegistered(by.actor),)


def can_check_in(session: Session, command: object, by: By, at_ms: int) -> Rejection | None:
    """Registered before; to a public session one may simply come."""
    if by.actor in session.attendees:
        return ALREADY_DONE if session.attendees[by.actor] else None
    if session.plan.access != "public":
        return Rejection(Code.NOT_REGISTERED)
    return can_register(session, command, by, at_ms)


def check_in(session: Session, _command: object, by: By, _at_ms: int) -> Events:
    """Here, under the next code."""
    came = ev.AttendeeCheckedIn(by.actor, f"A{session.checked_in_count + 1:02}")
    if by.actor in session.attendees:
        return (came,)
    return (ev.AttendeeRegistered(by.actor), came)


# The rehearsal


def run_rehearsal(session: Session, command: cmd.RunRehearsal, _by: By, _at_ms: int) -> Events:
    """Sound, slides and network; the bidding drill where an item may be bid for."""
    has_bidding = any(item.facts.offer is not None for item in coming(session))
    worked = {
        "sound": command.sound,
        "slides": command.slides,
        "network": command.network,
        "bid_drill": command.bid_drill,
    }
    if not has_bidding and not command.bid_drill:
        del worked["bid_drill"]
    failed = tuple(name for name, did in worked.items() if not did)
    if failed:
        return (ev.RehearsalFailed(failed),)
    return (ev.RehearsalPassed(tuple(worked)),)


def waive_rehearsal(_session: Session, command: cmd.WaiveRehearsal, _by: By, _at_ms: int) -> Events:
    """Without one."""
    return (ev.RehearsalWaived(command.reason),)
