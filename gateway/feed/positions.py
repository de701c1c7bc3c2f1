"""Whether a place on the log may be told: the one place that decides it (push.md, part 1).

Rule 1: offsets of a partition count all that is decided in it, in whatever bidding. So while
envelopes lie closed in any of its biddings none is told, to anybody and of whatever stands there.
Rule 2: a bidding that the public sees later would be counted likewise: while one runs, a position
there is told of that bidding alone, whose people see all of it, and the public with what stands
there.
Rule 3: whether it hides is read off phases that everybody knows, never off what happens in it.
"""

from collections import defaultdict

from gateway.views import bidding as view
from trading.bidding.state import Bidding

_ALL = ""  # beside the ids of biddings: hides it from every one


class Positions:
    """See the module's rules."""

    def __init__(self) -> None:
        """Nothing is hidden."""
        self._sealed: dict[int, set[str]] = defaultdict(set)
        self._delayed: dict[int, set[str]] = defaultdict(set)
        self._until: dict[int, dict[str, int]] = defaultdict(dict)

    def note(
        self, bidding_id: str, partition: int, within: Bidding | None, outside: Bidding | None
    ) -> None:
        """Learn how a bidding stands now, for those in its room and for the public."""
        for kept, hides in (
            (self._sealed, within is not None and view.keeps_secrets(within)),
            (self._delayed, within is not None and _lags(within, outside)),
        ):
            if hides:
                kept[partition].add(bidding_id)
            else:
                kept[partition].discard(bidding_id)

    def pass_by(self, partition: int, offset: int) -> None:
        """Learn that a decision stands there: who is not told of it now is not told later."""
        until = self._until[partition]
        until.update(dict.fromkeys(self._delayed[partition], offset))
        if self._sealed[partition]:
            until[_ALL] = offset

    def are_told(self, partition: int, bidding_id: str) -> bool:
        """Whether a position of the partition may be told of this bidding."""
        return not self._sealed[partition] and not self._delayed[partition] - {bidding_id}

    def hidden_until(self, partition: int, bidding_id: str) -> int:
        """Return the last offset that this bidding was not told of, where it was hidden (-1)."""
        hidden = (at for by, at in self._until[partition].items() if by != bidding_id)
        return max(hidden, default=-1)

    def forget(self, partition: int) -> None:
        """Begin a partition anew."""
        for kept in (self._sealed, self._delayed, self._until):
            kept.pop(partition, None)


def _lags(within: Bidding, outside: Bidding | None) -> bool:
    """Whether something may have happened that the public is yet to see."""
    if not within.facts.terms.public_delay_ms or view.is_ahead(within):
        return False
    return outside is None or not view.is_over(outside)
