"""What has happened in a session. `PUBLIC` names the events that screens count by (push.md §1).

Rule 1: people are account ids; a view shows attendee codes and never an account.
Rule 2: which session it was stands in the decision's entry.
"""

from dataclasses import dataclass
from typing import ClassVar

from roadshow.plan import AgendaItem, LiveOffer, Plan
from roadshow.session.commands import Attestation, EligibleBidder
from trading.values import BidderNumber, Fen


@dataclass(frozen=True, slots=True)
class SessionPlanned:
    """The plan is frozen; not to be shown before `session_published`."""

    type: ClassVar[str] = "session_planned"
    plan: Plan


@dataclass(frozen=True, slots=True)
class AgendaItemAdded:
    """One more project, at the end of the agenda."""

    type: ClassVar[str] = "agenda_item_added"
    item: AgendaItem


@dataclass(frozen=True, slots=True)
class AgendaReordered:
    """The order; randomness: what it was drawn by, "" where the desk set it."""

    type: ClassVar[str] = "agenda_reordered"
    order: tuple[str, ...]
    randomness: str


@dataclass(frozen=True, slots=True)
class ExpertInvited:
    """One more may comment and score."""

    type: ClassVar[str] = "expert_invited"
    expert: str
    specialty: str
    org_id: str


@dataclass(frozen=True, slots=True)
class ConflictDeclared:
    """The expert is recused from the item; source: `expert`, or `agenda` where it shows there."""

    type: ClassVar[str] = "conflict_declared"
    expert: str
    item_id: str
    relation: str
    source: str


@dataclass(frozen=True, slots=True)
class SessionPublished:
    """All may know."""

    type: ClassVar[str] = "session_published"
    at_ms: int


@dataclass(frozen=True, slots=True)
class RegistrationOpened:
    """Who wants to take part may register."""

    type: ClassVar[str] = "registration_opened"


@dataclass(frozen=True, slots=True)
class SessionPostponed:
    """Not on that day; who has registered stays so."""

    type: ClassVar[str] = "session_postponed"
    starts_at_ms: int
    working_days_ms: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class SessionCancelled:
    """Called off."""

    type: ClassVar[str] = "session_cancelled"
    reason: str


@dataclass(frozen=True, slots=True)
class AttendeeRegistered:
    """One more takes part."""

    type: ClassVar[str] = "attendee_registered"
    account: str


@dataclass(frozen=True, slots=True)
class AttendeeCheckedIn:
    """He is here, and this is how others see him."""

    type: ClassVar[str] = "attendee_checked_in"
    account: str
    code: str


@dataclass(frozen=True, slots=True)
class RehearsalPassed:
    """All worked; checks: what was tried."""

    type: ClassVar[str] = "rehearsal_passed"
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RehearsalFailed:
    """Something did not; it may be tried again."""

    type: ClassVar[str] = "rehearsal_failed"
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RehearsalWaived:
    """The session goes without; its gate for biddings stays shut."""

    type: ClassVar[str] = "rehearsal_waived"
    reason: str


@dataclass(frozen=True, slots=True)
class SessionWentLive:
    """It has begun."""

    type: ClassVar[str] = "session_went_live"
    at_ms: int


@dataclass(frozen=True, slots=True)
class SessionPaused:
    """The timers of the stage stand still. remaining_ms: of the period that ran, None for none."""

    type: ClassVar[str] = "session_paused"
    reason: str
    remaining_ms: int | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class SessionResumed:
    """It goes on; ends_at_ms: the new end of the period, None where none ran."""

    type: ClassVar[str] = "session_resumed"
    ends_at_ms: int | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class WrapUpStarted:
    """Nothing is left on the agenda."""

    type: ClassVar[str] = "wrap_up_started"


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The stage is closed. report_due_ms: until when the report is owed."""

    type: ClassVar[str] = "session_ended"
    at_ms: int
    report_due_ms: int


@dataclass(frozen=True, slots=True)
class ReportOverdue:
    """The desk owes the report."""

    type: ClassVar[str] = "report_overdue"


@dataclass(frozen=True, slots=True)
class SessionReported:
    """What came of it."""

    type: ClassVar[str] = "session_reported"
    interests_count: int
    questions_count: int
    deals_count: int
    scores_public: bool
    replay_url: str


@dataclass(frozen=True, slots=True)
class Shift:
    """The start of an item, announced anew."""

    item_id: str
    starts_at_ms: int


@dataclass(frozen=True, slots=True)
class AgendaShifted:
    """Later items begin at another time than announced (RS-2)."""

    type: ClassVar[str] = "agenda_shifted"
    shifts: tuple[Shift, ...]


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


EVENTS = (
    SessionPlanned, AgendaItemAdded, AgendaReordered, ExpertInvited, ConflictDeclared,
    SessionPublished, RegistrationOpened, SessionPostponed, SessionCancelled, AttendeeRegistered,
    AttendeeCheckedIn, RehearsalPassed, RehearsalFailed, RehearsalWaived, SessionWentLive,
    SessionPaused, SessionResumed, WrapUpStarted, SessionEnded, ReportOverdue, SessionReported,
    AgendaShifted, ItemOnDeck, PitchStarted, PitchWarned, PitchTimeUp, MoreTimeGranted, QaStarted,
    QaTimeUp, CommentsStarted, CommentsTimeUp, InterestCallOpened, InterestCallEnded,
    ItemBiddingCalled, PreconditionsAttested, SupervisionConfirmed, ItemBiddingRequested,
    SingleBidderFound, ItemBiddingOpened, ItemBiddingReturned, ItemBiddingClosed,
    StrayBiddingOpened, ItemCompleted, ItemSkipped, ItemDeferred, ItemWithdrawn,
)  # fmt: skip

_HIDDEN = frozenset(
    (
        AttendeeRegistered, AttendeeCheckedIn, ExpertInvited, ConflictDeclared, RehearsalFailed,
        PreconditionsAttested, SupervisionConfirmed, StrayBiddingOpened, ReportOverdue,
    )
)  # fmt: skip
PUBLIC = frozenset(EVENTS) - _HIDDEN
