"""When it is whose turn to open a socket, and who has to make room.

Rule 1: handshakes queue: each is given the time of its turn, at most `handshake_wait_ms` ahead.
Only what would wait longer is refused (503): a browser cannot read why, and a crowd that comes back
at once is no attack. An address that opens many has a queue of its own.
Rule 2: a socket is a stranger until it has said who it is (gateway/strangers.py): a hall of 300
phones is one address.
"""

from collections import OrderedDict
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from gateway.push.limits import Bucket, Limits
from gateway.strangers import Strangers

ADDRESSES_MAX: Final = 10_000


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
        strangers_max = max(1, min(limits.strangers_max, connections_max // 10))
        self.strangers = Strangers[object](limits.strangers_per_address_max, strangers_max)
        self._next_ms = 0.0
        self._handshakes: OrderedDict[str, Bucket] = OrderedDict()
        self.refused_count = 0

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
