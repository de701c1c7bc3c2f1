"""Channels and who follows them: what is published goes to each subscriber once, in order.

Sans I/O but for `write`, which puts bytes on a descriptor. The caller gives publications
(`publish`), the time, and calls `flush` when `flush_at_ms` says so.

Rule 1: critical publications have an offset and are never dropped; of conflated ones the newest of
a key counts.
Rule 2: what is published in one go is sent together: at once where the channel has rested, else
when it has. It rests until `TICK_MS` after the last sending began, and after its end for as long as
it took: a full room leaves half of the time to others, and a backlog is joined, however late.
Rule 3: between flushing what a channel has pending, taking position and state, and registering the
subscriber nothing else happens: else old messages would follow the answer and move the client back.
Rule 4: recovery is all or nothing, and says which (P9). Who is ahead of us is not answered with an
old state: `Ahead` is for the caller to hold and to try again.
"""

import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.channels import NOTICE_KINDS, parse
from gateway.feed.publication import Publication
from gateway.push.channel import Channel, Outgoing, Subscriber
from gateway.push.ports import Rooms
from gateway.push.presence import Member, Presence
from gateway.push.protocol import StreamPosition, Subscribed
from gateway.push.ring import Entry, Ring

TICK_MS: Final = 10
REST_MS_MAX: Final = 50
RECOVERY_MAX: Final = 300
CHANNELS_MAX: Final = 50_000
DELAYS_MS: Final = (0, 1, 2, 5, 10, 20, 50, 100)  # upper bounds of a histogram


@dataclass(frozen=True, slots=True)
class Ahead:
    """The client has seen more of the same log than we have yet."""

    position: int


@dataclass(frozen=True, slots=True)
class Unrecoverable:
    """The position cannot be recovered from, and the client wants no state instead."""


Answer = Subscribed | Ahead | Unrecoverable


@dataclass(slots=True)
class Counts:
    """What has happened, for the metrics."""

    published: int = 0
    conflated: int = 0
    repeated: int = 0
    outdated: int = 0
    deliveries: int = 0
    kept: int = 0
    recovered: int = 0
    unrecovered: int = 0
    delays: list[int] = field(default_factory=lambda: [0] * (len(DELAYS_MS) + 1))
    delays_sum_ms: int = 0

    def delayed(self, delay_ms: int) -> None:
        """Count how long a channel's messages waited for their tick."""
        self.delays[bisect_left(DELAYS_MS, delay_ms)] += 1
        self.delays_sum_ms += delay_ms


Write = Callable[[Any, bytes], int]
"""Puts bytes on a descriptor, never waits; returns how many went, or raises `OSError`."""

Heard = Callable[[int], None]
"""Called with the time after a critical publication of a channel for which somebody waits."""


