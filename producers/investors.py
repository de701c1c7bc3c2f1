"""Seeded synthetic bidders: what each thinks a lot is worth, and how he goes about it. No I/O.

Rule 1: nobody bids above his own valuation, and a proxy leaves it to the system up to there.
Rule 2: some are careless: what they ask is refused by the same rules as anybody's.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from producers.dice import Dice
from producers.lots import WAN_FEN, Lot
from trading.bidding.commands import MatchPrice, PlaceBid, SetProxyLimit
from trading.bidding.increments import bands_of, increment_at, min_next
from trading.bidding.state import RISING, Bidding
from trading.values import BidderNumber, Fen

Style: TypeAlias = Literal["steady", "eager", "proxy", "careless", "holder"]
STYLES: Final[tuple[Style, ...]] = ("steady", "steady", "eager", "steady", "proxy", "careless")
MISTAKES_PERCENT: Final[dict[Style, int]] = {
    "steady": 6, "eager": 6, "proxy": 0, "careless": 60, "holder": 0,
}  # fmt: skip
TOPS_HIMSELF_PERCENT: Final = 20
UNLUCKY_DIGIT: Final = 4
Act: TypeAlias = PlaceBid | SetProxyLimit | MatchPrice


@dataclass(slots=True)
class Investor:
    """One bidder in one bidding."""

    number: BidderNumber
    style: Style
    valuation_fen: int
    has_proxy: bool = False

    @property
    def role(self) -> str:
        """The role he acts in."""
        return "priority_holder" if self.style == "holder" else "bidder"


def numbers_of(dice: Dice, count: int) -> tuple[BidderNumber, ...]:
    """Return distinct three-digit numbers without 4 at the end, unrelated to any order (RG-5)."""
    free = [number for number in range(101, 1_000) if number % 10 != UNLUCKY_DIGIT]
    return tuple(BidderNumber(str(free.pop(dice.below(len(free))))) for _ in range(count))


def investors_of(lot: Lot, numbers: tuple[BidderNumber, ...], dice: Dice) -> list[Investor]:
    """Return who bids for a lot; where it knows priority, the first number holds it."""
    found = []
    for index, number in enumerate(numbers):
        steps = dice.between(1, 16)
        valuation_fen = (lot.start_wan + steps * lot.increment_wan) * WAN_FEN
        style: Style = STYLES[index % len(STYLES)]
        if index == 0 and lot.special == "priority":
            style, valuation_fen = "holder", (lot.start_wan + 12 * lot.increment_wan) * WAN_FEN
        found.append(Investor(number, style, valuation_fen))
    return found


def next_act(investor: Investor, bidding: Bidding, dice: Dice) -> Act | None:
    """Return what he asks now, if anything."""
    if bidding.phase not in RISING:
        return None
    price_fen = bidding.price_fen
    least_fen = min_next(bidding, price_fen)
    base_fen = bidding.facts.terms.start_price_fen if price_fen is None else price_fen
    step_fen = increment_at(bands_of(bidding), base_fen)
    if dice.chance(MISTAKES_PERCENT[investor.style]):
        return _mistake(least_fen, step_fen, dice)
    if investor.valuation_fen < least_fen:
        return None
    if investor.number == bidding.leader and not dice.chance(TOPS_HIMSELF_PERCENT):
        return None
    if investor.style == "proxy" and not investor.has_proxy:
        investor.has_proxy = True
        return SetProxyLimit(limit_fen=Fen(investor.valuation_fen))
    if investor.has_proxy:
        return None
    if investor.style == "holder" and price_fen is not None:
        return MatchPrice() if dice.chance(60) else None
    steps = dice.below(3) if investor.style == "eager" else 0
    wanted_fen = min(least_fen + steps * step_fen, investor.valuation_fen)
    wanted_fen -= (wanted_fen - least_fen) % step_fen
    return PlaceBid(amount_fen=Fen(wanted_fen), phase_seen=bidding.phase)


def _mistake(least_fen: int, step_fen: int, dice: Dice) -> PlaceBid:
    wrong_fen = dice.choose(
        (
            least_fen - step_fen,  # the price that is there already
            least_fen + step_fen // 2,  # off the grid
            least_fen + 60 * step_fen,  # a nought too many
            least_fen + 50,  # half a yuan
        )
    )
    return PlaceBid(amount_fen=Fen(wrong_fen))
