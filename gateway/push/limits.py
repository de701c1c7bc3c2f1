"""How much one connection, one account and one process may take: every bound has a name here."""

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in milliseconds, sizes in bytes."""

    frame_bytes_max: int = 64 * 1024  # until it is known who it is, and of guests
    account_frame_bytes_max: int = 256 * 1024
    fragments_max: int = 64
    channels_max: int = 128
    calls_max: int = 16
    commands_per_second: int = 50
    commands_burst: int = 512
    control_frames_per_second: int = 2
    control_frames_burst: int = 30
    greeting_ms: int = 5_000  # from the socket's opening to an accepted connect
    ping_ms: int = 5_000
    pong_ms: int = 4_000
    hold_ms: int = 2_000
    expiry_grace_ms: int = 10_000
    unsent_bytes_max: int = 512 * 1024
    progress_ms: int = 4_000  # what was unsent then must have gone by now
    per_account_max: int = 32
    connections_max: int = 20_000
    handshake_ms: int = 5_000
    handshakes_per_second: int = 800
    handshake_wait_ms: int = 3_000
    address_handshakes_per_second: int = 100
    address_handshakes_burst: int = 2_000
    strangers_per_address_max: int = 1_000  # sockets that have not said who they are
    strangers_max: int = 4_000  # at most a tenth of what the process can hold
    guests_percent: int = 80  # of what the process can hold: the rest is for the signed-in
    guests_per_address_max: int = 1_000
    guest_channels_max: int = 32
    guest_work_per_second: int = 1_000  # all guests together; gateway/push/guests.py
    guest_work_burst: int = 5_000
    address_work_per_second: int = 250  # all guests of an address
    address_work_burst: int = 3_000


class Bucket:
    """Tokens that come back with time: how often something may happen."""

    __slots__ = ("_at_ms", "_burst", "_left", "_per_ms")

    def __init__(self, per_second: int, burst: int) -> None:
        """Full at first."""
        self._per_ms = per_second / 1_000
        self._burst = float(burst)
        self._left = float(burst)
        self._at_ms = 0

    def take(self, count: int, now_ms: int) -> bool:
        """Take `count` if they are there."""
        self._left = min(self._burst, self._left + (now_ms - self._at_ms) * self._per_ms)
        self._at_ms = now_ms
        if self._left < count:
            return False
        self._left -= count
        return True

    def owe(self, count: int, now_ms: int) -> None:
        """Take `count`, whether they are there or not: what is missing is owed."""
        self.wait_ms(0, now_ms)
        self._left -= count

    def wait_ms(self, count: int, now_ms: int) -> int:
        """Return in how many milliseconds `count` will be there, and nothing owed."""
        self._left = min(self._burst, self._left + (now_ms - self._at_ms) * self._per_ms)
        self._at_ms = now_ms
        return 0 if self._left >= count else ceil((count - self._left) / self._per_ms)
