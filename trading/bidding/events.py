"""What has happened in a bidding. `PUBLIC` names the events that screens count by (push.md §1).

Rule 1: no event bears a name, an account or an organisation, only numbers (I-4).
Rule 2: which bidding it was stands in the decision's entry, and so does the time.
"""

from dataclasses import dataclass
from typing import ClassVar

from trading.bidding.commands import Eligible, Terms
from trading.bidding.draw_events import DRAW_EVENTS, CutToCeiling
from trading.values import BidderNumber, Fen, hot_value


@dataclass(frozen=True, slots=True)
class BiddingScheduled:
    """The terms are frozen. `eligible` is not shown in the room."""

    type: ClassVar[str] = "bidding_scheduled"
    terms: Terms
    eligible: tuple[Eligible, ...]


@dataclass(frozen=True, slots=True)
class BidderAdmitted:
    """One more may bid."""

    type: ClassVar[str] = "bidder_admitted"
    bidder: Eligible


@dataclass(frozen=True, slots=True)
class BidderExcluded:
    """One may bid no longer; what he had accepted stands."""

    type: ClassVar[str] = "bidder_excluded"
    number: BidderNumber
    reason: str


@dataclass(frozen=True, slots=True)
class ReserveSealed:
    """There is a reserve, and this is what it will be checked by."""

    type: ClassVar[str] = "reserve_sealed"
    commitment: str


@dataclass(frozen=True, slots=True)
class NoReserveDeclared:
    """There is none."""

    type: ClassVar[str] = "no_reserve_declared"


@dataclass(frozen=True, slots=True)
class ReserveRevealed:
    """The seal was opened and fits."""

    type: ClassVar[str] = "reserve_revealed"
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class ReserveLapsed:
    """Not revealed in its window: there is none, so that nobody chooses after seeing the price."""

    type: ClassVar[str] = "reserve_lapsed"


@dataclass(frozen=True, slots=True)
class LobbyOpened:
    """Bidders may come in."""

    type: ClassVar[str] = "lobby_opened"
    opens_at_ms: int


@dataclass(frozen=True, slots=True)
class BidderPresent:
    """A bidder, or the supervisor, is here."""

    type: ClassVar[str] = "bidder_present"
    actor: str
    role: str


@dataclass(frozen=True, slots=True)
class FreeBiddingOpened:
    """The free period runs; bids in it extend nothing (EX-3)."""

    type: ClassVar[str] = "free_bidding_opened"
    free_ends_at_ms: int


@dataclass(frozen=True, slots=True)
class CollectingOpened:
    """Envelopes may be handed in."""

    type: ClassVar[str] = "collecting_opened"
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class LimitedBiddingStarted:
    """The limited period runs."""

    type: ClassVar[str] = "limited_bidding_started"
    ends_at_ms: int


@hot_value
class BidAccepted:
    """The bid leads, and the clock has been put forward where it had to be (EX-1)."""

    type: ClassVar[str] = "bid_accepted"
    bidder: BidderNumber
    amount_fen: Fen
    at_ms: int
    ends_at_ms: int
    is_proxy: bool = False


@hot_value
class PriorityMatched:
    """A priority holder leads at the current price."""

    type: ClassVar[str] = "priority_matched"
    bidder: BidderNumber
    amount_fen: Fen
    at_ms: int
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class ProxyLimitSet:
    """Hidden from all but its owner."""

    type: ClassVar[str] = "proxy_limit_set"
    bidder: BidderNumber
    limit_fen: Fen


@dataclass(frozen=True, slots=True)
class ProxyLimitsRest:
    """From here on the system bids only for who has confirmed (EX-5)."""

    type: ClassVar[str] = "proxy_limits_rest"


@dataclass(frozen=True, slots=True)
class IncrementChanged:
    """The announced other table counts from now on."""

    type: ClassVar[str] = "increment_changed"
    raised: bool


@dataclass(frozen=True, slots=True)
class SealedBidReceived:
    """An envelope lies in the box. Not public while collecting."""

    type: ClassVar[str] = "sealed_bid_received"
    bidder: BidderNumber
    commitment: str
    ciphertext: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class CollectingEnded:
    """Only now is it told how many envelopes there are."""

    type: ClassVar[str] = "collecting_ended"
    envelopes_count: int


@dataclass(frozen=True, slots=True)
class ActConfirmed:
    """The first of two people asked for this act (`digest` of what exactly); not public."""

    type: ClassVar[str] = "act_confirmed"
    act: str
    actor: str
    role: str
    digest: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class OpenedBid:
    """One envelope after opening; void where its content does not fit, or the guards object."""

    number: BidderNumber
    amount_fen: Fen
    at_ms: int
    void_code: str = ""


