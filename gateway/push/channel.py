"""One channel of the hub: its ring, its subscribers, and what waits for the next tick.

Rule 1: two lanes. Critical messages all go out, in order; of conflated ones only the newest of a
key. A subscriber that is `paused` (something is unsent) is given no conflated message, it keeps the
newest for later.
Rule 2: all subscribers of a tick are given the same bytes.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from gateway.push.frames import frame_of
from gateway.push.presence import Member
from gateway.push.protocol import PUSH_SUFFIX, encode, publication, push_prefix
from gateway.push.ring import Ring

KEYS_MAX: Final = 1_024


class Subscriber(Protocol):
    """Where a connection's bytes go (outlet.Outlet)."""

    paused: bool
    """Whether something given to it is still unsent."""

    @property
    def descriptor(self) -> Any:
        """What the hub's `write` takes while all is sent; else what it raises `OSError` on."""
        ...

    def write_rest(self, frame: bytes, sent: int) -> None:
        """Send what `write` did not take of whole frames; never waits. Not while paused."""
        ...

    def write_more(self, frame: bytes) -> None:
        """Send whole frames, paused or not: they count against the bound."""
        ...

    def keep(self, channel: str, key: str, message: bytes) -> None:
        """Send this once nothing is unsent, unless a newer one comes."""
        ...

    def forget(self, channel: str) -> None:
        """Nothing that was kept of a channel is to be sent any more."""
        ...


class Channel:
    """See the module's rules."""

    __slots__ = (
        "_is_shared", "_latest", "_latest_body", "_prefix", "_state_body", "_state_offset",
        "conflated", "critical", "due_since_ms", "members", "name", "rested_at_ms", "ring",
        "subscribers",
    )  # fmt: skip

    def __init__(self, name: str, ring: Ring, *, is_shared: bool = True) -> None:
        """`ring`: what can be recovered. `is_shared`: its state changes with its offset alone."""
        self.name = name
        self.ring = ring
        self.members: dict[Subscriber, Member] = {}
        self.subscribers: tuple[Subscriber, ...] = ()
        self.critical: list[bytes] = []
        self.conflated: dict[str, bytes] = {}
        self.rested_at_ms = 0
        self.due_since_ms = 0
        self._is_shared = is_shared
        self._prefix = push_prefix(name)
        self._latest: dict[str, tuple[int, Mapping[str, Any]]] = {}
        self._latest_body: bytes | None = None
        self._state_body = b""
        self._state_offset: int | None = None

    # subscribers

    def join(self, subscriber: Subscriber, member: Member) -> None:
        """Add one; what is sent from now on goes to him too."""
        self.members[subscriber] = member
        self.subscribers = tuple(self.members)

    def leave(self, subscriber: Subscriber) -> None:
        """Take one away."""
        if self.members.pop(subscriber, None) is not None:
            self.subscribers = tuple(self.members)

    # what is to be sent

    @property
    def is_due(self) -> bool:
        """Whether something waits for the tick."""
        return bool(self.critical or self.conflated)

    def push(self, encoded: bytes) -> bytes:
        """Return the message that pushes an encoded publication."""
        return self._prefix + encoded + PUSH_SUFFIX

    def newest(self, key: str, version: int, data: Mapping[str, Any]) -> bool:
        """Remember a conflated value; False if a newer one is known."""
        known = self._latest.get(key)
        if known is not None and version < known[0]:
            return False
        if known is None and len(self._latest) >= KEYS_MAX:
            self._latest.pop(next(iter(self._latest)))
        self._latest[key] = (version, data)
        self._latest_body = None
        return True

    def version_of(self, key: str) -> int:
        """Return the version of the newest value of a key (0: none)."""
        return self._latest.get(key, (0, None))[0]

    def conflate(self, key: str, data: Mapping[str, Any]) -> None:
        """Let a value wait for the tick, instead of an older one."""
        self.conflated[key] = self.push(publication(encode(data), None))

    def take(self) -> "Outgoing":
        """Return what waits, as it goes out now."""
        taken = Outgoing(self.name, self.critical, self.conflated)
        self.critical, self.conflated = [], {}
        return taken

    # what a fresh subscriber is given

    def body(
        self,
        offset: int,
        state: Mapping[str, Any] | None,
        latest: Mapping[str, Mapping[str, Any]],
    ) -> bytes:
        """Return `data` of a subscribe's reply: encoded once per (channel, offset)."""
        if not self.has_body(offset):
            self._state_body = encode(state)
            self._state_offset = offset
        return b'{"state":%b,"latest":%b}' % (self._state_body, self.latest_body(latest))

    def has_body(self, offset: int) -> bool:
        """Whether the state at an offset is encoded already."""
        return self._is_shared and bool(offset) and self._state_offset == offset

    def latest_body(self, latest: Mapping[str, Mapping[str, Any]]) -> bytes:
        """Return the newest values: those of `latest`, and newer ones that went through here."""
        if self._latest_body is None or latest:
            known = {key: data for key, (_, data) in self._latest.items()}
            self._latest_body = encode({**latest, **known})
        return self._latest_body


class Outgoing:
    """What one channel sends in one tick: encoded when first somebody takes it."""

    __slots__ = ("_all", "_critical", "channel", "conflated", "critical")

    def __init__(self, channel: str, critical: list[bytes], conflated: dict[str, bytes]) -> None:
        """Messages of both lanes."""
        self.channel = channel
        self.critical = critical
        self.conflated = conflated
        self._all: bytes | None = None
        self._critical: bytes | None = None

    @property
    def frame(self) -> bytes:
        """Both lanes, for those who keep up."""
        if self._all is None:
            self._all = frame_of([*self.critical, *self.conflated.values()])
        return self._all

    def give_paused(self, subscriber: Subscriber) -> None:
        """One who does not keep up gets what is critical, and the newest of the rest later."""
        for key, message in self.conflated.items():
            subscriber.keep(self.channel, key, message)
        if self.critical:
            if self._critical is None:
                self._critical = frame_of(self.critical)
            subscriber.write_more(self._critical)
