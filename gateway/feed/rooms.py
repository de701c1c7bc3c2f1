"""The room of one bidding: as those in it see it, and as the public does, later.

Rule 1: the delayed view is folded for itself, from the same decisions, when their time has come.
"""

from collections import deque
from typing import Any, Final, NamedTuple

from gateway.feed.folded import Change, Known
from gateway.feed.history import History
from gateway.feed.positions import Positions
from gateway.views import bidding as view
from gateway.views.outcome import view_outcome
from infra.codec import Decision, Entry
from trading.bidding.events import ActConfirmed
from trading.bidding.state import Bidding
from trading.values import BidderNumber

OUTCOMES_SHOWN: Final = 20


class Heard(NamedTuple):
    """An answer to a bidder's command, as his channel tells it. `hash` is lowercase hex."""

    decision: Decision
    entry: Entry
    events: tuple[Any, ...]
    offset: int
    hash: str
    standing: str


class Face:
    """One view of a bidding: what it is, and what it shows of its past."""

    __slots__ = ("_body", "at_ms", "history", "known")

    def __init__(self) -> None:
        """Nothing is known."""
        self.known = Known()
        self.history = History()
        self.at_ms = 0
        self._body: dict[str, Any] | None = None

    @property
    def bidding(self) -> Bidding | None:
        """The bidding; None before it was put on the calendar."""
        state: Bidding | None = self.known.state
        return state

    def take(self, known: Known, events: tuple[Any, ...], at_ms: int) -> list[dict[str, Any]]:
        """Go on to what a decision made of it; returns the new bids, newest first."""
        self.known = known
        self.at_ms = at_ms
        self._body = None
        return self.history.note(events)

    def adopt(self, known: Known) -> None:
        """Begin with what a snapshot says."""
        self.known = known
        self._body = None

    def remember(self, events: tuple[Any, ...], at_ms: int) -> None:
        """Gather what happened before the snapshot; `at_ms` 0 where nobody saw it."""
        self.history.note(events)
        self.at_ms = max(self.at_ms, at_ms)
        self._body = None

    def moving(self) -> dict[str, Any]:
        """Return the part of the state that moves."""
        bidding = self.bidding
        assert bidding is not None, "a room is shown once there is a bidding"
        return view.view_moving(bidding, self.history.told(), halted=self.known.halted)

    def state(self) -> dict[str, Any] | None:
        """Return the whole state, built once per position."""
        bidding = self.bidding
        if bidding is None:
            return None
        if self._body is None:
            self._body = view.view_room(
                bidding,
                self.history.told(),
                public_seq=self.known.public_seq,
                at_ms=self.at_ms,
                halted=self.known.halted,
                bids=self.history.shown(),
            )
        return self._body

    def clock(self, server_time_ms: int, *, degraded: bool) -> dict[str, Any]:
        """Return the heartbeat of a room."""
        bidding = self.bidding
        return {
            "key": "clock",
            "server_time_ms": server_time_ms,
            "ends_at_ms": None if bidding is None else bidding.ends_at_ms,
            "phase": None if bidding is None else bidding.phase,
            "public_seq": self.known.public_seq,
            "degraded": degraded,
        }


