"""How many commands an account may give in a second (push.md, part 4).

Rule 1: what came by another process (pages beside sockets, a second gateway) counts from when the
log tells of it: over all doors together an account gets its five, and what was on its way.
"""

from collections import OrderedDict, deque
from typing import ClassVar, Final

from infra.clock import monotonic_ms

COMMANDS_MAX: Final = 5
WITHIN_MS: Final = 1_000


class Rates:
    """The last commands of each account; who is quiet is forgotten."""

    ACCOUNTS_MAX: ClassVar[int] = 20_000

    def __init__(self) -> None:
        """Nobody has asked."""
        self._taken: OrderedDict[str, deque[tuple[int, str]]] = OrderedDict()

    def take(self, account_id: str, command_id: str) -> bool:
        """Count one more; False where that is too many, and then it does not count."""
        now_ms, taken = monotonic_ms(), self._of(account_id)
        if len(taken) == COMMANDS_MAX and now_ms - taken[0][0] < WITHIN_MS:
            return False
        taken.append((now_ms, command_id))
        return True

    def heard(self, account_id: str, command_id: str) -> None:
        """The log tells of a command; it counts where it did not come through here."""
        taken = self._of(account_id)
        if all(known != command_id for _, known in taken):
            taken.append((monotonic_ms(), command_id))

    def _of(self, account_id: str) -> deque[tuple[int, str]]:
        taken = self._taken.get(account_id)
        if taken is None:
            taken = self._taken[account_id] = deque(maxlen=COMMANDS_MAX)
            while len(self._taken) > self.ACCOUNTS_MAX:
                self._taken.popitem(last=False)
        self._taken.move_to_end(account_id)
        return taken
