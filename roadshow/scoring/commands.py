"""What may be asked about the scores of a session (domain 7.4).

Rule 1: the session is the root in the envelope; the expert who scores is the actor.
Rule 2: a score is a whole number of tenths, 0 to 1000 (SC-1: 0 to 100, one decimal).
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What is judged, and its weight in percent."""

    criterion: str
    weight: int


DEFAULT_CRITERIA = (
    Criterion(criterion="innovation", weight=30),
    Criterion(criterion="market", weight=25),
    Criterion(criterion="maturity", weight=20),
    Criterion(criterion="team", weight=15),
    Criterion(criterion="ip", weight=10),
)  # SC-2


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringTerms:
    """How a session is scored.

    criteria: weights sum to 100; ties are broken by the first, then the second (SC-7).
    reveal: per_item | end_of_session (SC-6). window_ms: scores count until so long after the
    item is completed (SC-5).
    """

    criteria: tuple[Criterion, ...] = DEFAULT_CRITERIA
    reveal: str = "per_item"
    window_ms: int = 60_000
    correction_window_ms: int = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanScoring:
    """Announce how is scored, before the first score."""

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
