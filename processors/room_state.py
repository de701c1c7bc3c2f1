"""What the rooms look like, folded from decisions. No I/O, no clock.

Rule 1: only what counts on the log is shown; nobody is told more than the log says.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from infra.codec import Decision, decode_event
from infra.i18n import text
from infra.i18n.shown import shown_amount, shown_text
from trading.bidding.draw_events import CeilingJoined, CeilingReached, DrawAwaited, DrawHeld
from trading.bidding.events import (
    BidAccepted,
    BiddingClosed,
    BiddingReopened,
    BiddingResumed,
    BiddingSuspended,
    BiddingTerminated,
    DealConfirmed,
    FreeBiddingOpened,
    LimitedBiddingStarted,
    PriorityMatched,
    ReserveRevealed,
)
from trading.bidding.state import Bidding
from trading.dispatch import BIDDING

LINES_MAX: Final = 200
PHASES: Final = {
    "scheduled": "待开始 scheduled",
    "lobby": "候场 lobby",
    "free_bidding": "自由报价 free",
    "limited_bidding": "限时报价 limited",
    "at_ceiling": "封顶登记 at the ceiling",
    "awaiting_draw": "待抽签 draw",
    "collecting": "收取报价单 collecting",
    "opening": "开启 opening",
    "tie_break": "加赛 tie-break",
    "awaiting_reserve": "待揭示保留价 reserve",
    "awaiting_priority": "待行权 priority",
    "suspended": "中止 SUSPENDED",
    "closed_sold": "成交 sold",
    "closed_unsold": "未成交 unsold",
    "cancelled": "取消 cancelled",
}
OVER: Final = ("closed_sold", "closed_unsold", "cancelled")


def wan(amount_fen: int | None) -> str:
    """Return an amount as it stands on the screen."""
    return "—" if amount_fen is None else shown_amount(amount_fen)


@dataclass(slots=True)
class Room:
    """One bidding on the screen."""

    bidding_id: str
    bidding: Bidding
    bids_count: int = 0
    proxy_bids_count: int = 0
    refused_count: int = 0
    suspended_count: int = 0
    extensions_count: int = 0
    reason: str = ""
    deal_no: str = ""

    @property
    def is_over(self) -> bool:
        """Whether there is a result."""
        return self.bidding.phase in OVER

    @property
    def result(self) -> str:
        """The result in a word; of what is still open, that it is."""
        if not self.is_over:
            return "进行中 open"
        name = PHASES[self.bidding.phase]
        return f"{name} ({self.reason})" if self.reason else name


@dataclass(slots=True)
class Line:
    """One thing that happened, for the stream below the rooms. kind: bid, refused, phase, deal."""

    at_ms: int
    kind: str
    bidding_id: str
    text: str

    def __post_init__(self) -> None:
        """Show nothing that would command the terminal."""
        self.text = shown_text(self.text)


@dataclass(slots=True)
class Rooms:
    """All rooms in the order of opening, and what happened last."""

    rooms: dict[str, Room] = field(default_factory=dict[str, Room])
    lines: deque[Line] = field(default_factory=lambda: deque[Line](maxlen=LINES_MAX))
    decisions_count: int = 0
    refusals: dict[str, int] = field(default_factory=dict[str, int])
    at_ms: int = 0

    def in_order(self) -> list[Room]:
        """Return the rooms in the order in which they were to open."""
        found = self.rooms.values()
        return sorted(
            found, key=lambda room: (room.bidding.facts.terms.opens_at_ms, room.bidding_id)
        )

    def fold(self, decision: Decision) -> list[Line]:
        """Take in a decision that counts; returns the new lines."""
        self.decisions_count += 1
        self.at_ms = max(self.at_ms, decision.at_ms)
        lines: list[Line] = []
        for entry in decision.entries:
            for raw in entry.events:
                try:
                    event = decode_event(BIDDING.messages, raw)
                except msgspec.DecodeError:
                    lines.append(Line(decision.at_ms, "refused", entry.aggregate, "停机 HALTED"))
                    continue
                said = self._take(entry.aggregate, event)
                if said is not None:
                    lines.append(Line(decision.at_ms, *said))
            if entry.rejection is not None:
                lines.append(self._refusal(decision, entry.aggregate, entry.rejection))
        self.lines.extend(lines)
        return lines

    def _refusal(self, decision: Decision, aggregate: str, refusal: Any) -> Line:
        code = refusal.code
        self.refusals[code] = self.refusals.get(code, 0) + 1
        room = self.rooms.get(aggregate)
        if room is not None:
            room.refused_count += 1
        who = decision.command.actor or "?"
        reason = text(code, "zh", refusal.params)
        return Line(decision.at_ms, "refused", aggregate, f"{who} 被拒 {code} {reason}")

    def _take(self, aggregate: str, event: Any) -> tuple[str, str, str] | None:
        known = self.rooms.get(aggregate)
        after = BIDDING.evolve(known.bidding if known else None, aggregate, event)
        if known is None:
            self.rooms[aggregate] = Room(aggregate, after)
            return ("phase", aggregate, f"排期 {after.facts.terms.lot}")
        before_ms, known.bidding = known.bidding.ends_at_ms, after
        _count(known, event, before_ms)
        said = _tell(event)
        return None if said is None else (said[0], aggregate, said[1])


def _count(room: Room, event: Any, before_ms: int | None) -> None:
    if isinstance(event, CeilingJoined):
        room.bids_count += 1
        room.proxy_bids_count += event.is_proxy
    elif isinstance(event, BidAccepted | PriorityMatched):
        room.bids_count += 1
        room.proxy_bids_count += isinstance(event, BidAccepted) and event.is_proxy
        room.extensions_count += before_ms is not None and event.ends_at_ms > before_ms
    elif isinstance(event, BiddingSuspended):
        room.suspended_count += 1
    elif isinstance(event, BiddingClosed):
        room.reason = shown_text(event.reason)
    elif isinstance(event, DealConfirmed):
        room.deal_no = event.deal_no


def _tell(event: Any) -> tuple[str, str] | None:
    """Return the kind and the text of what the room is told; None where it is not told."""
    told = _TOLD.get(type(event))
    return None if told is None else told(event)


def _closed(event: BiddingClosed) -> tuple[str, str] | None:
    return None if event.sold else ("deal", f"未成交 unsold: {event.reason}")


def _bid(event: BidAccepted) -> tuple[str, str]:
    how = "委托" if event.is_proxy else "报价"
    return "bid", f"{event.bidder} {how} {wan(event.amount_fen)} 领先"


_TOLD: Final[dict[type, Callable[[Any], tuple[str, str] | None]]] = {
    BidAccepted: _bid,
    PriorityMatched: lambda event: (
        "bid",
        f"{event.bidder} 行使优先权 {wan(event.amount_fen)} 领先",
    ),
    FreeBiddingOpened: lambda _event: ("phase", "自由报价期开始 free period"),
    LimitedBiddingStarted: lambda _event: ("phase", "限时报价期开始 limited period"),
    BiddingSuspended: lambda event: ("phase", f"中止 suspended: {event.reason}"),
    BiddingResumed: lambda _event: ("phase", "将恢复 will resume (two people)"),
    BiddingReopened: lambda _event: ("phase", "恢复 resumed"),
    CeilingReached: lambda _event: ("phase", "已达最高限价，可封顶登记 ceiling reached"),
    CeilingJoined: lambda event: ("bid", f"{event.bidder} 封顶登记 {wan(event.amount_fen)} 并列"),
    DrawAwaited: lambda event: ("phase", f"待抽签 lots among {len(event.numbers)}"),
    DrawHeld: lambda event: ("phase", f"抽签 {event.winner} 中签 drawn"),
    BiddingTerminated: lambda event: ("phase", f"终结 terminated: {event.reason}"),
    ReserveRevealed: lambda event: ("phase", f"揭示保留价 reserve {wan(event.amount_fen)}"),
    BiddingClosed: _closed,
    DealConfirmed: lambda event: (
        "deal",
        f"成交 {event.winner} {wan(event.price_fen)} ({event.basis})",
    ),
}
