"""From the experts' tenths to an item's score and the ranking, in whole numbers only (7.4).

Rule 1: an expert's total is the sum of weight × tenths: hundred-thousandths, exact, since weights
are basis points.
Rule 2: with five or more valid, one highest and one lowest are dropped (SC-3).
Rule 3: fewer than three valid are no score (SC-4).
Rule 4: hundredths, half up (SC-3).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from roadshow.scoring.commands import Criterion
from roadshow.scoring.events import Ranked

Criteria: TypeAlias = Sequence[Criterion]
Given: TypeAlias = Mapping[str, tuple[int, ...]]
"""expert → tenths by criterion."""

TRIM_FROM_COUNT: Final = 5
VALID_MIN: Final = 3
TIE_CRITERIA: Final = ("innovation", "market")  # SC-7, in this order
_TENTH: Final = 10_000
_HUNDREDTH: Final = 1_000


def total(criteria: Criteria, tenths: Sequence[int]) -> int:
    """Return an expert's weighted score of an item, in hundred-thousandths."""
    pairs = zip(criteria, tenths, strict=True)
    return sum(criterion.weight_bp * tenth for criterion, tenth in pairs)


def trimmed_mean_hundredths(totals: Collection[int]) -> int | None:
    """Return the mean of what is left after trimming; None where it is no score (SC-3, SC-4)."""
    if len(totals) < VALID_MIN:
        return None
    kept = sorted(totals)
    if len(kept) >= TRIM_FROM_COUNT:
        kept = kept[1:-1]
    step = _HUNDREDTH * len(kept)
    return (2 * sum(kept) + step) // (2 * step)


def score_hundredths(criteria: Criteria, given: Given) -> int | None:
    """Return an item's score from the valid scores."""
    totals = [total(criteria, tenths) for tenths in given.values()]
    return trimmed_mean_hundredths(totals)


def ranking(criteria: Criteria, items: Iterable[tuple[str, Given]]) -> tuple[Ranked, ...]:
    """Rank items by score, then innovation, then market, else equal (SC-7).

    What has no score stands at the end without a rank, in the order given.
    """
    keyed: list[tuple[tuple[int, ...], str]] = []
    unscored: list[Ranked] = []
    for item_id, given in items:
        score = score_hundredths(criteria, given)
        if score is None:
            unscored.append(Ranked(item_id, None, None))
        else:
            keyed.append(((-score, *_tie_breakers(criteria, given)), item_id))
    keyed.sort(key=lambda pair: pair[0])
    ranked: list[Ranked] = []
    for index, (key, item_id) in enumerate(keyed):
        equal = index > 0 and keyed[index - 1][0] == key
        rank = ranked[-1].rank if equal else index + 1
        ranked.append(Ranked(item_id, rank, -key[0]))
    return (*ranked, *unscored)


def _tie_breakers(criteria: Criteria, given: Given) -> tuple[int, ...]:
    """The item's score by innovation alone and by market alone, the better the less."""
    names = [criterion.name for criterion in criteria]
    columns = [names.index(name) for name in TIE_CRITERIA if name in names]
    return tuple(-(_mean_of_column(given, column) or 0) for column in columns)


def _mean_of_column(given: Given, column: int) -> int | None:
    totals = [tenths[column] * _TENTH for tenths in given.values()]
    return trimmed_mean_hundredths(totals)
