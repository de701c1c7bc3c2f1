"""What may be asked about the scores of a session (domain 7.4).

Rule 1: the session is the root in the envelope; the expert who scores is the actor.
Rule 2: a score is a whole number of tenths, 0 to 1000 (SC-1: 0 to 100, one decimal).
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What is judged, and its weight in basis points."""

    name: str
    weight_bp: int


DEFAULT_CRITERIA = (
    Criterion(name="innovation", weight_bp=3_000),
    Criterion(name="market", weight_bp=2_500),
    Criterion(name="maturity", weight_bp=2_000),
    Criterion(name="team", weight_bp=1_500),
    Criterion(name="ip", weight_bp=1_000),
)  # SC-2


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringTerms:
    """How a session is scored.

    criteria: their weights sum to 10000. reveal: per_item | end_of_session (SC-6).
    window_ms: scores count until so long after the item is finished (SC-5).
    correction_window_ms: until when the second of two people must ask for the same.
    """

    criteria: tuple[Criterion, ...] = DEFAULT_CRITERIA
    reveal: str = "per_item"
    window_ms: int = 60_000
    correction_window_ms: int = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanScoring:
    """Announce how is scored, before the first score; without it the defaults hold."""

    type: ClassVar[str] = "plan_scoring"
    terms: ScoringTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveScore:
    """Score an item: all criteria, in the order of the terms. The same again replaces it."""

    type: ClassVar[str] = "give_score"
    item_id: str
    tenths: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectScore:
    """Change one expert's scores after the lock: the same from two people; the second acts.

    tenths: empty to strike the expert's scores out (SC-4).
    """

    type: ClassVar[str] = "correct_score"
    item_id: str
    expert: str
    tenths: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealScores:
    """Show an item's score on every screen; without an item the whole ranking."""

    type: ClassVar[str] = "reveal_scores"
    item_id: str | None = None


COMMANDS = (PlanScoring, GiveScore, CorrectScore, RevealScores)
