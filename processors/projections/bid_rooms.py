"""Biddings, who may bid in them, and every bid (tables biddings, bidders, bids)."""

from collections.abc import Iterator, Mapping
from typing import Final

from processors.projections.changes import (
    Change,
    Context,
    Insert,
    Old,
    Plus,
    Update,
    Upsert,
    Value,
    as_json,
)
from processors.projections.phases import Phases
from trading.bidding import draw_events as draw
from trading.bidding import events as ev
from trading.bidding.commands import Eligible
from trading.bidding.evolve import TRANSITIONS

PHASES: Final = Phases(TRANSITIONS)
PERIODS: Final = (
    ev.FreeBiddingOpened, ev.CollectingOpened, ev.CollectingEnded, ev.TieBreakOpened,
    ev.ReserveAwaited, ev.PriorityAsked, draw.CeilingReached, draw.DrawAwaited,
)  # fmt: skip
RESERVES: Final[Mapping[type, str]] = {
    ev.ReserveSealed: "sealed",
    ev.NoReserveDeclared: "none_declared",
    ev.ReserveRevealed: "revealed",
    ev.ReserveLapsed: "lapsed",
}


def project(event: object, context: Context) -> Iterator[Change]:
    """Say what an event of a bidding changes."""
    match event:
        case ev.BiddingScheduled():
            yield from _scheduled(event, context)
        case ev.BidderAdmitted(bidder=bidder):
            yield _bidder(context, bidder)
        case ev.BidderExcluded(number=number, reason=reason):
            key = {"bidding_id": context.aggregate, "number": number}
            yield Update("bidders", key, {"is_excluded": 1, "exclusion_reason": reason})
        case ev.BidAccepted() | ev.PriorityMatched():
            yield from _bid(event, context)
        case draw.CeilingJoined(bidder=number, amount_fen=amount_fen):
            yield _row(
                context, 0, number, amount_fen, "bid",
                at_ms=event.at_ms, is_proxy=int(event.is_proxy),
            )  # fmt: skip
            yield _update(context, {"bids_count": Plus(1)})
        case ev.EnvelopesOpened(bids=bids):
            for ordinal, bid in enumerate(bids):
                yield _row(
                    context, ordinal, bid.number, bid.amount_fen, "sealed",
                    void_code=bid.void_code, at_ms=bid.at_ms,
                )  # fmt: skip
            valid = sum(not bid.void_code for bid in bids)
            yield _update(context, {"bids_count": Plus(valid)})
        case ev.PriorityExercised(bidder=number, price_fen=price_fen):
            yield _update(context, {"leader": number, "price_fen": price_fen})
        case _:
            yield _update(context, _moved(event, context))


def halted(context: Context) -> Iterator[Change]:
    """Say what a fault in the rules of a bidding changes."""
    yield _update(context, {"halted": 1})


def _scheduled(event: ev.BiddingScheduled, context: Context) -> Iterator[Change]:
    terms = event.terms
    row: dict[str, Value] = {
        "bidding_id": context.aggregate,
        "lot": terms.lot,
        "mode": terms.mode,
        "profile": terms.profile,
        "phase": "scheduled",
        "opens_at_ms": terms.opens_at_ms,
        "extension_ms": terms.extension_ms,
        "public_delay_ms": terms.public_delay_ms,
        "reserve": "undeclared",
        "terms": as_json(terms),
        "at_ms": context.at_ms,
        "public_seq": context.public_seq,
    }
    yield Insert("biddings", row)
    for bidder in event.eligible:
        yield _bidder(context, bidder)


def _bidder(context: Context, bidder: Eligible) -> Change:
    values: dict[str, Value] = {
        "priority_rank": bidder.priority_rank,
        "exclusion_group": bidder.exclusion_group,
        "is_excluded": 0,
        "exclusion_reason": "",
    }
    return Upsert("bidders", {"bidding_id": context.aggregate, "number": bidder.number}, values)


def _bid(event: ev.BidAccepted | ev.PriorityMatched, context: Context) -> Iterator[Change]:
    is_bid = isinstance(event, ev.BidAccepted)
    yield _row(
        context, 0, event.bidder, event.amount_fen, "bid" if is_bid else "match",
        at_ms=event.at_ms, ends_at_ms=event.ends_at_ms,
        is_proxy=int(isinstance(event, ev.BidAccepted) and event.is_proxy),
    )  # fmt: skip
    moved: dict[str, Value] = {
        "price_fen": event.amount_fen,
        "leader": event.bidder,
        "ends_at_ms": event.ends_at_ms,
        "bids_count": Plus(1),
    }
    yield _update(context, moved)


