"""The broker's time as a gateway knows it (push.md, part 3).

Rule 1: what is received cannot have been appended later. So the broker's clock is ahead of
`received - delay` for every record, and the least delay lately seen is the best measure.
Rule 2: "received" is monotonic: a wall clock that jumps moves nothing that people count down by.
"""

from collections import deque
from typing import Final

from infra.clock import monotonic_ms, now_ms

SECONDS_KEPT: Final = 60


class LogTime:
    """Our monotonic clock, corrected by what the last minute's records say."""

    def __init__(self) -> None:
        """Until something has been heard it is our own wall clock."""
        self._ahead = now_ms() - monotonic_ms()
        self._best: deque[tuple[int, int]] = deque(maxlen=SECONDS_KEPT)

    def hear(self, appended_ms: int) -> None:
        """Take the append stamp of a record that has just come."""
        received_ms = monotonic_ms()
        second, ahead = received_ms // 1_000, appended_ms - received_ms
        if self._best and self._best[-1][0] == second:
            if ahead <= self._best[-1][1]:
                return
            self._best.pop()
        self._best.append((second, ahead))
        self._ahead = max(ahead for _, ahead in self._best)

    def expect(self, at_ms: int) -> None:
        """Be no earlier than what the log holds already, as long as nothing has been heard."""
        if not self._best:
            self._ahead = max(self._ahead, at_ms - monotonic_ms())

    def now_ms(self) -> int:
        """Return the broker's time."""
        return monotonic_ms() + self._ahead
