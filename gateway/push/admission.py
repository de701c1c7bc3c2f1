"""When it is whose turn to open a socket.

Rule 1: handshakes queue: each is given the time of its turn, at most `handshake_wait_ms` ahead.
Only what would wait longer is refused (503): a browser cannot read why, and a crowd that comes back
at once is no attack.
Rule 2: an address counts only while its sockets have not said who they are: a hall of 300 phones is
one address.
"""

from dataclasses import dataclass
from http import HTTPStatus

from gateway.push.limits import Limits


@dataclass(frozen=True, slots=True)
class Turn:
    """How long to wait before the handshake is answered."""

    wait_ms: int


class Admission:
    """See the module's rules."""

    def __init__(self, limits: Limits, connections_max: int) -> None:
        """`connections_max`: what the process can hold (file descriptors)."""
        self._limits = limits
        self._connections_max = connections_max
        self._next_ms = 0.0
        self._strangers: dict[str, int] = {}
        self.refused_count = 0

    def arrive(self, address: str, open_count: int, now_ms: int) -> Turn | HTTPStatus:
        """Give a handshake its turn, or the status that refuses it."""
        limits = self._limits
        if self._strangers.get(address, 0) >= limits.strangers_per_address_max:
            self.refused_count += 1
            return HTTPStatus.TOO_MANY_REQUESTS
        wait_ms = max(0.0, self._next_ms - now_ms)
        if wait_ms > limits.handshake_wait_ms or open_count > self._connections_max:
            self.refused_count += 1
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._next_ms = max(self._next_ms, float(now_ms)) + 1_000 / limits.handshakes_per_second
        return Turn(int(wait_ms))

    def stranger(self, address: str) -> None:
        """A socket was opened that has not said who it is."""
        self._strangers[address] = self._strangers.get(address, 0) + 1

    def known(self, address: str) -> None:
        """It has, or is gone."""
        left = self._strangers.get(address, 0) - 1
        if left > 0:
            self._strangers[address] = left
        else:
            self._strangers.pop(address, None)