def _row(
    context: Context, ordinal: int, number: str, amount_fen: int, kind: str, **more: Value
) -> Change:
    row: dict[str, Value] = {
        "bidding_id": context.aggregate,
        "seq": context.seq,
        "ordinal": ordinal,
        "number": number,
        "amount_fen": amount_fen,
        "kind": kind,
        "at_ms": context.at_ms,
        "ends_at_ms": None,
        "is_proxy": 0,
        "void_code": "",
        "public_seq": context.public_seq,
        **context.place,
    }
    return Insert("bids", {**row, **more})


def _update(context: Context, values: dict[str, Value]) -> Change:
    seen: dict[str, Value] = {"at_ms": context.at_ms, "public_seq": context.public_seq}
    return Update("biddings", {"bidding_id": context.aggregate}, {**values, **seen})


def _moved(event: object, context: Context) -> dict[str, Value]:
    """The columns of the bidding itself that an event moves."""
    return {**PHASES.after(event), **_told(event, context)}


def _told(event: object, context: Context) -> dict[str, Value]:
    if isinstance(event, PERIODS):
        return {"ends_at_ms": _end_of(event)}
    match event:
        case ev.LimitedBiddingStarted(ends_at_ms=ends_at_ms):
            return {"ends_at_ms": ends_at_ms, "limited_at_ms": context.at_ms}
        case ev.LobbyOpened(opens_at_ms=opens_at_ms):
            return {"opens_at_ms": opens_at_ms}
        case ev.IncrementChanged(raised=raised):
            return {"raised": int(raised)}
        case ev.BiddingEnded(leader=leader, price_fen=price_fen):
            return {"leader": leader or "", "price_fen": price_fen}
        case ev.LotsDrawn(winner=winner) | draw.DrawHeld(winner=winner):
            return {"leader": winner}
        case _:
            reserve = RESERVES.get(type(event))
            return _stopped(event, context) if reserve is None else {"reserve": reserve}


def _end_of(event: object) -> int | None:
    match event:
        case ev.FreeBiddingOpened(free_ends_at_ms=ends_at_ms):
            return ends_at_ms
        case (
            ev.CollectingOpened() | ev.TieBreakOpened() | ev.ReserveAwaited() | ev.PriorityAsked()
            | draw.CeilingReached()
        ):  # fmt: skip
            return event.ends_at_ms
        case _:
            return None


_GOES_ON: Final[Mapping[str, Value]] = {
    "suspended_reason": "", "suspended_at_ms": None, "resumes_at_ms": None,
}  # fmt: skip


def _stopped(event: object, context: Context) -> dict[str, Value]:
    """The columns that a suspension or an end moves."""
    match event:
        case ev.BiddingSuspended(reason=reason):
            return {
                "phase_before": Old("phase"), "ends_at_ms": None,
                "suspended_reason": reason, "suspended_at_ms": context.at_ms,
                "resumes_at_ms": None,
            }  # fmt: skip
        case ev.BiddingResumed(resumes_at_ms=resumes_at_ms):
            return {"resumes_at_ms": resumes_at_ms}
        case ev.BiddingReopened(ends_at_ms=ends_at_ms):
            return {"phase": Old("phase_before"), **_GOES_ON, "ends_at_ms": ends_at_ms}
        case ev.BiddingTerminated():
            return {**_GOES_ON, "ends_at_ms": None}
        case ev.BiddingCancelled(reason=reason):
            return _closed(context, "cancelled", reason)
        case ev.BiddingClosed(sold=sold, reason=reason):
            outcome = "sold" if sold else "unsold"
            return {"phase": f"closed_{outcome}", **_closed(context, outcome, reason)}
        case ev.DealConfirmed(deal_no=deal_no, winner=winner, price_fen=price_fen):
            return {"deal_no": deal_no, "winner": winner, "result_price_fen": price_fen}
        case _:
            return {}


def _closed(context: Context, outcome: str, reason: str) -> dict[str, Value]:
    return {
        "outcome": outcome, "reason": reason, "ends_at_ms": None, "closed_at_ms": context.at_ms,
    }  # fmt: skip
