"""The names of channels: `kind:id`, parsed and written in one place (docs push.md, part 1).

Rule 1: a name that is not exactly one of these kinds is no channel.
Rule 2: the id of a bidding may hold dots; a bidder's number may not, so it stands after the last.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

Kind: TypeAlias = Literal[
    "bidding",
    "bidding.public",
    "bidding.seller",
    "bidding.control",
    "bidding.watch",
    "bidder",
    "roadshow",
    "roadshow.staff",
    "seller",
    "user",
    "desk",
    "market",
]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
ROOMS: Final[tuple[Kind, ...]] = ("bidding", "bidding.public", "roadshow", "roadshow.staff")
ASIDE: Final[tuple[Kind, ...]] = ("bidding.seller", "bidding.control", "bidding.watch")
NOTICE_KINDS: Final[tuple[Kind, ...]] = ("seller", "user", "desk")
MARKET: Final = "market"
QUEUES: Final = (
    "bidding", "control", "interests", "operations", "reports", "stage", "supervision",
)  # fmt: skip
NAME_CHARS_MAX: Final = 160
_BY_NAME: Final[dict[str, Kind]] = {kind: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Channel:
    """A parsed name. `id` is the bidding, session, org, account or queue; "" for the market."""

    kind: Kind
    id: str = ""
    number: str = ""

    def __str__(self) -> str:
        """The name."""
        if self.kind == MARKET:
            return MARKET
        return f"{self.kind}:{self.id}.{self.number}" if self.number else f"{self.kind}:{self.id}"


def parse(name: str) -> Channel | None:
    """Return the channel that a name means, None where it means none."""
    if name == MARKET:
        return Channel("market")
    word, _, rest = name.partition(":")
    kind = _BY_NAME.get(word)
    if kind is None or kind == MARKET or not rest or len(name) > NAME_CHARS_MAX:
        return None
    if kind != "bidder":
        return Channel(kind, rest)
    bidding, dot, number = rest.rpartition(".")
    return Channel(kind, bidding, number) if dot and bidding and number else None


def room(bidding_id: str) -> str:
    """The room of a bidding, for those who are in it."""
    return f"bidding:{bidding_id}"


def public_room(bidding_id: str) -> str:
    """The same, delayed, for anyone allowed in."""
    return f"bidding.public:{bidding_id}"


def aside(kind: Kind, bidding_id: str) -> str:
    """What the seller, the controller or the supervisor gets beyond the room."""
    assert kind in ASIDE, "only these three stand aside of a room"
    return f"{kind}:{bidding_id}"


def bidder(bidding_id: str, number: str) -> str:
    """The channel of one bidder."""
    return f"bidder:{bidding_id}.{number}"


def show(session_id: str) -> str:
    """The channel of a session."""
    return f"roadshow:{session_id}"


def staff(session_id: str) -> str:
    """The same with what only those who run it see."""
    return f"roadshow.staff:{session_id}"
