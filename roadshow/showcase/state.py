"""What the rules know of a showcase card.

Rule 1: it is a value: whoever holds one may keep it.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from roadshow.showcase.commands import CardContent

Phase: TypeAlias = Literal[
    "nominated",
    "returned",
    "screened",
    "evaluated",
    "published",
    "revalidation_due",
    "expired",
    "converted",
    "removed",
]

ON_SHOW: Final[tuple[Phase, ...]] = ("published", "revalidation_due")
CLASSIFIABLE: Final[tuple[Phase, ...]] = ("nominated", "screened", "evaluated", *ON_SHOW)


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `sessions`: what it was selected for. `validity_ms`, `grace_ms`: as published."""

    card_id: str
    content: CardContent
    phase: Phase = "nominated"
    screened_by: str = ""
    innovation_level: int = 0
    industry: str = ""
    achievement_class: str = ""
    stage: str = ""
    sessions: tuple[str, ...] = ()
    validity_ms: int = 0
    grace_ms: int = 0
    valid_until_ms: int | None = None
    expires_at_ms: int | None = None
