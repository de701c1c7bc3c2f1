"""What is announced of a session: every parameter that its parts decide by, frozen (protocol 4.5).

Rule 1: lengths and points in time in milliseconds, amounts in fen.
Rule 2: the calendar is resolved before the log: `working_days_ms` are closing hours, nothing looks
up a holiday here.
Rule 3: what belongs to one part alone (scores, interests) is announced there.
Rule 4: a profile other than `standard` may be shorter than practice asks, and is shown.
"""

from dataclasses import dataclass
from typing import Final

from trading.calendar import DAY_MS, SHANGHAI_AHEAD_MS
from trading.values import Fen

ACCESSES: Final = ("public", "registered", "invited")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A session as it was planned. People are account ids, never names.

    working_days_ms: closing hours (17:00) of the working days around the session, ascending; far
    enough that every period in working days ends among them.
    """

    title: str
    field: str
    starts_at_ms: int
    place: str
    hosts: tuple[str, ...]
    working_days_ms: tuple[int, ...]
    stream_url: str = ""
    sponsors: tuple[str, ...] = ()
    capacity: int = 500
    access: str = "registered"  # public | registered | invited
    invited: tuple[str, ...] = ()
    profile: str = "standard"  # standard | demo | test
    recorded: bool = True  # RS-3: all are told
    competitive: bool = False  # the order is drawn by lot
    registration_opens_at_ms: int = 0  # 0: with publication
    notice_wd: int = 3
    notice_bidding_wd: int = 5
    report_wd: int = 3
    pitch_ms: int = 480_000
    more_time_ms: int = 60_000
    qa_ms: int = 420_000
    comments_ms: int = 300_000
    interest_call_ms: int = 60_000
    bidding_request_ms: int = 60_000  # how long after its opening hour a bidding may be awaited
    shift_min_ms: int = 60_000  # a smaller delay is not announced (RS-2)
    stall_threshold_ms: int = 10_000
    question_gap_ms: int = 30_000
    question_chars_max: int = 300
    scored: bool = False
    experts_min: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Increment:
    """The increment from a price on (left-closed) until the next."""

    from_fen: Fen
    increment_fen: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOffer:
    """The terms under which an item may be bid for on stage (SM-06 `live_timed`)."""

    lot: str
    start_price_fen: Fen
    increments: tuple[Increment, ...]
    lobby_ms: int = 60_000  # from the request to the opening
    free_ms: int = 300_000
    extension_ms: int = 60_000
    ceiling_price_fen: Fen | None = None
    priority_mode: str = "none"  # none | in_session_match | post_session_ask | off_floor
    priority_window_ms: int = 180_000
    reserve: str = "undeclared"  # undeclared | none_declared | sealed
    reserve_deadline_ms: int = 10_000
    reveal_window_ms: int = 60_000
    raised_increments: tuple[Increment, ...] = ()
    raise_increment_after_extensions: int = 10
    allow_leader_raise: bool = False
    proxy_allowed: bool = True
    steps_max: int = 20
    min_gap_ms: int = 500
    stall_threshold_ms: int = 3_000
    resume_notice_ms: int = 300_000  # 4.6
    public_delay_ms: int = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One project on the agenda. Accounts decide, `*_text` is what all may read.

    card_id: its entry in the showcase (SM-15). parties: accounts of seller and completers (SD-4).
    """

    item_id: str
    card_id: str
    title: str
    presenter: str
    holder_org: str
    summary: str = ""
    presenter_text: str = ""
    org_text: str = ""
    broker: str = ""
    parties: tuple[str, ...] = ()
    trl: int = 0
    ip_text: str = ""
    offer_kind: str = "cooperate"  # sell | license | cooperate | equity
    nda: bool = False  # RS-3: what is shown must not be recorded
    offer: LiveOffer | None = None


def day_of(at_ms: int) -> int:
    """The day of Asia/Shanghai, counted from 1970-01-01."""
    return (at_ms + SHANGHAI_AHEAD_MS) // DAY_MS


def working_days_between(plan: Plan, at_ms: int, until_ms: int) -> int:
    """How many whole working days lie between two points in time (the first day does not count)."""
    first, last = day_of(at_ms), day_of(until_ms)
    return sum(first < day_of(closes_ms) < last for closes_ms in plan.working_days_ms)


def working_days_after(plan: Plan, at_ms: int, days: int) -> int:
    """When a period of so many working days closes; the end of the calendar where it is short."""
    first = day_of(at_ms)
    later = [closes_ms for closes_ms in plan.working_days_ms if day_of(closes_ms) > first]
    if 0 < days <= len(later):
        return later[days - 1]
    return at_ms if days <= 0 else at_ms + days * DAY_MS
