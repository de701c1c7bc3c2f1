"""What a room shows of its past, gathered from the events alone: the state does not keep it.

Rule 1: it needs no state, so that it can also be gathered from a part of the log that lies before a
snapshot.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final

from gateway.views.bidding import Told
from trading.bidding import draw_events as draw
from trading.bidding import events as ev

BIDS_SHOWN: Final = 50
REJECTED_SHOWN: Final = 50


class History:
    """The last bids of a bidding, newest first, and what was said when it stopped."""

    __slots__ = (
        "_ends_at_ms", "_leader", "_proxy_bids", "bidders", "bids", "bids_count", "closing_reason",
        "envelopes_count", "is_whole", "rejected", "rejected_count", "suspension_reason",
    )  # fmt: skip

    def __init__(self) -> None:
        """Nothing has happened."""
        self.bids: deque[dict[str, Any]] = deque(maxlen=BIDS_SHOWN)
        self._proxy_bids: deque[tuple[int, str]] = deque(maxlen=BIDS_SHOWN)  # seq, number
        self.bids_count = 0
        self.is_whole = True  # False where its past was not gathered: it is long over
        self.envelopes_count: int | None = None
        self.suspension_reason = ""
        self.closing_reason = ""
        self.bidders: set[str] = set()
        self.rejected: deque[dict[str, Any]] = deque(maxlen=REJECTED_SHOWN)
        self.rejected_count = 0
        self._ends_at_ms: int | None = None
        self._leader: str | None = None

    def told(self) -> Told:
        """Return what the view needs of it."""
        return Told(
            self.bids_count if self.is_whole else None,
            self.envelopes_count,
            self.suspension_reason,
            self.closing_reason,
            tuple(seq for seq, _ in self._proxy_bids),
        )

    def proxy_bids_of(self, number: str) -> list[int]:
        """Return which of the last bids one's standing limit made, by `seq`: for him alone."""
        return [seq for seq, bidder in self._proxy_bids if bidder == number]

    def shown(self) -> list[dict[str, Any]]:
        """Return the last bids, newest first."""
        return list(self.bids)

    def standing_of(self, number: str) -> str:
        """Return how a bidder stood at the end of what was gathered."""
        if self._leader == number:
            return "leading"
        return "outbid" if number in self.bidders else "none"

    def note(self, events: Iterable[object]) -> list[dict[str, Any]]:
        """Take events in their order; returns the new bids, newest first."""
        before = self.bids_count
        for event in events:
            handler = self._handlers.get(type(event))
            if handler is not None:
                handler(self, event)
        return [self.bids[index] for index in range(min(self.bids_count - before, BIDS_SHOWN))]

    def refuse(self, number: str, code: str, params: Mapping[str, Any], at_ms: int) -> None:
        """Take a refused command of a bidder."""
        self.rejected_count += 1
        row = {"number": number, "code": code, "params": dict(params), "at_ms": at_ms}
        self.rejected.appendleft(row)

    def _row(
        self,
        number: str,
        amount_fen: int,
        at_ms: int,
        kind: str,
        *,
        is_proxy: bool = False,
        extended: bool = False,
    ) -> None:
        self.bids_count += 1
        if is_proxy:
            self._proxy_bids.append((self.bids_count, number))
        self.bidders.add(number)
        self._leader = number
        self.bids.appendleft(
            {
                "number": number,
                "amount_fen": amount_fen,
                "at_ms": at_ms,
                "kind": kind,
                "seq": self.bids_count,
                "extended": extended,
            }
        )

    def _bid(self, event: ev.BidAccepted) -> None:
        self._row(
            event.bidder, event.amount_fen, event.at_ms, "bid",
            is_proxy=event.is_proxy, extended=self._extends(event.ends_at_ms),
        )  # fmt: skip

    def _match(self, event: ev.PriorityMatched) -> None:
        extended = self._extends(event.ends_at_ms)
        self._row(event.bidder, event.amount_fen, event.at_ms, "match", extended=extended)

    def _joined(self, event: draw.CeilingJoined) -> None:
        leader = self._leader  # who is level with him leads as before
        self._row(event.bidder, event.amount_fen, event.at_ms, "bid", is_proxy=event.is_proxy)
        self._leader = leader

    def _extends(self, ends_at_ms: int) -> bool:
        extends = self._ends_at_ms is not None and ends_at_ms > self._ends_at_ms
        self._ends_at_ms = ends_at_ms
        return extends

    def _opened(self, event: ev.EnvelopesOpened) -> None:
        for bid in event.bids:
            if not bid.void_code:
                self._row(bid.number, bid.amount_fen, bid.at_ms, "sealed")
        self._leader = None

    def _free(self, event: ev.FreeBiddingOpened) -> None:
        self._ends_at_ms = event.free_ends_at_ms

    def _runs(self, event: ev.LimitedBiddingStarted | ev.BiddingReopened) -> None:
        self._ends_at_ms = event.ends_at_ms

    def _collected(self, event: ev.CollectingEnded) -> None:
        self.envelopes_count = event.envelopes_count

    def _ended(self, event: ev.BiddingEnded) -> None:
        self._leader = event.leader

    def _suspended(self, event: ev.BiddingSuspended) -> None:
        self.suspension_reason = event.reason

    def _closed(self, event: ev.BiddingClosed) -> None:
        self.closing_reason = event.reason

    def _confirmed(self, event: ev.DealConfirmed) -> None:
        self._leader = event.winner

    _handlers: ClassVar[Mapping[type, Callable[["History", Any], None]]] = {
        ev.BidAccepted: _bid,
        ev.PriorityMatched: _match,
        draw.CeilingJoined: _joined,
        ev.EnvelopesOpened: _opened,
        ev.FreeBiddingOpened: _free,
        ev.LimitedBiddingStarted: _runs,
        ev.BiddingReopened: _runs,
        ev.CollectingEnded: _collected,
        ev.BiddingEnded: _ended,
        ev.BiddingSuspended: _suspended,
        ev.BiddingClosed: _closed,
        ev.DealConfirmed: _confirmed,
    }
