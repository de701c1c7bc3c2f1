"""When items begin: as planned, and as announced anew when the stage runs late (RS-2).

Rule 1: an item never begins before its planned time as announced; the host may call it earlier.
Rule 2: a shift smaller than `shift_min_ms` is not announced.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from roadshow.plan import AgendaItem, Plan
from roadshow.session.events import AgendaShifted, Shift
from roadshow.session.state import Item, Session, active_item, on_deck_item

TO_COME: Final = ("queued", "deferred")


def slot_ms(plan: Plan, facts: AgendaItem) -> int:
    """How long an item takes by the plan."""
    offer = facts.offer
    bidding_ms = 0 if offer is None else offer.lobby_ms + offer.free_ms + offer.extension_ms
    return plan.pitch_ms + plan.qa_ms + plan.comments_ms + plan.interest_call_ms + bidding_ms


def planned(plan: Plan, items: Iterable[Item]) -> Mapping[str, Item]:
    """The items in this order, one after the other from the start; what is withdrawn takes none."""
    at_ms = plan.starts_at_ms
    placed: dict[str, Item] = {}
    for item in items:
        placed[item.item_id] = replace(item, planned_at_ms=at_ms, starts_at_ms=at_ms)
        if item.phase != "withdrawn":
            at_ms += slot_ms(plan, item.facts)
    return placed


def shifted(session: Session, at_ms: int) -> tuple[AgendaShifted, ...]:
    """What is to be announced, seen from now."""
    shifts: list[Shift] = []
    active = active_item(session)
    cursor_ms = at_ms if active is None else max(at_ms, active.slot_ends_at_ms)
    for item in _to_come(session):
        starts_at_ms = max(cursor_ms, item.planned_at_ms)
        if abs(starts_at_ms - item.starts_at_ms) >= session.plan.shift_min_ms:
            shifts.append(Shift(item.item_id, starts_at_ms))
        cursor_ms = starts_at_ms + slot_ms(session.plan, item.facts)
    return (AgendaShifted(tuple(shifts)),) if shifts else ()


def _to_come(session: Session) -> list[Item]:
    """Who is on deck, then the queue, then what was deferred."""
    next_item = on_deck_item(session)
    first = [] if next_item is None else [next_item]
    rest = [item for phase in TO_COME for item in session.items.values() if item.phase == phase]
    return first + rest
