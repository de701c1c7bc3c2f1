"""What may be asked about the scores of a session (domain 7.4).

Rule 1: the session is the root in the envelope; the expert who scores is the actor.
Rule 2: a score is a whole number of tenths, 0 to 1000 (SC-1: 0 to 100, one decimal).
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveScore:
    """Score an item: all criteria, in the order of the plan. The same again replaces it."""

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


COMMANDS = (GiveScore, CorrectScore, RevealScores)
