"""What an event makes of an agenda item.

Rule 1: `ITEM_TRANSITIONS` is the whole of SM-13a: (phase, event) → the phases it may lead to. A
missing key is an error of ours, not of the world.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from roadshow.plan import Plan
from roadshow.session import events as ev
from roadshow.session.schedule import slot_ms
from roadshow.session.state import TIMED, Attested, BiddingRound, Item, Result
from roadshow.stage import ACTIVE, FINISHED, ItemPhase

WARN_FIRST_MS: Final = 60_000
WARN_LAST_MS: Final = 10_000

_WAITING: Final[tuple[ItemPhase, ...]] = ("queued", "on_deck", "deferred")
_HELD: Final[tuple[ItemPhase, ...]] = ("queued", "on_deck", *TIMED)
_EVERY: Final[tuple[ItemPhase, ...]] = (*_WAITING, *ACTIVE, *FINISHED)


def _keeps(event: type, *phases: ItemPhase) -> dict[tuple[ItemPhase, type], tuple[ItemPhase, ...]]:
    return {(phase, event): (phase,) for phase in phases}


ITEM_TRANSITIONS: Final[Mapping[tuple[ItemPhase, type], tuple[ItemPhase, ...]]] = {
    **_keeps(ev.ConflictDeclared, *_EVERY),
    **_keeps(ev.PitchWarned, "pitching"),
    **_keeps(ev.PitchTimeUp, "pitching"),
    **_keeps(ev.MoreTimeGranted, "pitching"),
    **_keeps(ev.QaTimeUp, "qa"),
    **_keeps(ev.CommentsTimeUp, "commenting"),
    **_keeps(ev.InterestCallEnded, "interest_call"),
    **_keeps(ev.ItemBiddingCalled, "interest_call"),
    **_keeps(ev.SingleBidderFound, "interest_call"),
    **_keeps(ev.PreconditionsAttested, *_WAITING, *TIMED),
    **_keeps(ev.SupervisionConfirmed, *_WAITING, *TIMED),
    **_keeps(ev.StrayBiddingOpened, *_EVERY),
    **_keeps(ev.ItemBiddingClosed, *_EVERY),
    ("bidding_requested", ev.ItemBiddingClosed): ("bidding",),
    ("queued", ev.ItemOnDeck): ("on_deck",),
    ("deferred", ev.ItemOnDeck): ("on_deck",),
    ("on_deck", ev.PitchStarted): ("pitching",),
    ("pitching", ev.QaStarted): ("qa",),
    ("pitching", ev.CommentsStarted): ("commenting",),
    ("qa", ev.CommentsStarted): ("commenting",),
    ("qa", ev.InterestCallOpened): ("interest_call",),
    ("commenting", ev.InterestCallOpened): ("interest_call",),
    ("interest_call", ev.ItemBiddingRequested): ("bidding_requested",),
    ("bidding_requested", ev.ItemBiddingOpened): ("bidding",),
    ("interest_call", ev.ItemBiddingOpened): ("bidding",),
    ("bidding_requested", ev.ItemBiddingReturned): ("interest_call",),
    **{(phase, ev.ItemCompleted): ("done",) for phase in (*TIMED[1:], "bidding")},
    **{(phase, ev.ItemSkipped): ("skipped",) for phase in _WAITING},
    **{(phase, ev.ItemDeferred): ("deferred",) for phase in _HELD},
    **{(phase, ev.ItemWithdrawn): ("withdrawn",) for phase in (*_HELD, "deferred")},
}


def evolve_item(plan: Plan, item: Item, event: object) -> Item:
    """Return the item as it is once the event has happened."""
    kind = type(event)
    phases = ITEM_TRANSITIONS.get((item.phase, kind))
    assert phases is not None, f"{kind.__name__} cannot happen to an item {item.phase}"
    return ITEM_HANDLERS[kind](plan, replace(item, phase=phases[0]), event)


ItemHandler = Callable[[Plan, Item, Any], Item]


def _stays(_plan: Plan, item: Item, _event: object) -> Item:
    return item


def _recused(_plan: Plan, item: Item, event: ev.ConflictDeclared) -> Item:
    return replace(item, recused=(*item.recused, event.expert))


def _warned_by(left_ms: int) -> int | None:
    """The warning that needs no telling when a pitch has so much left."""
    if left_ms > WARN_FIRST_MS:
        return None
    return WARN_FIRST_MS if left_ms > WARN_LAST_MS else WARN_LAST_MS


def _pitch_started(plan: Plan, item: Item, event: ev.PitchStarted) -> Item:
    return replace(
        item,
        starts_at_ms=event.at_ms,
        pitched_at_ms=event.at_ms,
        slot_ends_at_ms=event.at_ms + slot_ms(plan, item.facts),
        ends_at_ms=event.ends_at_ms,
        warned_ms=_warned_by(event.ends_at_ms - event.at_ms),
        time_up=False,
        extended=False,
        reason="",
    )


def _more_time(plan: Plan, item: Item, event: ev.MoreTimeGranted) -> Item:
    return replace(
        item,
        ends_at_ms=event.ends_at_ms,
        warned_ms=_warned_by(event.ends_at_ms - event.at_ms),
        time_up=False,
        extended=True,
        slot_ends_at_ms=item.slot_ends_at_ms + plan.more_time_ms,
    )


def _warned(_plan: Plan, item: Item, event: ev.PitchWarned) -> Item:
    return replace(item, warned_ms=event.left_ms)


def _time_up(_plan: Plan, item: Item, _event: object) -> Item:
    return replace(item, ends_at_ms=None, time_up=True)


def _until_event_says(
    _plan: Plan,
    item: Item,
    event: ev.QaStarted | ev.CommentsStarted | ev.InterestCallOpened,
) -> Item:
    return replace(item, ends_at_ms=event.ends_at_ms, time_up=False)


def _finished(
    _plan: Plan, item: Item, event: ev.ItemCompleted | ev.ItemSkipped | ev.ItemWithdrawn
) -> Item:
    reason = "" if isinstance(event, ev.ItemCompleted) else event.reason
    return replace(item, ends_at_ms=None, time_up=False, finished_at_ms=event.at_ms, reason=reason)


def _deferred(_plan: Plan, item: Item, event: ev.ItemDeferred) -> Item:
    """Its bidding is called for anew, before a supervisor who is there then."""
    left = _bidding(item, called=False, supervisor="")
    return replace(left, ends_at_ms=None, time_up=False, reason=event.reason)


def _bidding(item: Item, **changes: object) -> Item:
    changed: BiddingRound = replace(item.bidding, **cast("dict[str, Any]", changes))
    return replace(item, bidding=changed)


def _bidding_called(_plan: Plan, item: Item, _event: object) -> Item:
    return _bidding(item, called=True, refusal="")


def _attested(_plan: Plan, item: Item, event: ev.PreconditionsAttested) -> Item:
    new = {
        each.check: Attested(
            each.met, each.value, each.evidence, event.officer, event.source, event.at_ms
        )
        for each in event.checks
    }
    bidding = item.bidding
    eligible = bidding.eligible if event.eligible is None else event.eligible
    return _bidding(item, attested={**bidding.attested, **new}, eligible=eligible)


def _supervised(_plan: Plan, item: Item, event: ev.SupervisionConfirmed) -> Item:
    return _bidding(item, supervisor=event.supervisor)


def _requested(_plan: Plan, item: Item, event: ev.ItemBiddingRequested) -> Item:
    asked = _bidding(
        item,
        called=False,
        attempt=event.attempt,
        bidding_ids=(*item.bidding.bidding_ids, event.bidding_id),
        opens_at_ms=event.opens_at_ms,
        expires_at_ms=event.expires_at_ms,
        refusal="",
    )
    return replace(asked, ends_at_ms=None, time_up=True)


def _single_bidder(_plan: Plan, item: Item, _event: ev.SingleBidderFound) -> Item:
    return _bidding(item, called=False, result=Result("single_bidder"))


def _bidding_opened(_plan: Plan, item: Item, _event: ev.ItemBiddingOpened) -> Item:
    opened = _bidding(item, is_open=True, called=False, expires_at_ms=None, refusal="")
    return replace(opened, ends_at_ms=None, time_up=True)


def _returned(_plan: Plan, item: Item, event: ev.ItemBiddingReturned) -> Item:
    return _bidding(item, expires_at_ms=None, refusal=event.reason)


def _bidding_closed(_plan: Plan, item: Item, event: ev.ItemBiddingClosed) -> Item:
    result = Result(event.outcome, event.price_fen, event.winner, event.reason, event.deal_no)
    if event.bidding_id != item.bidding.bidding_id:
        return _bidding(item, result=result)
    return _bidding(item, is_open=False, expires_at_ms=None, result=result)


ITEM_HANDLERS: Final[Mapping[type, ItemHandler]] = {
    ev.ConflictDeclared: _recused,
    ev.ItemOnDeck: _stays,
    ev.PitchStarted: _pitch_started,
    ev.PitchWarned: _warned,
    ev.PitchTimeUp: _time_up,
    ev.MoreTimeGranted: _more_time,
    ev.QaStarted: _until_event_says,
    ev.QaTimeUp: _time_up,
    ev.CommentsStarted: _until_event_says,
    ev.CommentsTimeUp: _time_up,
    ev.InterestCallOpened: _until_event_says,
    ev.InterestCallEnded: _time_up,
    ev.ItemBiddingCalled: _bidding_called,
    ev.PreconditionsAttested: _attested,
    ev.SupervisionConfirmed: _supervised,
    ev.ItemBiddingRequested: _requested,
    ev.SingleBidderFound: _single_bidder,
    ev.ItemBiddingOpened: _bidding_opened,
    ev.ItemBiddingReturned: _returned,
    ev.ItemBiddingClosed: _bidding_closed,
    ev.StrayBiddingOpened: _stays,
    ev.ItemCompleted: _finished,
    ev.ItemSkipped: _finished,
    ev.ItemDeferred: _deferred,
    ev.ItemWithdrawn: _finished,
}
