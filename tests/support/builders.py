"""Biddings for tests: defaults for all, so that what a test sets is what matters."""

from dataclasses import dataclass, field
from typing import Any

from trading.bidding.commands import Eligible, IncrementBand, ScheduleBidding, Terms
from trading.bidding.state import Bidding
from trading.dispatch import BIDDING
from trading.outcome import By, Outcome
from trading.values import BidderNumber, Fen

WAN_FEN = 1_000_000
BIDDING_ID = "b1"
OPENS_AT_MS = 1_790_000_000_000
SCHEDULED_AT_MS = OPENS_AT_MS - 86_400_000
SALT = "00112233445566778899aabbccddeeff"

DESK = By("desk-1", "desk_officer")
ISSUER = By("desk-2", "desk_issuer")
SELLER = By("seller-1", "seller")
SYSTEM = By("system", "system")
CONTROL = By("control-1", "bid_controller")
SUPERVISOR = By("supervisor-1", "supervisor")


def bands(*pairs_wan: tuple[float, float]) -> tuple[IncrementBand, ...]:
    """Bands of (from, increment) in 万元."""
    return tuple(
        IncrementBand(from_fen=wan(from_wan), increment_fen=wan(step_wan))
        for from_wan, step_wan in pairs_wan
    )


def wan(amount_wan: float) -> Fen:
    """万元 in fen."""
    return Fen(round(amount_wan * WAN_FEN))


def terms(**changes: object) -> Terms:
    """Start 200 万, step 10 万, one minute of free bidding, E of 300 s."""
    defaults: dict[str, Any] = {
        "lot": "Deep-sea winch control, patent ZL 2023 1 0000001",
        "mode": "dynamic",
        "profile": "test",  # periods are short
        "start_price_fen": wan(200),
        "increments": bands((0, 10)),
        "opens_at_ms": OPENS_AT_MS,
        "free_ms": 60_000,
        "collect_ms": 60_000,
        "priority_window_ms": 60_000,
        "reveal_window_ms": 60_000,
        "resume_notice_ms": 1_200_000,  # and ten minutes for the second of two people
    }
    return Terms(**{**defaults, **changes})


def eligible(*numbers: str) -> tuple[Eligible, ...]:
    """Numbers as admitted; `P1`, `P2a` are holders of the rank that the digit says."""
    return tuple(
        Eligible(
            number=BidderNumber(number),
            priority_rank=int(number[1]) if number[0] == "P" else None,
        )
        for number in numbers
    )


def bidder(number: str) -> By:
    """A bidder, or a holder, by his number."""
    return By(number, "priority_holder" if number[0] == "P" else "bidder")


@dataclass
class Play:
    """A bidding that goes from command to command, for unit tests: no host, no ticks of its own."""

    bidding: Bidding | None = None
    at_ms: int = SCHEDULED_AT_MS
    events: list[object] = field(default_factory=list[object])

    @property
    def now(self) -> Bidding:
        """The bidding as it stands."""
        assert self.bidding is not None
        return self.bidding

    def happens(self, *events: object) -> tuple[object, ...]:
        """Fold events."""
        for event in events:
            self.bidding = BIDDING.evolve(self.bidding, BIDDING_ID, event)
            self.events.append(event)
        return events

    def ask(self, by: By, command: object, at_ms: int | None = None) -> Outcome:
        """Decide a command, and fold what it leads to."""
        self.at_ms = self.at_ms if at_ms is None else at_ms
        outcome = BIDDING.decide(self.bidding, command, by, self.at_ms)
        self.happens(*outcome.events)
        return outcome

    def code(self, by: By, command: object, at_ms: int | None = None) -> str:
        """The code it is refused with, or "ok"."""
        rejection = self.ask(by, command, at_ms).rejection
        return "ok" if rejection is None else str(rejection.code)

    def tick(self, at_ms: int) -> tuple[object, ...]:
        """Fire everything that is due, one timer after the other."""
        self.at_ms = at_ms
        fired: list[object] = []
        while (due_ms := BIDDING.due_ms(self.now)) is not None and due_ms <= at_ms:
            fired += self.happens(*BIDDING.fire(self.now, at_ms))
        return tuple(fired)


def scheduled(*numbers: str, **changes: object) -> Play:
    """A bidding on the calendar, by default for A and B."""
    play = Play()
    command = ScheduleBidding(terms=terms(**changes), eligible=eligible(*(numbers or ("A", "B"))))
    assert play.code(DESK, command) == "ok"
    return play


def in_lobby(*numbers: str, **changes: object) -> Play:
    """A bidding in its lobby."""
    play = scheduled(*numbers, **changes)
    play.tick(OPENS_AT_MS - 900_000)
    return play


def opened(*numbers: str, **changes: object) -> Play:
    """A bidding just opened: free, or collecting."""
    play = in_lobby(*numbers, **changes)
    play.tick(OPENS_AT_MS)
    return play


def limited(*numbers: str, **changes: object) -> Play:
    """A bidding at the start of its limited period."""
    play = opened(*numbers, **changes)
    play.tick(OPENS_AT_MS + 60_000)
    return play