class Hub:
    """See the module's rules."""

    def __init__(self, rooms: Rooms, *, write: Write = os.write, gateway_id: str = "") -> None:
        """`write`: on subscribers' descriptors. `gateway_id`: which of all gateways this is."""
        self.rooms = rooms
        self.presence = Presence(gateway_id)
        self.counts = Counts()
        self.flush_at_ms: int | None = None
        self.write = write
        self._channels: dict[str, Channel] = {}
        self._idle: dict[str, Channel] = {}  # those nobody follows, the longest so first
        self._floors: dict[str, int] = {}  # where a channel that was let go stood
        self._due: dict[str, Channel] = {}
        self._sent: list[Channel] = []  # since `sent` was last told
        self._waiting: dict[str, list[Heard]] = {}
        self._heard: set[str] = set()

    # publishing

    def publish(self, publication: Publication, now_ms: int) -> None:
        """Take a publication from the feed."""
        channel = self._channel(publication.channel)
        if publication.offset is not None:
            entry = channel.ring.append(publication.offset, publication.data)
            if entry is None:
                self.counts.repeated += 1
                return
            self.counts.published += 1
            if channel.subscribers:
                channel.critical.append(channel.push(entry.encoded))
                self._send(channel, now_ms)
            if publication.channel in self._waiting:
                self._heard.add(publication.channel)
                self._flush_by(now_ms)  # not at once: the feed may have more to tell of this
            return
        key = publication.key or ""
        version = publication.version
        if not channel.newest(
            key, channel.version_of(key) + 1 if version is None else version, publication.data
        ):
            self.counts.outdated += 1
            return
        self.counts.conflated += 1
        if channel.subscribers:
            channel.conflate(key, publication.data)
            self._send(channel, now_ms)

    def _send(self, channel: Channel, now_ms: int) -> None:
        if channel.name not in self._due:
            self._due[channel.name] = channel
            channel.due_since_ms = now_ms
            self._flush_by(max(now_ms, channel.rested_at_ms))

    def _flush_by(self, at_ms: int) -> None:
        if self.flush_at_ms is None or at_ms < self.flush_at_ms:
            self.flush_at_ms = at_ms

    def flush(self, now_ms: int) -> None:
        """Send all that waits and has rested, then answer those who waited for it."""
        self.flush_at_ms = None
        due = [each for each in self._due.values() if each.rested_at_ms <= now_ms]
        for channel in due:
            del self._due[channel.name]
        for channel in self._due.values():
            self._flush_by(channel.rested_at_ms)
        if len(due) == 1:
            self._flush_one(due[0], now_ms)
        elif due:
            self._flush_many(due, now_ms)
        heard, self._heard = self._heard, set()
        for name in heard:
            for tell in tuple(self._waiting.get(name, ())):
                tell(now_ms)

    def sent(self, now_ms: int, took_ms: int) -> None:
        """Learn what the last sending took: so long its channels rest from now on.

        CPU time is meant: on a busy machine a sending is interrupted, and need not wait twice.
        """
        rested_at_ms = now_ms + min(REST_MS_MAX, took_ms)
        for channel in self._sent:
            channel.rested_at_ms = max(channel.rested_at_ms, rested_at_ms)
        self._sent.clear()

    def _flush_many(self, due: Iterable[Channel], now_ms: int) -> None:
        joined: dict[Subscriber, tuple[bytes, ...]] = {}
        for channel in due:
            taken = self._take(channel, now_ms)
            if taken is None:
                continue
            self.counts.deliveries += len(channel.subscribers)
            for subscriber in channel.subscribers:
                if subscriber.paused:
                    self.counts.kept += len(taken.conflated)
                    taken.give_paused(subscriber)
                else:
                    joined[subscriber] = (*joined.get(subscriber, ()), taken.frame)
        for subscriber, whole in _joined(joined):
            self._write_whole(subscriber, whole)

    def _write_whole(self, subscriber: Subscriber, frame: bytes) -> None:
        try:
            sent = self.write(subscriber.descriptor, frame)
        except OSError:
            sent = 0
        if sent != len(frame):
            subscriber.write_rest(frame, sent)

    def _flush_one(self, channel: Channel, now_ms: int) -> None:
        """Send what one channel has pending.

        This loop is what a room costs. A write takes the kernel 7 µs and more; what is done beside
        it is one call and one comparison: 1 µs above a loop in C, where asking who is paused and
        going through the transport were 2. Who is paused has no descriptor, so the write fails.
        """
        taken = self._take(channel, now_ms)
        if taken is None:
            return
        frame, write = taken.frame, self.write
        size = len(frame)
        for subscriber in channel.subscribers:
            try:
                sent = write(subscriber.descriptor, frame)
            except OSError:
                sent = 0
            if sent != size:
                self._not_all(subscriber, taken, sent)
        self.counts.deliveries += len(channel.subscribers)

    def _not_all(self, subscriber: Subscriber, taken: Outgoing, sent: int) -> None:
        if subscriber.paused:
            self.counts.kept += len(taken.conflated)
            taken.give_paused(subscriber)
        else:
            subscriber.write_rest(taken.frame, sent)

    def _take(self, channel: Channel, now_ms: int) -> Outgoing | None:
        channel.rested_at_ms = now_ms + TICK_MS
        taken = channel.take()
        if not channel.subscribers:
            return None
        self._sent.append(channel)
        self.counts.delayed(now_ms - channel.due_since_ms)
        return taken

    # subscribing

    def subscribe(
        self, name: str, subscriber: Subscriber, member: Member, wish: "Wish", now_ms: int
    ) -> Answer:
        """Answer a subscribe; on `Subscribed` he is registered. One step, no wait (rule 3)."""
        channel = self._channel(name)
        if channel.is_due:
            self._flush_only(channel, now_ms)
        answer = self._answer(channel, wish)
        if isinstance(answer, Subscribed):
            channel.join(subscriber, member)
            self._idle.pop(name, None)
            self.presence.join(name, member)
        return answer

    def _flush_only(self, channel: Channel, now_ms: int) -> None:
        self._due.pop(channel.name, None)
        self._flush_one(channel, now_ms)

    def _answer(self, channel: Channel, wish: "Wish") -> Answer:
        rooms, name = self.rooms, channel.name
        recoverable = rooms.recoverable(name)
        position = rooms.position(name) if recoverable else 0
        if wish.since is None or not recoverable:
            return self._fresh(channel, position, recoverable=recoverable, was_recovering=False)
        if wish.since.epoch == rooms.epoch:
            if wish.since.offset > position:
                return Ahead(position)
            missed = self._missed(channel, wish.since.offset)
            if missed is not None:
                self.counts.recovered += 1
                return Subscribed(
                    data=b'{"state":null,"latest":%b}' % channel.latest_body(rooms.latest(name)),
                    recoverable=True,
                    epoch=rooms.epoch,
                    offset=wish.since.offset,
                    was_recovering=True,
                    recovered=True,
                    publications=[each.encoded for each in missed],
                )
        self.counts.unrecovered += 1
        if wish.reject_unrecovered:
            return Unrecoverable()
        return self._fresh(channel, position, recoverable=True, was_recovering=True)

    def _missed(self, channel: Channel, offset: int) -> Sequence[Entry] | None:
        """Return what he has not seen; a position may be beyond the newest publication."""
        if offset < self.rooms.complete_since(channel.name):
            return None
        return channel.ring.after(offset, RECOVERY_MAX)

    def _fresh(
        self, channel: Channel, position: int, *, recoverable: bool, was_recovering: bool
    ) -> Subscribed:
        name = channel.name
        state = None if channel.has_body(position) else self.rooms.state(name)
        return Subscribed(
            data=channel.body(position, state, self.rooms.latest(name)),
            recoverable=recoverable,
            epoch=self.rooms.epoch,
            offset=position,
            was_recovering=was_recovering,
        )

    def unsubscribe(self, name: str, subscriber: Subscriber, client_id: str) -> None:
        """Forget a subscriber of a channel."""
        channel = self._channels.get(name)
        if channel is not None:
            channel.leave(subscriber)
            subscriber.forget(name)
            if not channel.subscribers:
                self._idle[name] = channel
        self.presence.leave(name, client_id)

    # waiting for what a client has seen already

    def wait_for(self, name: str, heard: Heard) -> Callable[[], None]:
        """Call back after each critical publication of a channel; returns what ends that."""
        waiting = self._waiting.setdefault(name, [])
        waiting.append(heard)

        def end() -> None:
            if heard in waiting:
                waiting.remove(heard)
            if not waiting and self._waiting.get(name) is waiting:
                del self._waiting[name]

        return end

    # looking

    def history(self, name: str, since: int | None, limit: int, *, reverse: bool) -> list[bytes]:
        """Return publications that are still here."""
        ring = self._channel(name).ring
        return [each.encoded for each in ring.page(since, limit, reverse=reverse)]

    def followed(self) -> list[str]:
        """Return the channels that somebody follows."""
        return [name for name, channel in self._channels.items() if channel.subscribers]

    def _channel(self, name: str) -> Channel:
        channel = self._channels.get(name)
        if channel is None:
            self._make_room()
            floor = self._floors.pop(name, 0)
            parsed = parse(name)
            channel = Channel(
                name,
                Ring(max(floor, self.rooms.complete_since(name))),
                is_shared=parsed is not None and parsed.kind not in NOTICE_KINDS,
            )
            self._channels[name] = self._idle[name] = channel
        return channel

    def _make_room(self) -> None:
        """Let the channel go that nobody has followed for longest; its offset stays known.

        It costs the same however many there are. Names are bounded by what the log has: nobody is
        given a channel of a room that is not (feed/screens.py).
        """
        if len(self._channels) < CHANNELS_MAX or not self._idle:
            return
        name = next(iter(self._idle))
        channel = self._idle.pop(name)
        self._floors[name] = channel.ring.newest
        self._due.pop(name, None)
        del self._channels[name]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscriber asks for: from where on, and whether a state will do instead."""

    since: StreamPosition | None = None
    reject_unrecovered: bool = False


def _joined(
    frames_of: Mapping[Subscriber, tuple[bytes, ...]],
) -> Iterator[tuple[Subscriber, bytes]]:
    """Return each one's frames as one; equal joins are made once."""
    made: dict[tuple[int, ...], bytes] = {}
    for subscriber, frames in frames_of.items():
        if len(frames) == 1:
            yield subscriber, frames[0]
            continue
        key = tuple(map(id, frames))
        whole = made.get(key)
        if whole is None:
            whole = made[key] = b"".join(frames)
        yield subscriber, whole