class Room:
    """Everything the gateway tells about one bidding."""

    __slots__ = (
        "act_offset", "aside", "bidding_id", "inside", "is_resting", "outcomes", "outside",
        "partition", "pending", "positions", "since",
    )  # fmt: skip

    def __init__(self, bidding_id: str, partition: int, positions: Positions) -> None:
        """Without a delay both faces are the same. `positions` says which may be told."""
        self.bidding_id = bidding_id
        self.partition = partition
        self.positions = positions
        self.inside = Face()
        self.outside = self.inside
        self.is_resting = False
        self.since = 0  # the public_seq after which everything went out
        self.outcomes: dict[str, deque[Heard]] = {}
        self.pending: deque[tuple[int, Change, dict[str, Any]]] = deque()
        self.aside: dict[str, dict[str, Any]] = {}
        self.act_offset: int | None = None  # of the command whose act waits for a second person

    @property
    def delay_ms(self) -> int:
        """How much later the public sees it."""
        bidding = self.inside.bidding
        return 0 if bidding is None else bidding.facts.terms.public_delay_ms

    @property
    def keeps_secrets(self) -> bool:
        """Whether envelopes may lie closed in it now."""
        bidding = self.inside.bidding
        return bidding is not None and view.keeps_secrets(bidding)

    @property
    def tells_positions(self) -> bool:
        """Whether positions may be told of it now."""
        return self.positions.are_told(self.partition, self.bidding_id)

    @property
    def tells_offsets(self) -> bool:
        """Whether its bidders' channels, and those aside, have offsets now: they are positions.

        Where bids are sealed they never have any.
        """
        bidding = self.inside.bidding
        is_sealed = bidding is not None and bidding.facts.terms.mode == "one_shot"
        return not is_sealed and self.tells_positions

    def note_phase(self) -> None:
        """Say how it stands now: it may hide positions of its partition."""
        self.positions.note(
            self.bidding_id, self.partition, self.inside.bidding, self.outside.bidding
        )

    def is_ranked(self, number: str) -> bool:
        """Whether a number bears a priority rank."""
        bidding = self.inside.bidding
        if bidding is None:
            return False
        bidder = bidding.facts.register.get(BidderNumber(number))
        return bidder is not None and bidder.priority_rank is not None

    def split(self) -> None:
        """Give the public a face of its own, where it sees things later."""
        if self.delay_ms and self.outside is self.inside:
            self.outside = Face()

    def adopt(self, known: Known) -> None:
        """Begin with what a snapshot says; the public sees it at once, as it is old."""
        self.inside.adopt(known)
        self.split()
        self.outside.adopt(known)
        self.since = known.public_seq
        self.note_phase()

    def note_act(self, events: tuple[Any, ...], command_offset: int) -> None:
        """Remember where on the log stands what the first of two people asked for."""
        if any(isinstance(event, ActConfirmed) for event in events):
            self.act_offset = command_offset

    def hear(self, number: str, heard: Heard) -> None:
        """Keep the answer to a bidder's command."""
        kept = self.outcomes.get(number)
        if kept is None:
            kept = self.outcomes[number] = deque(maxlen=OUTCOMES_SHOWN)
        kept.append(heard)

    def rest(self) -> None:
        """It is long over: keep of each bidder's answers only the last; SQL has them all."""
        if not self.is_resting:
            self.is_resting = True
            for kept in self.outcomes.values():
                while len(kept) > 1:
                    kept.popleft()

    def outcome(self, number: str, heard: Heard) -> dict[str, Any]:
        """Return an answer as the bidder is told it."""
        seen = (view.view_own_event(event, number) for event in heard.events)
        found = view_outcome(
            heard.decision,
            heard.entry,
            [event for event in seen if event is not None],
            partition=self.partition,
            decision_offset=heard.offset,
            decision_hash=heard.hash,
            with_positions=self.tells_positions,
        )
        return {**found, "standing": heard.standing}

    def own(self, number: str) -> dict[str, Any]:
        """Return what a bidder is told of himself, and nobody else is."""
        bidding = self.inside.bidding
        assert bidding is not None, "who bears a number bears it in a bidding"
        proxy_bids = self.inside.history.proxy_bids_of(number)
        return {**view.view_own(bidding, number), "proxy_bids": proxy_bids}

    def bidder_state(self, number: str) -> dict[str, Any] | None:
        """Return what a bidder's own channel begins with; None where nobody bears the number."""
        bidding = self.inside.bidding
        if bidding is None or number not in bidding.facts.register:
            return None
        return {
            "number": number,
            **self.own(number),
            "outcomes": [self.outcome(number, one) for one in self.outcomes.get(number, ())],
        }

    def aside_state(self, kind: str) -> dict[str, Any] | None:
        """Return what the seller, the controller or the supervisor sees beyond the room."""
        bidding = self.inside.bidding
        if bidding is None:
            return None
        history = self.inside.history
        if kind == "bidding.seller":
            return view.view_seller(bidding)
        if kind == "bidding.control":
            return view.view_control(bidding, history.rejected_count)
        return view.view_watch(bidding, history.rejected_count, list(history.rejected))

    def market_row(self) -> dict[str, Any] | None:
        """Return what the market shows of it: what the public may see."""
        bidding = self.outside.bidding
        if bidding is None:
            return None
        moving = self.outside.moving()
        return {
            "key": self.bidding_id,
            "root": self.bidding_id,
            "kind": "bidding",
            "title": bidding.facts.terms.lot,
            "phase": moving["phase"],
            "price_fen": moving["price_fen"],
            "ends_at_ms": moving["ends_at_ms"],
            "opens_at_ms": bidding.facts.terms.opens_at_ms,
            "start_price_fen": bidding.facts.terms.start_price_fen,
            "bids_count": moving["bids_count"],
            "extensions_count": moving["extensions_count"],
            "heat": None,
        }
