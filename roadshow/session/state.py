"""What a session is: its plan, its agenda, who is there, and who is on stage.

Rule 1: all are values. Whoever holds one may keep it: nothing in it is ever changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from roadshow.plan import AgendaItem, Plan
from roadshow.session.commands import EligibleBidder
from roadshow.stage import ACTIVE, FINISHED, ItemPhase, SessionPhase
from trading.values import BidderNumber, Fen

BEFORE_LIVE: Final[tuple[SessionPhase, ...]] = (
    "planned",
    "published",
    "registration_open",
    "rehearsed",
    "postponed",
)
TIMED: Final[tuple[ItemPhase, ...]] = ("pitching", "qa", "commenting", "interest_call")


@dataclass(frozen=True, slots=True)
class Attested:
    """One check of the gate, as an officer of the desk found it."""

    met: bool
    value: str
    evidence: str
    officer: str
    source: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Result:
    """How the bidding of an item ended."""

    outcome: str  # sold | unsold | cancelled | single_bidder
    price_fen: Fen | None = None
    winner: BidderNumber | None = None
    reason: str = ""
    deal_no: str = ""


@dataclass(frozen=True, slots=True)
class BiddingRound:
    """What leads to the bidding of an item, and what came of it.

    bidding_ids: of every attempt. expires_at_ms: until when an opening is awaited.
    refusal: why the last attempt led to nothing.
    """

    called: bool = False
    attested: Mapping[str, Attested] = field(default_factory=dict[str, Attested])
    eligible: tuple[EligibleBidder, ...] = ()
    supervisor: str = ""
    attempt: int = 0
    bidding_ids: tuple[str, ...] = ()
    opens_at_ms: int = 0
    expires_at_ms: int | None = None
    is_open: bool = False
    refusal: str = ""
    result: Result | None = None

    @property
    def bidding_id(self) -> str:
        """Of the last attempt; "" before the first."""
        return self.bidding_ids[-1] if self.bidding_ids else ""


@dataclass(frozen=True, slots=True)
class Item:
    """One agenda item (SM-13a).

    planned_at_ms: by the plan; starts_at_ms: as announced last (RS-2). ends_at_ms: of the period
    that runs; None once its time is up. slot_ends_at_ms: when it should be done.
    """

    facts: AgendaItem
    phase: ItemPhase = "queued"
    planned_at_ms: int = 0
    starts_at_ms: int = 0
    ends_at_ms: int | None = None
    time_up: bool = False
    warned_ms: int | None = None  # the last warning of the pitch
    extended: bool = False
    pitched_at_ms: int | None = None
    finished_at_ms: int | None = None
    slot_ends_at_ms: int = 0
    reason: str = ""
    recused: tuple[str, ...] = ()
    bidding: BiddingRound = field(default_factory=BiddingRound)

    @property
    def item_id(self) -> str:
        """Its id."""
        return self.facts.item_id


@dataclass(frozen=True, slots=True)
class Expert:
    """Who comments and scores."""

    specialty: str
    org_id: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Why the stage stands still. remaining_ms: of the period that ran, None for none."""

    reason: str
    remaining_ms: int | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class Session:
    """One session (SM-13).

    items: in the order of the agenda. attendees: account → code, "" until he has checked in;
    codes: the same for those who have.
    rehearsal: "" | passed | waived. strays: biddings that run although no item waits for them.
    """

    session_id: str
    plan: Plan
    phase: SessionPhase = "planned"
    items: Mapping[str, Item] = field(default_factory=dict[str, Item])
    attendees: Mapping[str, str] = field(default_factory=dict[str, str])
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    experts: Mapping[str, Expert] = field(default_factory=dict[str, Expert])
    drawn: bool = False
    rehearsal: str = ""
    strays: tuple[str, ...] = ()
    pause: Pause | None = None
    reason: str = ""
    published_at_ms: int | None = None
    live_at_ms: int | None = None
    ended_at_ms: int | None = None
    report_due_ms: int | None = None
    replay_url: str = ""

    @property
    def checked_in_count(self) -> int:
        """How many have come."""
        return len(self.codes)


def active_item(session: Session) -> Item | None:
    """The item on stage (RS-1)."""
    return next((item for item in session.items.values() if item.phase in ACTIVE), None)


def on_deck_item(session: Session) -> Item | None:
    """The item that is next."""
    return next((item for item in session.items.values() if item.phase == "on_deck"), None)


def is_left(item: Item) -> bool:
    """Whether it is still to come, or on stage."""
    return item.phase not in FINISHED


def running_ends_at_ms(session: Session) -> int | None:
    """The end of the period that people act in now, where a timer ends it."""
    item = active_item(session) if session.phase == "live" else None
    return None if item is None or item.phase not in TIMED else item.ends_at_ms


def is_open(session: Session) -> bool:
    """Whether it must be heard of every second: while it is live.

    A session that is paused, or wraps up, has no period that could end unseen.
    """
    return session.phase == "live"
