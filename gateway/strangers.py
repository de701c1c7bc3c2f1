"""Sockets of those who have said nothing yet, and which of them makes room for the next visitor.

Rule 1: beyond a bound, of an address or of all, the one that has been silent for longest goes; the
next visitor never does. That costs the same however many there are.
"""

from collections import OrderedDict
from typing import Generic, TypeVar

Socket = TypeVar("Socket")


class Strangers(Generic[Socket]):
    """The silent sockets, the oldest first. A `Socket` is whatever stands for one."""

    def __init__(self, per_address_max: int, in_all_max: int) -> None:
        """`in_all_max`: over all addresses."""
        self._per_address_max = per_address_max
        self._in_all_max = in_all_max
        self._all: OrderedDict[Socket, str] = OrderedDict()
        self._by_address: dict[str, OrderedDict[Socket, None]] = {}
        self.replaced_count = 0

    def add(self, socket: Socket, address: str = "") -> Socket | None:
        """Count one that is silent from now on; returns the one to be closed in its place.

        `address` "": not known yet (a proxy's).
        """
        self.remove(socket)
        self._all[socket] = address
        if address:
            theirs = self._by_address.setdefault(address, OrderedDict())
            theirs[socket] = None
            if len(theirs) > self._per_address_max:
                return self._replace(next(iter(theirs)))
        if len(self._all) > self._in_all_max:
            return self._replace(next(iter(self._all)))
        return None

    def _replace(self, socket: Socket) -> Socket:
        self.remove(socket)
        self.replaced_count += 1
        return socket

    def remove(self, socket: Socket) -> None:
        """It has spoken, or is gone; one who is not here does not matter."""
        address = self._all.pop(socket, "")
        theirs = self._by_address.get(address)
        if theirs is not None:
            theirs.pop(socket, None)
            if not theirs:
                del self._by_address[address]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._all)
