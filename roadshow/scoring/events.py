"""What has happened to the scores of a session. `PUBLIC` names what screens count by.

Rule 1: who gave which score is never public; the item's score is, once revealed (SC-6).
"""

from dataclasses import dataclass
from typing import ClassVar

from roadshow.scoring.commands import ScoringTerms


@dataclass(frozen=True, slots=True)
class ScoringPlanned:
    """How this session is scored."""

    type: ClassVar[str] = "scoring_planned"
    terms: ScoringTerms


@dataclass(frozen=True, slots=True)
class ScoreGiven:
    """An expert's scores of an item, in tenths by criterion."""

    type: ClassVar[str] = "score_given"
    item_id: str
    expert: str
    tenths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScoringClosing:
    """The item is completed: scores count until `locks_at_ms`."""

    type: ClassVar[str] = "scoring_closing"
    item_id: str
    locks_at_ms: int


@dataclass(frozen=True, slots=True)
class ScoresDropped:
    """These experts gave a score, and were recused since: it does not count (SC-4)."""

    type: ClassVar[str] = "scores_dropped"
    item_id: str
    experts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoresLocked:
    """No expert changes his score any more (SC-5)."""

    type: ClassVar[str] = "scores_locked"
    item_id: str
    valid_count: int


@dataclass(frozen=True, slots=True)
class CorrectionProposed:
    """The first of two people asked for this correction."""

    type: ClassVar[str] = "correction_proposed"
    item_id: str
    expert: str
    tenths: tuple[int, ...]
    reason: str
    by: str
    by_role: str
    counts_until_ms: int


@dataclass(frozen=True, slots=True)
class ScoreCorrected:
    """Both asked: these scores count now."""

    type: ClassVar[str] = "score_corrected"
    item_id: str
    expert: str
    tenths: tuple[int, ...]
    reason: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class ScoresRevealed:
    """The item's score in hundredths; None where fewer than three are valid (SC-4).

    corrected: told again after a correction.
    """

    type: ClassVar[str] = "scores_revealed"
    item_id: str
    score_hundredths: int | None
    valid_count: int
    corrected: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in the ranking; equals share a rank (SC-7). Unscored items bear none."""

    item_id: str
    rank: int | None
    score_hundredths: int | None


@dataclass(frozen=True, slots=True)
class RankingRevealed:
    """The ranking by expert score alone (SC-8)."""

    type: ClassVar[str] = "ranking_revealed"
    ranking: tuple[Ranked, ...]


EVENTS = (
    ScoringPlanned, ScoreGiven, ScoringClosing, ScoresDropped, ScoresLocked, CorrectionProposed,
    ScoreCorrected, ScoresRevealed, RankingRevealed,
)  # fmt: skip

PUBLIC = frozenset((ScoringPlanned, ScoresLocked, ScoresRevealed, RankingRevealed))
