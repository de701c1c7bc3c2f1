"""What has happened in a session. `PUBLIC` names the events that screens count by (push.md §1).

Rule 1: people are account ids; a view shows attendee codes and never an account.
Rule 2: which session it was stands in the decision's entry.
"""

from dataclasses import dataclass
from typing import ClassVar

from roadshow.plan import AgendaItem, Plan
from roadshow.session.item_events import (
    ITEM_EVENTS,
    CommentsStarted,
    CommentsTimeUp,
    InterestCallEnded,
    InterestCallOpened,
    ItemBiddingCalled,
    ItemBiddingClosed,
    ItemBiddingOpened,
    ItemBiddingRequested,
    ItemBiddingReturned,
    ItemCompleted,
    ItemDeferred,
    ItemOnDeck,
    ItemSkipped,
    ItemWithdrawn,
    MoreTimeGranted,
    PitchStarted,
    PitchTimeUp,
    PitchWarned,
    PreconditionsAttested,
    QaStarted,
    QaTimeUp,
    SingleBidderFound,
    StrayBiddingOpened,
    SupervisionConfirmed,
)


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


EVENTS = (
    SessionPlanned, AgendaItemAdded, AgendaReordered, ExpertInvited, ConflictDeclared,
    SessionPublished, RegistrationOpened, SessionPostponed, SessionCancelled,
    AttendeeRegistered, AttendeeCheckedIn, RehearsalPassed, RehearsalFailed, RehearsalWaived,
    SessionWentLive, SessionPaused, SessionResumed, WrapUpStarted, SessionEnded,
    ReportOverdue, SessionReported, AgendaShifted,
    *ITEM_EVENTS,
)  # fmt: skip

_HIDDEN = frozenset(
    (
        AttendeeRegistered, AttendeeCheckedIn, ExpertInvited, ConflictDeclared, RehearsalFailed,
        PreconditionsAttested, SupervisionConfirmed, StrayBiddingOpened, ReportOverdue,
    )
)  # fmt: skip
PUBLIC = frozenset(EVENTS) - _HIDDEN

__all__ = [
    "EVENTS", "ITEM_EVENTS", "PUBLIC",
    "AgendaItemAdded", "AgendaReordered", "AgendaShifted", "AttendeeCheckedIn",
    "AttendeeRegistered", "CommentsStarted", "CommentsTimeUp", "ConflictDeclared",
    "ExpertInvited", "InterestCallEnded", "InterestCallOpened", "ItemBiddingCalled",
    "ItemBiddingClosed", "ItemBiddingOpened", "ItemBiddingRequested", "ItemBiddingReturned",
    "ItemCompleted", "ItemDeferred", "ItemOnDeck", "ItemSkipped", "ItemWithdrawn",
    "MoreTimeGranted", "PitchStarted", "PitchTimeUp", "PitchWarned", "PreconditionsAttested",
    "QaStarted", "QaTimeUp", "RegistrationOpened", "RehearsalFailed", "RehearsalPassed",
    "RehearsalWaived", "ReportOverdue", "SessionCancelled", "SessionEnded", "SessionPaused",
    "SessionPlanned", "SessionPostponed", "SessionPublished", "SessionReported",
    "SessionResumed", "SessionWentLive", "Shift", "SingleBidderFound", "StrayBiddingOpened",
    "SupervisionConfirmed", "WrapUpStarted",
]  # fmt: skip
