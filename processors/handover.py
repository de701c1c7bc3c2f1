"""From stage to bidding and back: what one aggregate's decision asks of another.

Rule 1: it knows nothing that the decision before it does not say. A bidding of a session bears the
session, the item and the attempt in its id.
Rule 2: every command's id is derived from the decision, so that it may be sent again and again.
Rule 3: `schedule_bidding` is a desk officer's act: the terms are those that the desk attested and
a bid controller opened; the handover only carries them, under a name of its own.
Rule 4: what cannot be carried out becomes a dead letter, never silence. Waiting for an answer is
the session's: its own timer puts an item back.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from infra.topics import BIDDING, ROADSHOW
from processors.reacting import (
    Asking,
    Cause,
    DeadLetter,
    Heard,
    asking,
    derived_id,
    messages_of,
)
from roadshow.plan import Increment, LiveOffer
from roadshow.session.commands import (
    RecordBiddingClosed,
    RecordBiddingOpened,
    RecordBiddingRefused,
)
from roadshow.session.events import ItemBiddingRequested
from trading.bidding.commands import (
    DeclareNoReserve,
    Eligible,
    IncrementBand,
    ScheduleBidding,
    Terms,
)
from trading.bidding.events import (
    BiddingCancelled,
    BiddingClosed,
    CollectingOpened,
    DealConfirmed,
    FreeBiddingOpened,
)
from trading.bounds import SHORT_PROFILES
from trading.outcome import Messages

HANDOVER: Final = "handover"
TWO_PEOPLE_MS: Final = 600_000  # 4.2
SHORT_TWO_PEOPLE_MS: Final = 20_000  # where a demo or a test has no ten minutes for the second
EXPIRED: Final = "EXPIRED"
NOTHING_LEFT: Final = (
    "ALREADY_DONE",  # the stage knows, or its own timer was first
    "UNKNOWN_BIDDING",  # what was not scheduled needs no reserve declared; the item is told why
)

ROADSHOW_EVENTS: Final[Messages] = messages_of(ItemBiddingRequested)
BIDDING_EVENTS: Final[Messages] = messages_of(
    FreeBiddingOpened, CollectingOpened, BiddingClosed, BiddingCancelled, DealConfirmed
)

Act = Asking | DeadLetter


class Place(NamedTuple):
    """Where on stage a bidding belongs."""

    session_id: str
    item_id: str


def place_of(bidding_id: str) -> Place | None:
    """Return the item that a bidding's id names; None where it is nobody's item."""
    parts = bidding_id.rsplit(".", 2)
    if len(parts) != 3 or not all(parts) or not parts[2].isdecimal():  # noqa: PLR2004
        return None
    return Place(parts[0], parts[1])


def terms_of(asked: ItemBiddingRequested) -> Terms:
    """Return the terms of the bidding that an item asks for.

    The first half of the lobby is left free of it: a seller declares or seals before it opens.
    """
    offer = asked.offer
    is_short = asked.profile in SHORT_PROFILES
    return Terms(
        lot=offer.lot,
        mode="live_timed",
        profile=asked.profile,
        start_price_fen=offer.start_price_fen,
        increments=_bands(offer.increments),
        raised_increments=_bands(offer.raised_increments),
        raise_increment_after_extensions=offer.raise_increment_after_extensions,
        opens_at_ms=asked.opens_at_ms,
        ceiling_price_fen=offer.ceiling_price_fen,
        lobby_ms=offer.lobby_ms // 2,
        free_ms=offer.free_ms,
        extension_ms=offer.extension_ms,
        reserve_sealed=offer.reserve == "sealed",
        reserve_deadline_ms=offer.reserve_deadline_ms,
        reveal_window_ms=offer.reveal_window_ms,
        priority_mode=offer.priority_mode,
        priority_window_ms=offer.priority_window_ms,
        allow_leader_raise=offer.allow_leader_raise,
        proxy_allowed=offer.proxy_allowed,
        steps_max=offer.steps_max,
        min_gap_ms=offer.min_gap_ms,
        stall_threshold_ms=offer.stall_threshold_ms,
        resume_notice_ms=offer.resume_notice_ms,
        two_person_window_ms=SHORT_TWO_PEOPLE_MS if is_short else TWO_PEOPLE_MS,
        public_delay_ms=offer.public_delay_ms,
    )


def _bands(increments: tuple[Increment, ...]) -> tuple[IncrementBand, ...]:
    return tuple(
        IncrementBand(from_fen=one.from_fen, increment_fen=one.increment_fen) for one in increments
    )


def declares_none(offer: LiveOffer) -> bool:
    """Whether all are told before opening that there is no reserve."""
    return offer.reserve == "none_declared"


def react(heard: Heard) -> list[Act]:
    """Return what a decision of `roadshow.*` or `bidding.*` asks of the other family."""
    if heard.refused and heard.actor == HANDOVER:
        return [] if heard.code in NOTHING_LEFT else [_refused(heard)]
    acts: list[Act] = []
    for happening in heard.happenings:
        handler = _HANDLERS.get(type(happening.event))
        if handler is not None:
            acts += handler(heard, happening.aggregate, happening.event)
    return acts


def _requested(heard: Heard, _session_id: str, asked: ItemBiddingRequested) -> list[Act]:
    if place_of(asked.bidding_id) is None:
        return [dead_letter(heard.cause, heard.at_ms, "NO_SUCH_PLACE", asked.bidding_id)]
    eligible = tuple(
        Eligible(number=one.number, priority_rank=one.priority_rank) for one in asked.eligible
    )
    schedule = ScheduleBidding(terms=terms_of(asked), eligible=eligible)
    acts: list[Act] = [asking(heard.cause, BIDDING, asked.bidding_id, schedule, HANDOVER)]
    if declares_none(asked.offer):
        none = DeclareNoReserve()
        acts.append(asking(heard.cause, BIDDING, asked.bidding_id, none, HANDOVER))
    return acts


def _opened(heard: Heard, bidding_id: str, _event: object) -> list[Act]:
    place = place_of(bidding_id)
    if place is None:
        return []
    body = RecordBiddingOpened(item_id=place.item_id, bidding_id=bidding_id)
    return [_recorded(heard.cause, place, body)]


def _closed(heard: Heard, bidding_id: str, event: BiddingClosed) -> list[Act]:
    place = place_of(bidding_id)
    if place is None:
        return []
    deal = next(
        (
            one.event
            for one in heard.happenings
            if one.aggregate == bidding_id and isinstance(one.event, DealConfirmed)
        ),
        None,
    )
    body = RecordBiddingClosed(
        item_id=place.item_id,
        bidding_id=bidding_id,
        outcome="sold" if event.sold else "unsold",
        price_fen=None if deal is None else deal.price_fen,
        winner=None if deal is None else deal.winner,
        reason=event.reason,
        deal_no="" if deal is None else deal.deal_no,
    )
    return [_recorded(heard.cause, place, body)]


def _cancelled(heard: Heard, bidding_id: str, event: BiddingCancelled) -> list[Act]:
    """A bidding is cancelled before it opens only: its item still waits."""
    place = place_of(bidding_id)
    if place is None:
        return []
    body = RecordBiddingClosed(
        item_id=place.item_id, bidding_id=bidding_id, outcome="cancelled", reason=event.reason
    )
    return [_recorded(heard.cause, place, body)]


def _refused(heard: Heard) -> Act:
    """A command of ours was refused: the item is told why, or else the desk."""
    place = place_of(heard.aggregate)
    code = heard.code or EXPIRED
    if heard.command_type != ScheduleBidding.type or place is None:
        return dead_letter(heard.cause, heard.at_ms, code, heard.aggregate, heard.command_type)
    body = RecordBiddingRefused(item_id=place.item_id, bidding_id=heard.aggregate, code=code)
    return _recorded(heard.cause, place, body)


def _recorded(cause: Cause, place: Place, body: Any) -> Asking:
    return asking(cause, ROADSHOW, place.session_id, body, HANDOVER)


def dead_letter(cause: Cause, at_ms: int, code: str, root: str, detail: str = "") -> DeadLetter:
    """Return the letter that says what could not be carried out."""
    letter_id = derived_id(cause, "dead_letter", HANDOVER, code, root)
    return DeadLetter(letter_id, cause, HANDOVER, code, root, detail, at_ms)


_HANDLERS: Final[Mapping[type, Callable[[Heard, str, Any], list[Act]]]] = {
    ItemBiddingRequested: _requested,
    FreeBiddingOpened: _opened,
    CollectingOpened: _opened,
    BiddingClosed: _closed,
    BiddingCancelled: _cancelled,
}
