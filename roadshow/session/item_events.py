"""What has happened to an agenda item (SM-13a). Which session it was stands in the entry."""

from dataclasses import dataclass
from typing import ClassVar

from roadshow.plan import LiveOffer
from roadshow.session.commands import Attestation, EligibleBidder
from trading.values import BidderNumber, Fen


@dataclass(frozen=True, slots=True)
class ItemOnDeck:
    """Next."""

    type: ClassVar[str] = "item_on_deck"
    item_id: str


@dataclass(frozen=True, slots=True)
class PitchStarted:
    """The presenter speaks."""

    type: ClassVar[str] = "pitch_started"
    item_id: str
    ends_at_ms: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class PitchWarned:
    """So much is left of the pitch: 60 s, 10 s."""

    type: ClassVar[str] = "pitch_warned"
    item_id: str
    left_ms: int


@dataclass(frozen=True, slots=True)
class PitchTimeUp:
    """The time is over; what follows is the host's."""

    type: ClassVar[str] = "pitch_time_up"
    item_id: str


@dataclass(frozen=True, slots=True)
class MoreTimeGranted:
    """Once more."""

    type: ClassVar[str] = "more_time_granted"
    item_id: str
    ends_at_ms: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class QaStarted:
    """Questions."""

    type: ClassVar[str] = "qa_started"
    item_id: str
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class QaTimeUp:
    """The time for questions is over."""

    type: ClassVar[str] = "qa_time_up"
    item_id: str


@dataclass(frozen=True, slots=True)
class CommentsStarted:
    """Experts comment."""

    type: ClassVar[str] = "comments_started"
    item_id: str
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class CommentsTimeUp:
    """The time for comments is over."""

    type: ClassVar[str] = "comments_time_up"
    item_id: str


@dataclass(frozen=True, slots=True)
class InterestCallOpened:
    """The button is large."""

    type: ClassVar[str] = "interest_call_opened"
    item_id: str
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class InterestCallEnded:
    """The call is over; interests are registered until a day after the session."""

    type: ClassVar[str] = "interest_call_ended"
    item_id: str


@dataclass(frozen=True, slots=True)
class ItemBiddingCalled:
    """The host has called for the bidding."""

    type: ClassVar[str] = "item_bidding_called"
    item_id: str


@dataclass(frozen=True, slots=True)
class PreconditionsAttested:
    """How checks of the gate stand, by this officer. source: `desk_attestation`."""

    type: ClassVar[str] = "preconditions_attested"
    item_id: str
    checks: tuple[Attestation, ...]
    eligible: tuple[EligibleBidder, ...] | None
    officer: str
    source: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class SupervisionConfirmed:
    """A supervisor is present."""

    type: ClassVar[str] = "supervision_confirmed"
    item_id: str
    supervisor: str


@dataclass(frozen=True, slots=True)
class ItemBiddingRequested:
    """The gate stood open: this bidding is to be scheduled. expires_at_ms: else it goes back."""

    type: ClassVar[str] = "item_bidding_requested"
    item_id: str
    bidding_id: str
    attempt: int
    offer: LiveOffer
    eligible: tuple[EligibleBidder, ...]
    opens_at_ms: int
    expires_at_ms: int
    profile: str


@dataclass(frozen=True, slots=True)
class SingleBidderFound:
    """One only may bid: no bidding, the desk negotiates at or above the listing price (RS-5)."""

    type: ClassVar[str] = "single_bidder_found"
    item_id: str
    listing_price_fen: Fen


@dataclass(frozen=True, slots=True)
class ItemBiddingOpened:
    """The bidding runs."""

    type: ClassVar[str] = "item_bidding_opened"
    item_id: str
    bidding_id: str


@dataclass(frozen=True, slots=True)
class ItemBiddingReturned:
    """There is no bidding, and this is why; the item is where it was before."""

    type: ClassVar[str] = "item_bidding_returned"
    item_id: str
    bidding_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemBiddingClosed:
    """The result, as the bidding's own log says it; outcome: sold | unsold | cancelled."""

    type: ClassVar[str] = "item_bidding_closed"
    item_id: str
    bidding_id: str
    outcome: str
    price_fen: Fen | None
    winner: BidderNumber | None
    reason: str
    deal_no: str


@dataclass(frozen=True, slots=True)
class StrayBiddingOpened:
    """A bidding opened that its item no longer waited for; the desk is told, the session waits."""

    type: ClassVar[str] = "stray_bidding_opened"
    item_id: str
    bidding_id: str


@dataclass(frozen=True, slots=True)
class ItemCompleted:
    """Done."""

    type: ClassVar[str] = "item_completed"
    item_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ItemSkipped:
    """Not today."""

    type: ClassVar[str] = "item_skipped"
    item_id: str
    reason: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ItemDeferred:
    """Later in this session."""

    type: ClassVar[str] = "item_deferred"
    item_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemWithdrawn:
    """Off the agenda."""

    type: ClassVar[str] = "item_withdrawn"
    item_id: str
    reason: str
    at_ms: int


ITEM_EVENTS = (
    ItemOnDeck, PitchStarted, PitchWarned, PitchTimeUp, MoreTimeGranted, QaStarted, QaTimeUp,
    CommentsStarted, CommentsTimeUp, InterestCallOpened, InterestCallEnded, ItemBiddingCalled,
    PreconditionsAttested, SupervisionConfirmed, ItemBiddingRequested, SingleBidderFound,
    ItemBiddingOpened, ItemBiddingReturned, ItemBiddingClosed, StrayBiddingOpened,
    ItemCompleted, ItemSkipped, ItemDeferred, ItemWithdrawn,
)  # fmt: skip
