"""What may be asked of a bidding (domain 4.2).

Rule 1: which bidding, who asks and in which role stand in the envelope. A bidder is his number.
Rule 2: what timers do (`StartLimited`, `CloseBidding`, `ConfirmDeal`) is an effect of a record and
has no command.
"""

from dataclasses import dataclass
from typing import ClassVar

from trading.values import BidderNumber, Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class IncrementBand:
    """The increment from a price on (left-closed) until the next band (加价幅度分组)."""

    from_fen: Fen
    increment_fen: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """Who may bid, under which number; the person behind it is never on this log (I-4).

    priority_rank: 1 is the first; None for an ordinary bidder.
    exclusion_group: lots of which one bidder may win one; "" for none.
    """

    number: BidderNumber
    priority_rank: int | None = None
    exclusion_group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was announced. Every parameter that a decision uses stands here, frozen (protocol 4.5).

    Amounts in fen, times in milliseconds of log time or of length.
    """

    lot: str
    mode: str  # dynamic | live_timed | one_shot
    start_price_fen: Fen
    increments: tuple[IncrementBand, ...]
    opens_at_ms: int
    profile: str = "standard"  # standard | demo | test; the last two may be short, and are shown
    ceiling_price_fen: Fen | None = None
    lobby_ms: int = 900_000
    free_ms: int = 86_400_000
    extension_ms: int = 300_000
    collect_ms: int = 86_400_000
    tie_break_ms: int = 600_000
    reserve_sealed: bool = False
    reveal_window_ms: int = 600_000
    reserve_deadline_ms: int = 1_800_000  # sealing ends this long before opening
    priority_mode: str = "none"  # none | in_session_match | post_session_ask | off_floor
    priority_window_ms: int = 1_800_000
    allow_leader_raise: bool = False
    single_bidder_allowed: bool = False
    free_bid_required: bool = False  # EX-5: only who bid in the free period may bid in the limited
    free_bid_confirm_ms: int = 300_000
    presence_required: bool = False
    supervisor_quorum: bool = False  # a supervisor must have confirmed presence before it opens
    proxy_allowed: bool = True
    steps_max: int = 20
    min_gap_ms: int = 500
    stall_threshold_ms: int = 10_000
    resume_notice_ms: int = 1_800_000
    suspend_review_ms: int = 86_400_000
    raise_increment_after_extensions: int = 10
    raised_increments: tuple[IncrementBand, ...] = ()  # the announced table of EX-2
    envelope_replacements_max: int = 0
    two_person_window_ms: int = 600_000
    public_delay_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBidding:
    """Put a bidding on the calendar: its terms as announced, and who may bid."""

    type: ClassVar[str] = "schedule_bidding"
    terms: Terms
    eligible: tuple[Eligible, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitBidder:
    """Admit one more bidder before opening."""

    type: ClassVar[str] = "admit_bidder"
    bidder: Eligible


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludeBidder:
    """Take a bidder out (deposit gone, blacklisted, won a mutually exclusive lot)."""

    type: ClassVar[str] = "exclude_bidder"
    number: BidderNumber
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealReserve:
    """Commit to a reserve price without telling it.

    commitment: lowercase hex of SHA-256 over the canonical JSON array
    `["<bidding id>",<amount_fen>,"<salt: 32 lowercase hex digits>"]`.
    """

    type: ClassVar[str] = "seal_reserve"
    commitment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealReserve:
    """Open the sealed reserve after the end."""

    type: ClassVar[str] = "reveal_reserve"
    amount_fen: Fen
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareNoReserve:
    """Tell all, before opening, that there is no reserve (拍卖法 §50)."""

    type: ClassVar[str] = "declare_no_reserve"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceCeilingDraw:
    """Tell all, before the lobby, that at the ceiling lots are drawn among those who bid it.

    window_ms: how long others may at least join the first at the ceiling.
    source: whence the public randomness will come, so that nobody can choose it.
    """

    type: ClassVar[str] = "announce_ceiling_draw"
    window_ms: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPresence:
    """Say "I am here": a bidder in the lobby, or the supervisor whom the quorum asks for."""

    type: ClassVar[str] = "confirm_presence"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceBid:
    """Ask for a bid to be taken into account. The bidder is the envelope's actor."""

    type: ClassVar[str] = "place_bid"
    amount_fen: Fen
    phase_seen: str | None = None
    confirm_large: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProxyLimit:
    """Let the system bid up to a hidden maximum (委托出价)."""

    type: ClassVar[str] = "set_proxy_limit"
    limit_fen: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPrice:
    """A priority holder takes the current price (场内行权)."""

    type: ClassVar[str] = "match_price"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExercisePriority:
    """A priority holder, asked in his turn, takes the final price (事后行权)."""

    type: ClassVar[str] = "exercise_priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivePriority:
    """A priority holder, asked in his turn, waives."""

    type: ClassVar[str] = "waive_priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawLots:
    """Bring the public randomness (hex) for a draw among equals; the algorithm is published."""

    type: ClassVar[str] = "draw_lots"
    randomness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSealedBid:
    """Hand in an envelope; the same again replaces it, where that was announced.

    commitment: lowercase hex of SHA-256 over the canonical JSON array
    `["<bidding id>","<bidder number>",<amount_fen>,"<salt: 32 lowercase hex digits>"]`.
    ciphertext: opaque to the rules, opened outside by the two key holders.
    """

    type: ClassVar[str] = "submit_sealed_bid"
    commitment: str
    ciphertext: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The content of one envelope."""

    number: BidderNumber
    amount_fen: Fen
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEnvelopes:
    """Open all envelopes: the same command from two people; the second acts."""

    type: ClassVar[str] = "open_envelopes"
    openings: tuple[Opening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseIncrement:
    """Go to the announced higher table after enough extensions, at the host's call (EX-2)."""

    type: ClassVar[str] = "raise_increment"


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerIncrement:
    """Go back to the first announced table."""

    type: ClassVar[str] = "lower_increment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendBidding:
    """Stop at once, for a reason that all are told."""

    type: ClassVar[str] = "suspend_bidding"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeBidding:
    """Go on at the last valid bid: the same command from two people; the second acts."""

    type: ClassVar[str] = "resume_bidding"
    resumes_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateBidding:
    """End what is suspended, without a deal: the same command from two people; the second acts."""

    type: ClassVar[str] = "terminate_bidding"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBidding:
    """Call it off before opening."""

    type: ClassVar[str] = "cancel_bidding"
    reason: str


COMMANDS = (
    ScheduleBidding, AdmitBidder, ExcludeBidder, SealReserve, RevealReserve, DeclareNoReserve,
    ConfirmPresence, PlaceBid, SetProxyLimit, MatchPrice, ExercisePriority, WaivePriority, DrawLots,
    SubmitSealedBid, OpenEnvelopes, RaiseIncrement, LowerIncrement, SuspendBidding, ResumeBidding,
    CancelBidding, TerminateBidding, AnnounceCeilingDraw,
)  # fmt: skip
