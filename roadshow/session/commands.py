"""What may be asked of a session and of its agenda items (domain 7.1, 7.2).

Rule 1: which session, who asks and in which role stand in the envelope. People are account ids.
Rule 2: what timers do (warnings, `PitchTimeUp`, the end of a call) has no command.
"""

from dataclasses import dataclass
from typing import ClassVar

from roadshow.plan import AgendaItem, Plan
from trading.values import BidderNumber, Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSession:
    """Put a session on the calendar."""

    type: ClassVar[str] = "plan_session"
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAgendaItem:
    """Put a project at the end of the agenda."""

    type: ClassVar[str] = "add_agenda_item"
    item: AgendaItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderAgenda:
    """Set the order; in a competitive session it is what the public randomness (hex) draws."""

    type: ClassVar[str] = "reorder_agenda"
    order: tuple[str, ...]
    randomness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteExpert:
    """Ask an expert to comment and score; specialty: technical | industry | investment (SC-1)."""

    type: ClassVar[str] = "invite_expert"
    expert: str
    specialty: str
    org_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareConflict:
    """An expert tells his relation to an item, and is recused from it (SD-4)."""

    type: ClassVar[str] = "declare_conflict"
    item_id: str
    relation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSession:
    """Announce it, long enough before."""

    type: ClassVar[str] = "publish_session"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeSession:
    """Take it off the day; it is published again for the new one."""

    type: ClassVar[str] = "postpone_session"
    starts_at_ms: int
    working_days_ms: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSession:
    """Call it off before it is live."""

    type: ClassVar[str] = "cancel_session"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAttendee:
    """The actor wants to take part."""

    type: ClassVar[str] = "register_attendee"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """The actor is here; the session gives him a code."""

    type: ClassVar[str] = "check_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRehearsal:
    """What worked in the rehearsal; `bid_drill`: a bidding on a dummy lot."""

    type: ClassVar[str] = "run_rehearsal"
    sound: bool
    slides: bool
    network: bool
    bid_drill: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveRehearsal:
    """Go without one; a bidding on stage is then not possible (RS-4)."""

    type: ClassVar[str] = "waive_rehearsal"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoLive:
    """Begin."""

    type: ClassVar[str] = "go_live"


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSession:
    """Stop the timers of the stage; a bidding goes on."""

    type: ClassVar[str] = "pause_session"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSession:
    """Go on with what was left."""

    type: ClassVar[str] = "resume_session"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """Close the stage."""

    type: ClassVar[str] = "end_session"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSession:
    """Publish the report; `nda_cut`: what must not be recorded was cut from the replay (RS-3)."""

    type: ClassVar[str] = "report_session"
    replay_url: str = ""
    nda_cut: bool = False
    scores_public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOnDeck:
    """The next presenter gets ready."""

    type: ClassVar[str] = "call_on_deck"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPitch:
    """The presenter speaks."""

    type: ClassVar[str] = "start_pitch"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantMoreTime:
    """Once per pitch."""

    type: ClassVar[str] = "grant_more_time"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartQa:
    """Questions are put on air."""

    type: ClassVar[str] = "start_qa"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartComments:
    """The experts comment."""

    type: ClassVar[str] = "start_comments"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInterest:
    """The button is large on every screen."""

    type: ClassVar[str] = "call_interest"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBidding:
    """The host calls for the bidding; the bid controller opens it."""

    type: ClassVar[str] = "call_bidding"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """One check of the gate (RS-4) as the desk found it; evidence: where it can be read again."""

    check: str
    met: bool
    value: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibleBidder:
    """Who may bid, under which number. priority_rank: None for an ordinary bidder."""

    number: BidderNumber
    priority_rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestPreconditions:
    """The desk says how each check stands; again replaces. eligible: None leaves them as they are.

    The source of these facts is the desk (`desk_attestation`) until listing and deposits are on
    the log.
    """

    type: ClassVar[str] = "attest_preconditions"
    item_id: str
    checks: tuple[Attestation, ...]
    eligible: tuple[EligibleBidder, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSupervision:
    """A supervisor is present for this item."""

    type: ClassVar[str] = "confirm_supervision"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemBidding:
    """Ask for the bidding to be opened, if the gate stands open (RS-4)."""

    type: ClassVar[str] = "open_item_bidding"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBiddingOpened:
    """The bidding runs."""

    type: ClassVar[str] = "record_bidding_opened"
    item_id: str
    bidding_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBiddingRefused:
    """The bidding could not be scheduled; code: why."""

    type: ClassVar[str] = "record_bidding_refused"
    item_id: str
    bidding_id: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBiddingClosed:
    """How the bidding ended; outcome: sold | unsold | cancelled."""

    type: ClassVar[str] = "record_bidding_closed"
    item_id: str
    bidding_id: str
    outcome: str
    price_fen: Fen | None = None
    winner: BidderNumber | None = None
    reason: str = ""
    deal_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteItem:
    """The item is done."""

    type: ClassVar[str] = "complete_item"
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipItem:
    """Leave it out today."""

    type: ClassVar[str] = "skip_item"
    item_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferItem:
    """Later in this session."""

    type: ClassVar[str] = "defer_item"
    item_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawItem:
    """Take it off the agenda."""

    type: ClassVar[str] = "withdraw_item"
    item_id: str
    reason: str


COMMANDS = (
    PlanSession, AddAgendaItem, ReorderAgenda, InviteExpert, DeclareConflict, PublishSession,
    PostponeSession, CancelSession, RegisterAttendee, CheckIn, RunRehearsal, WaiveRehearsal, GoLive,
    PauseSession, ResumeSession, EndSession, ReportSession, CallOnDeck, StartPitch, GrantMoreTime,
    StartQa, StartComments, CallInterest, CallBidding, AttestPreconditions, ConfirmSupervision,
    OpenItemBidding, RecordBiddingOpened, RecordBiddingRefused, RecordBiddingClosed, CompleteItem,
    SkipItem, DeferItem, WithdrawItem,
)  # fmt: skip
