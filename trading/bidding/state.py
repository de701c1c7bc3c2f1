"""What a bidding is: facts that rarely change, and the small hot state of its open periods.

Rule 1: `Bidding` is built once for every accepted bid, so it is small and built positionally;
everything that does not move with each bid is in `Facts`.
Rule 2: both are values. Whoever holds one may keep it: nothing in it is ever changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from trading.bidding.commands import Eligible, Terms
from trading.bidding.events import OpenedBid
from trading.values import BidderNumber, BiddingId, Fen, hot_value

Phase: TypeAlias = Literal[
    "scheduled",
    "lobby",
    "free_bidding",
    "limited_bidding",
    "at_ceiling",  # the price rises no more, and others may join the first there
    "awaiting_draw",  # of those at the ceiling; no clock ends it
    "collecting",
    "opening",
    "tie_break",
    "ended",  # between the end and what follows from it, in one decision: nobody ever meets it
    "awaiting_reserve",
    "awaiting_priority",
    "suspended",
    "closed_sold",
    "closed_unsold",
    "cancelled",
]

BEFORE_OPENING: Final[tuple[Phase, ...]] = ("scheduled", "lobby")
RISING: Final[tuple[Phase, ...]] = ("free_bidding", "limited_bidding")
BIDDABLE: Final[tuple[Phase, ...]] = (*RISING, "at_ceiling")
ENVELOPES: Final[tuple[Phase, ...]] = ("collecting", "tie_break")
OPEN: Final[tuple[Phase, ...]] = (
    *BIDDABLE,
    *ENVELOPES,
    "opening",
    "awaiting_reserve",
    "awaiting_priority",
)


@dataclass(frozen=True, slots=True)
class ProxyLimit:
    """A hidden maximum (委托出价)."""

    number: BidderNumber
    limit_fen: Fen


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed bid in the box. `handed_in_count` counts the bidder's envelopes of this round."""

    number: BidderNumber
    commitment: str
    at_ms: int
    handed_in_count: int


@dataclass(frozen=True, slots=True)
class TieBreak:
    """Who may hand in once more, and from which price."""

    numbers: tuple[BidderNumber, ...]
    price_fen: Fen


@dataclass(frozen=True, slots=True)
class CeilingDraw:
    """What was announced of lots at the ceiling: how long others may join, whence the chance."""

    window_ms: int
    source: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The priority holders asked now, and what they have answered."""

    rank: int
    numbers: tuple[BidderNumber, ...]
    exercised: tuple[BidderNumber, ...] = ()
    waived: tuple[BidderNumber, ...] = ()

    @property
    def pending(self) -> tuple[BidderNumber, ...]:
        """Who has not answered yet."""
        answered = self.exercised + self.waived
        return tuple(number for number in self.numbers if number not in answered)


@dataclass(frozen=True, slots=True)
class PendingAct:
    """One of two people has asked for this act."""

    act: str
    actor: str
    role: str
    digest: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Suspension:
    """Why nothing counts now. `resumes_at_ms` and `ends_at_ms` once two people have resumed it."""

    phase: Phase
    remaining_ms: int
    at_ms: int
    reviewed: bool = False
    resumes_at_ms: int | None = None
    ends_at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What does not move with each bid.

    register: everyone ever admitted, in the order of admission; `excluded` are in it too.
    reserve_commitment: "" where nothing is sealed. reserve_fen: known once revealed.
    """

    bidding_id: BiddingId
    terms: Terms
    register: Mapping[BidderNumber, Eligible]
    excluded: tuple[BidderNumber, ...] = ()
    present: tuple[BidderNumber, ...] = ()
    supervisor_present: bool = False
    free_bidders: tuple[BidderNumber, ...] = ()  # EX-5
    confirmed: tuple[BidderNumber, ...] = ()  # EX-5
    confirm_until_ms: int = 0  # EX-5
    raised: bool = False
    proxies: tuple[ProxyLimit, ...] = ()  # in the order of setting
    limits_rest: bool = False  # EX-5: of who has not confirmed, until he does
    matched: ProxyLimit | None = None  # the last priority match: who, at which price
    ceiling_draw: CeilingDraw | None = None  # None: the first at the ceiling has it
    at_ceiling: tuple[BidderNumber, ...] = ()  # who has bid the ceiling, in log order
    reserve_commitment: str = ""
    reserve_fen: Fen | None = None
    reserve_settled: bool = False  # declared to be none, revealed, or lapsed
    envelopes: tuple[Envelope, ...] = ()  # of this round, in log order
    opened: tuple[OpenedBid, ...] = ()  # each bidder's last valid bid, in log order
    tie: TieBreak | None = None
    turn: Turn | None = None
    pending_act: PendingAct | None = None
    suspension: Suspension | None = None
    ended_at_ms: int = 0
    deal_no: str = ""
    has_entry_rule: bool = False  # the terms ask for more of a bidder than being admitted


@hot_value
class Bidding:
    """One bidding. `ends_at_ms`: when the running period ends; None where no timer ends it."""

    facts: Facts
    phase: Phase = "scheduled"
    ends_at_ms: int | None = None
    leader: BidderNumber | None = None
    price_fen: Fen | None = None
    extensions_count: int = 0
    last_bid_ms: Mapping[BidderNumber, int] = field(default_factory=dict[BidderNumber, int])


def eligible_numbers(facts: Facts) -> tuple[BidderNumber, ...]:
    """Who may take part now, in the order of admission."""
    return tuple(number for number in facts.register if number not in facts.excluded)


def rank_of(facts: Facts, number: BidderNumber | None) -> int | None:
    """The priority rank of who leads or asks; None for an ordinary bidder."""
    assert number is not None, "where there is a price, somebody leads"
    return facts.register[number].priority_rank


def limits_in_force(facts: Facts) -> tuple[ProxyLimit, ...]:
    """The hidden maxima by which the system may bid now, in the order of setting."""
    if not facts.limits_rest:
        return facts.proxies
    return tuple(proxy for proxy in facts.proxies if proxy.number in facts.confirmed)


def awaits_draw(bidding: Bidding) -> bool:
    """Whether only lots can decide: of those at the ceiling, or of equals who all said yes."""
    if bidding.phase == "awaiting_draw":
        return True
    turn = bidding.facts.turn
    return bidding.phase == "awaiting_priority" and turn is not None and not turn.pending


def is_open(bidding: Bidding) -> bool:
    """Whether people may act in it now (protocol §3): such a bidding must be heard of each second.

    A holder's statutory period off the floor is not; nor is the wait for a draw, which no clock
    ends.
    """
    if bidding.phase != "awaiting_priority":
        return bidding.phase in OPEN
    return bidding.facts.terms.priority_mode != "off_floor" and not awaits_draw(bidding)
