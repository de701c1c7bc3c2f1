"""What the rules know of the scores of one session.

Rule 1: they are values: nothing in them is ever changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from roadshow.scoring.commands import ScoringTerms

Phase: TypeAlias = Literal["open", "closing", "locked", "revealed"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What the first of two people asked for."""

    expert: str
    tenths: tuple[int, ...]
    reason: str
    by: str
    by_role: str
    counts_until_ms: int


@dataclass(frozen=True, slots=True)
class ItemScores:
    """The scores of one item.

    given: expert → tenths by criterion, in the order of first giving.
    locks_at_ms: None until the item is completed, and after the lock.
    """

    phase: Phase = "open"
    given: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    locks_at_ms: int | None = None
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """All scores of a session."""

    terms: ScoringTerms = field(default_factory=ScoringTerms)
    items: Mapping[str, ItemScores] = field(default_factory=dict[str, ItemScores])
    ranked: bool = False
