"""The words every aggregate shares.

Money is whole fen (int), time is UTC milliseconds (int), rates are basis points (int): domain 0.2.
"""

from dataclasses import dataclass
from typing import Final, NewType, TypeVar, dataclass_transform

Value = TypeVar("Value")

BiddingId = NewType("BiddingId", str)
BidderNumber = NewType("BidderNumber", str)
Fen = NewType("Fen", int)

YUAN_FEN: Final = 100
AMOUNT_FEN_MAX: Final = 10**12  # domain 4.3, guard 5


@dataclass_transform(frozen_default=True)
def hot_value(cls: type[Value]) -> type[Value]:
    """A frozen slotted dataclass for what is built with every bid.

    The type checkers hold it frozen; at run time nothing stands between a field and its slot,
    which makes it three times as fast to build.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
