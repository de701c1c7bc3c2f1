"""What the rules know of the interests of one session.

Rule 1: they are values: nothing in them is ever changed.
Rule 2: others see a count only, from `COUNT_SHOWN_MIN` people upward (7.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from roadshow.interest.commands import InterestTerms

COUNT_SHOWN_MIN: Final = 3
KINDS: Final = (
    "invest",
    "buy",
    "license",
    "co_develop",
    "pilot_test",
    "order_development",
    "loan",
    "other",
)

Phase: TypeAlias = Literal[
    "registered",
    "acknowledged",
    "contacted",
    "matching",
    "stale",
    "converted",
    "declined",
    "closed",
]

RUNNING: Final[tuple[Phase, ...]] = (
    "registered",
    "acknowledged",
    "contacted",
    "matching",
    "stale",
)


@dataclass(frozen=True, slots=True)
class Interest:
    """One interest. `overdue_at_ms`: when the next step is late; None where none is awaited."""

    interest_id: str
    item_id: str
    account_id: str
    kind: str
    nda_wished: bool
    phase: Phase
    overdue_at_ms: int | None
    stale_at_ms: int
    close_at_ms: int


@dataclass(frozen=True, slots=True)
class Interests:
    """All interests of a session, in the order in which they came.

    newest: `item/kind/account` → that person's newest interest of the kind.
    people: item → how many different people have been interested.
    due_ms: when the earliest timer is due.
    """

    terms: InterestTerms = field(default_factory=InterestTerms)
    interests: Mapping[str, Interest] = field(default_factory=dict[str, Interest])
    newest: Mapping[str, str] = field(default_factory=dict[str, str])
    people: Mapping[str, int] = field(default_factory=dict[str, int])
    due_ms: int | None = None


def key_of(item_id: str, kind: str, account_id: str) -> str:
    """Return under which key of `newest` one person's interest of a kind stands."""
    return f"{item_id}/{kind}/{account_id}"


def shown_count(interests: Interests, item_id: str) -> int | None:
    """Return how many people others may be told of; None below three."""
    count = interests.people.get(item_id, 0)
    return count if count >= COUNT_SHOWN_MIN else None
