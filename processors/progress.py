"""Whether a partition gets on: looked at again and again, from outside its own task.

Rule: it is stalled when commands wait and nothing has moved over several looks in a row. Looks, not
seconds, are counted, so that a process that was asleep is not taken for one that is stuck.
"""

from typing import Final

LOOKS_MAX: Final = 4


class Progress:
    """Remembers the last look at each partition."""

    def __init__(self, looks_max: int = LOOKS_MAX) -> None:
        """Nothing has been looked at."""
        self._looks_max = looks_max
        self._looks: dict[int, tuple[tuple[int, int], int]] = {}

    def stalled(
        self, partition: int, *, end: int, next_command: int, moved: tuple[int, int]
    ) -> bool:
        """Note a look; `moved` changes whenever the partition gets on, `end` is its topic's."""
        before, count = self._looks.get(partition, (None, 0))
        count = count + 1 if end > next_command and before == moved else 0
        self._looks[partition] = (moved, count)
        return count >= self._looks_max

    def forget(self) -> None:
        """Begin anew: where no broker answers, nobody can get on."""
        self._looks.clear()
