"""When it is whose turn to open a socket, and who has to make room.

Rule 1: handshakes queue: each is given the time of its turn, at most `handshake_wait_ms` ahead.
Only what would wait longer is refused (503): a browser cannot read why, and a crowd that comes back
at once is no attack. An address that opens many has a queue of its own.
Rule 2: a socket is a stranger until it has said who it is: a hall of 300 phones is one address.
Rule 3: strangers never stand in the next visitor's way: beyond a bound the one that has been silent
for longest is closed in his place. That costs the same however many there are.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from gateway.push.limits import Bucket, Limits

ADDRESSES_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Turn:
    """How long to wait before the handshake is answered."""

    wait_ms: int


class Admission:
    """See the module's rules. A `stranger` is whatever stands for a socket."""

    def __init__(self, limits: Limits, connections_max: int) -> None:
        """`connections_max`: what the process can hold (file descriptors)."""
        self._limits = limits
        self._connections_max = connections_max
        self._strangers_max = max(1, min(limits.strangers_max, connections_max // 10))
        self._next_ms = 0.0
        self._strangers: OrderedDict[Hashable, str] = OrderedDict()
        self._by_address: dict[str, OrderedDict[Hashable, None]] = {}
        self._handshakes: OrderedDict[str, Bucket] = OrderedDict()
        self.refused_count = 0
        self.replaced_count = 0

    def arrive(self, address: str, open_count: int, now_ms: int) -> Turn | HTTPStatus:
        """Give a handshake its turn, or the status that refuses it."""
        limits = self._limits
        own_ms = self._bucket(address).wait_ms(1, now_ms)
        wait_ms = max(0.0, self._next_ms - now_ms, own_ms)
        if wait_ms > limits.handshake_wait_ms or open_count > self._connections_max:
            self.refused_count += 1
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._bucket(address).owe(1, now_ms)
        self._next_ms = max(self._next_ms, float(now_ms)) + 1_000 / limits.handshakes_per_second
        return Turn(int(wait_ms))

    def _bucket(self, address: str) -> Bucket:
        found = self._handshakes.get(address)
        if found is None:
            limits = self._limits
            found = Bucket(limits.address_handshakes_per_second, limits.address_handshakes_burst)
            self._handshakes[address] = found
            if len(self._handshakes) > ADDRESSES_MAX:
                self._handshakes.popitem(last=False)
        self._handshakes.move_to_end(address)
        return found

    def stranger(self, socket: Hashable, address: str = "") -> Hashable | None:
        """Count a socket that has not said who it is, or has just said something more.

        Returns the one to be closed in its place. `address` "": not known yet (a proxy's).
        """
        self.known(socket)
        self._strangers[socket] = address
        if address:
            theirs = self._by_address.setdefault(address, OrderedDict())
            theirs[socket] = None
            if len(theirs) > self._limits.strangers_per_address_max:
                return self._replace(next(iter(theirs)))
        if len(self._strangers) > self._strangers_max:
            return self._replace(next(iter(self._strangers)))
        return None

    def _replace(self, socket: Hashable) -> Hashable:
        self.known(socket)
        self.replaced_count += 1
        return socket

    def known(self, socket: Hashable) -> None:
        """It has said who it is, or is gone."""
        address = self._strangers.pop(socket, "")
        theirs = self._by_address.get(address)
        if theirs is not None:
            theirs.pop(socket, None)
            if not theirs:
                del self._by_address[address]
