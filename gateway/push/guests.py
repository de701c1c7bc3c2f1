"""What all who have not signed in may hold and ask, together and by address (bounds: limits.py).

Rule 1: guests never use up what the signed-in need: there is a number of them in all.
Rule 2: what they ask is work, counted in commands (a KiB is one too). Beyond their share nobody is
refused or closed: the socket is left unread for as long as its address, or all guests together,
owe. What is not read costs us nothing, and TCP tells the sender to wait. Who waits has his turn
behind all who wait already, so that hundreds do not look again and again whether it is theirs.
Rule 3: of addresses that have nobody here the ones used last are remembered, `ADDRESSES_MAX` in
all; to forget one costs the same however many there are.
"""

from collections import OrderedDict
from typing import Final

from gateway.push.limits import Bucket, Limits

ADDRESSES_MAX: Final = 10_000
BYTES_A_UNIT: Final = 1_024
TURN_UNITS: Final = 8  # about what a guest takes when it is his turn: a KiB of commands
TURN_MS_MAX: Final = 2_000  # his answers to pings are to be read in time


class _Address:
    __slots__ = ("count", "work")

    def __init__(self, limits: Limits) -> None:
        self.count = 0
        self.work = Bucket(limits.address_work_per_second, limits.address_work_burst)


class Guests:
    """See the module's rules."""

    def __init__(self, limits: Limits, connections_max: int) -> None:
        """`connections_max`: what the process can hold."""
        self._limits = limits
        self._guests_max = max(1, connections_max * limits.guests_percent // 100)
        self._work = Bucket(limits.guest_work_per_second, limits.guest_work_burst)
        self._busy: dict[str, _Address] = {}  # have somebody here
        self._idle: OrderedDict[str, _Address] = OrderedDict()
        self.count = 0
        self.waiting_count = 0  # sockets that are left unread

    def come(self, address: str) -> bool:
        """Count one in; False where there are as many as there may be."""
        here = self._at(address)
        if self.count >= self._guests_max or here.count >= self._limits.guests_per_address_max:
            return False
        self._idle.pop(address, None)
        self._busy[address] = here
        here.count += 1
        self.count += 1
        return True

    def go(self, address: str) -> None:
        """Count one out."""
        here = self._busy[address]
        here.count -= 1
        self.count -= 1
        if not here.count:
            del self._busy[address]
            self._remember(address, here)

    def owe(self, address: str, commands: int, size: int, now_ms: int) -> None:
        """Somebody of an address asked for something, in so many bytes."""
        work = max(commands, size // BYTES_A_UNIT)
        self._at(address).work.owe(work, now_ms)
        self._work.owe(work, now_ms)

    def wait_ms(self, address: str, now_ms: int) -> int:
        """Return for how long nothing more of an address is to be read (0: read on)."""
        own_ms = self._at(address).work.wait_ms(0, now_ms)
        owed_ms = max(own_ms, self._work.wait_ms(0, now_ms))
        turn_ms = self.waiting_count * TURN_UNITS * 1_000 // self._limits.guest_work_per_second
        return owed_ms and max(owed_ms, min(turn_ms, TURN_MS_MAX))

    def _at(self, address: str) -> _Address:
        found = self._busy.get(address) or self._idle.get(address)
        if found is None:
            found = _Address(self._limits)
            self._remember(address, found)
        return found

    def _remember(self, address: str, here: _Address) -> None:
        self._idle[address] = here
        if len(self._idle) > ADDRESSES_MAX:
            self._idle.popitem(last=False)
