"""What has happened at the ceiling, and where lots decide; public but for `CutToCeiling`.

Rule 1: whatever a draw was made of stands in its event.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from trading.values import BidderNumber, Fen


@dataclass(frozen=True, slots=True)
class DrawHeld:
    """A draw among equals, with all that it was made of: anyone can do it again.

    own: the JSON text whose SHA-256 stands for the bidding's own events in `algorithm`.
    """

    type: ClassVar[str] = "draw_held"
    algorithm: str
    own: str
    randomness: str
    seed: str
    numbers: tuple[BidderNumber, ...]
    winner: BidderNumber


@dataclass(frozen=True, slots=True)
class CeilingDrawAnnounced:
    """At the ceiling lots will be drawn among all who bid it."""

    type: ClassVar[str] = "ceiling_draw_announced"
    window_ms: int
    source: str


@dataclass(frozen=True, slots=True)
class CeilingReached:
    """The price rises no more; until `ends_at_ms` others may bid the ceiling too."""

    type: ClassVar[str] = "ceiling_reached"
    ends_at_ms: int


@dataclass(frozen=True, slots=True)
class CeilingJoined:
    """One more has bid the ceiling, and is level with the first."""

    type: ClassVar[str] = "ceiling_joined"
    bidder: BidderNumber
    amount_fen: Fen
    at_ms: int
    is_proxy: bool = False


@dataclass(frozen=True, slots=True)
class DrawAwaited:
    """No more may join; lots will decide among these."""

    type: ClassVar[str] = "draw_awaited"
    numbers: tuple[BidderNumber, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class CutToCeiling:
    """What was asked above the announced ceiling was read as the ceiling; told to him alone."""

    type: ClassVar[str] = "cut_to_ceiling"
    bidder: BidderNumber
    amount_fen: Fen


DRAW_EVENTS: Final = (
    CeilingDrawAnnounced, CeilingReached, CeilingJoined, DrawAwaited, DrawHeld, CutToCeiling,
)  # fmt: skip
