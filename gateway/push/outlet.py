"""Where a connection's bytes go: the write path, and the end of those who do not read.

Rule 1: while everything is sent, the hub writes to the socket's own `descriptor`, past the
transport, and gives us what did not go (`write_rest`). The transport's high-water mark is 0: it
writes at once too, and says at once when something stays unsent (`pause`). Nothing can overtake.
Rule 2: from then on bytes are counted. Above the bound, or when what was unsent at one time has not
gone `progress_ms` later, the reader is evicted: by aborting the transport, as nothing can be told
to one who does not read.
Rule 3: `descriptor` is the socket's only while all is sent and the connection has not left the hub
(`shut`). Transports tell their protocol before they close a socket, so that no other connection
is ever reached by a number that was used again.
Rule 4: of conflated messages a paused reader is kept the newest of each key, and given them
together once all has gone.
"""

from collections.abc import Callable
from typing import Final, Protocol

from gateway.push.frames import frame_of

NOWHERE: Final = -1
"""No descriptor: a write on it fails and changes nothing."""


class Transport(Protocol):
    """The part of an asyncio transport that counts here."""

    def write(self, data: bytes) -> None:
        """Send or buffer."""
        ...

    def get_write_buffer_size(self) -> int:
        """How many bytes are unsent."""
        ...


class Outlet:
    """See the module's rules."""

    __slots__ = (
        "_added", "_descriptor", "_evict", "_kept", "_mark", "_mark_at_ms", "_transport",
        "_unsent_max", "_write", "descriptor", "paused",
    )  # fmt: skip

    def __init__(
        self,
        transport: Transport,
        descriptor: int,
        unsent_bytes_max: int,
        evict: Callable[[], None],
    ) -> None:
        """`descriptor` is the transport's; `evict` ends the connection at once."""
        self.descriptor = descriptor
        self.paused = False
        self._descriptor = descriptor
        self._write: Callable[[bytes], None] = transport.write
        self._transport = transport
        self._unsent_max = unsent_bytes_max
        self._evict = evict
        self._kept: dict[tuple[str, str], bytes] = {}
        self._added = 0
        self._mark = 0
        self._mark_at_ms = 0

    @property
    def unsent(self) -> int:
        """How many bytes are unsent."""
        return self._transport.get_write_buffer_size() if self.paused else 0

    def write_rest(self, frame: bytes, sent: int) -> None:
        """Send what did not go at once."""
        self._write(frame[sent:])

    def write_more(self, frame: bytes) -> None:
        """Send, whether paused or not; evicts beyond the bound."""
        if self.paused:
            if self.unsent + len(frame) > self._unsent_max:
                self._evict()
                return
            self._added += len(frame)
        self._write(frame)

    def keep(self, channel: str, key: str, message: bytes) -> None:
        """Keep the newest of a key until all has gone."""
        self._kept[channel, key] = message

    def forget(self, channel: str) -> None:
        """Nothing of this channel any more."""
        if self._kept:
            self._kept = {name: each for name, each in self._kept.items() if name[0] != channel}

    def pause(self, now_ms: int) -> None:
        """Something stays unsent."""
        self.paused = True
        self.descriptor = NOWHERE
        self._begin(now_ms)
        if self._mark > self._unsent_max:
            self._evict()

    def resume(self) -> None:
        """All has gone."""
        self.paused = False
        self.descriptor = self._descriptor
        if self._kept:
            kept, self._kept = self._kept, {}
            self._write(frame_of(kept.values()))

    def is_stalled(self, now_ms: int, progress_ms: int) -> bool:
        """Whether what was unsent `progress_ms` ago still is."""
        if not self.paused or now_ms < self._mark_at_ms + progress_ms:
            return False
        if self.unsent > self._added:
            return True
        self._begin(now_ms)
        return False

    def _begin(self, now_ms: int) -> None:
        self._mark_at_ms = now_ms
        self._mark = self._transport.get_write_buffer_size()
        self._added = 0

    def shut(self) -> None:
        """Send nothing more."""
        self._write = _nowhere
        self.descriptor = self._descriptor = NOWHERE
        self._kept = {}


def _nowhere(_frame: bytes) -> None:
    pass