@dataclass(frozen=True, slots=True)
class EnvelopesOpened:
    """All bids, by number."""

    type: ClassVar[str] = "envelopes_opened"
    bids: tuple[OpenedBid, ...]


@dataclass(frozen=True, slots=True)
class TieBreakOpened:
    """The tied hand in once more, at the tie price or above (4.8)."""

    type: ClassVar[str] = "tie_break_opened"
    numbers: tuple[BidderNumber, ...]
    tie_price_fen: Fen
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class BiddingEnded:
    """No more bids: by a tick (EX-7), or by opening."""

    type: ClassVar[str] = "bidding_ended"
    leader: BidderNumber | None
    price_fen: Fen | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class ReserveAwaited:
    """The seal is to be opened until `ends_at_ms`."""

    type: ClassVar[str] = "reserve_awaited"
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class PriorityAsked:
    """Holders of one rank are asked for the final price until `ends_at_ms`."""

    type: ClassVar[str] = "priority_asked"
    rank: int
    numbers: tuple[BidderNumber, ...]
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class PriorityExercised:
    """A holder takes the final price."""

    type: ClassVar[str] = "priority_exercised"
    bidder: BidderNumber
    price_fen: Fen


@dataclass(frozen=True, slots=True)
class PriorityWaived:
    """A holder does not, by word or by silence."""

    type: ClassVar[str] = "priority_waived"
    bidder: BidderNumber
    silent: bool


@dataclass(frozen=True, slots=True)
class LotsDrawn:
    """A draw among equals, as it was told until version 3: without its inputs. Now `draw_held`."""

    type: ClassVar[str] = "lots_drawn"
    seed: str
    numbers: tuple[BidderNumber, ...]
    winner: BidderNumber


@dataclass(frozen=True, slots=True)
class BiddingSuspended:
    """Stopped. `remaining_ms` is what was left of the period that ran."""

    type: ClassVar[str] = "bidding_suspended"
    reason: str
    price_fen: Fen | None
    remaining_ms: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class BiddingResumed:
    """It goes on at `resumes_at_ms`, and the running period then ends at `ends_at_ms` (4.6)."""

    type: ClassVar[str] = "bidding_resumed"
    resumes_at_ms: int
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class BiddingReopened:
    """The notice is over; bids count again."""

    type: ClassVar[str] = "bidding_reopened"
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class SuspensionReviewDue:
    """Suspended for long: the desk must decide (timer `suspend_review`)."""

    type: ClassVar[str] = "suspension_review_due"


@dataclass(frozen=True, slots=True)
class BiddingTerminated:
    """Two people have ended what was suspended; no bid of it counts for anything (4.6)."""

    type: ClassVar[str] = "bidding_terminated"
    reason: str


@dataclass(frozen=True, slots=True)
class BiddingCancelled:
    """Called off before opening."""

    type: ClassVar[str] = "bidding_cancelled"
    reason: str


@dataclass(frozen=True, slots=True)
class BiddingClosed:
    """The outcome: sold, or unsold with a reason of the closed list (4.2)."""

    type: ClassVar[str] = "bidding_closed"
    sold: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DealConfirmed:
    """The deal is made, once (4.7, I-3)."""

    type: ClassVar[str] = "deal_confirmed"
    deal_no: str
    winner: BidderNumber
    price_fen: Fen
    basis: str


EVENTS = (
    BiddingScheduled, BidderAdmitted, BidderExcluded, ReserveSealed, NoReserveDeclared,
    ReserveRevealed, ReserveLapsed, LobbyOpened, BidderPresent, FreeBiddingOpened, CollectingOpened,
    LimitedBiddingStarted, BidAccepted, PriorityMatched, ProxyLimitSet, IncrementChanged,
    SealedBidReceived, CollectingEnded, ActConfirmed, EnvelopesOpened, TieBreakOpened, BiddingEnded,
    ReserveAwaited, PriorityAsked, PriorityExercised, PriorityWaived, LotsDrawn, BiddingSuspended,
    BiddingResumed, BiddingReopened, SuspensionReviewDue, BiddingCancelled, BiddingClosed,
    DealConfirmed, BiddingTerminated, ProxyLimitsRest, *DRAW_EVENTS,
)  # fmt: skip

_HIDDEN = frozenset(
    (
        BidderAdmitted, BidderExcluded, BidderPresent, ProxyLimitSet, ProxyLimitsRest,
        SealedBidReceived, ActConfirmed, CutToCeiling,
    )
)  # fmt: skip
PUBLIC = frozenset(EVENTS) - _HIDDEN
