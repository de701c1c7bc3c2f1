"""How many people are in the rooms, over all gateways: "N 人在场", "N 人围观".

Rule 1: in a session all who follow it count, by kind; who runs it does not.
Rule 2: of a bidding those count who watch its public room and bear no number in it: one figure,
without kinds. Who is in the bidding itself is a secret and stands in no figure here (domain 4.9,
RG-1). While envelopes are closed nothing is counted.
Rule 3: sums that changed are told once a second, and by their newest value.
"""

from collections.abc import Callable, Iterable
from typing import Any

from gateway import channels
from gateway.channels import Channel
from gateway.feed.publication import Publication, Sink
from infra.headcounts import Count, Headcounts, decode


class Crowd:
    """The sums of what all gateways say, and what has been told of them."""

    def __init__(self, sink: Sink, is_secret: Callable[[str], bool]) -> None:
        """`is_secret`: whether of a bidding nothing may be counted now."""
        self._sink = sink
        self._is_secret = is_secret
        self._headcounts = Headcounts()
        self._changed: set[str] = set()
        self._told: dict[str, dict[str, Any]] = {}  # rooms with people in them
        self._moved: set[str] = set()  # roots whose row of the market is new
        self._versions = 0

    def take(self, partition: int, value: bytes | None, now_ms: int) -> None:
        """Take a record of the topic `signals`; `now_ms` is the log's time."""
        report = decode(value)
        if report is not None:
            self._changed |= self._headcounts.take(partition, report, now_ms)

    def tick(self, now_ms: int) -> None:
        """Tell the sums that have changed."""
        changed, self._changed = self._changed | self._headcounts.expire(now_ms), set()
        for name in sorted(changed):
            channel = channels.parse(name)
            if channel is not None and channel.kind in ("roadshow", "bidding.public"):
                self._tell(name, channel, self._headcounts.of(name), now_ms)

    def _tell(self, name: str, channel: Channel, count: Count, now_ms: int) -> None:
        seen = self._view(channel, count)
        before = self._told.get(name)
        if seen is None or (before is not None and seen == _figures(before)):
            return
        data = {**seen, "key": "presence", "at_ms": now_ms}
        if before is None and not count.people:
            return
        self._told[name] = data
        if not count.people:
            del self._told[name]
        self._moved.add(channel.id)
        self._versions += 1
        for room in _rooms(channel):
            self._sink(Publication(room, data, key="presence", version=self._versions))

    def _view(self, channel: Channel, count: Count) -> dict[str, int] | None:
        if channel.kind == "bidding.public":
            return None if self._is_secret(channel.id) else {"count": count.people}
        return {
            "count": count.people, "experts": count.experts, "investors": count.investors,
            "guests": count.guests,
        }  # fmt: skip

    def latest(self, channel: Channel) -> dict[str, Any] | None:
        """Return the newest figure of a room; None where it has none."""
        if channel.kind in ("roadshow", "roadshow.staff"):
            return self._told.get(channels.show(channel.id))
        if channel.kind not in ("bidding", "bidding.public") or self._is_secret(channel.id):
            return None
        return self._told.get(channels.public_room(channel.id))

    def people_of(self, root: str) -> int | None:
        """Return how many are in a session, or watch a bidding, as its row of the market says."""
        for name in (channels.show(root), channels.public_room(root)):
            if name in self._told and not self._is_secret(root):
                return int(self._told[name]["count"])
        return None

    def elsewhere(self, name: str, gateway_id: str) -> int:
        """Return how many people the other gateways have in a room."""
        return self._headcounts.of(name, without=gateway_id).people

    def take_moved(self) -> set[str]:
        """Return the roots whose figure is new, and forget it."""
        moved, self._moved = self._moved, set()
        return moved


def _figures(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in ("key", "at_ms")}


def _rooms(channel: Channel) -> Iterable[str]:
    if channel.kind == "roadshow":
        return (str(channel),)
    return (str(channel), channels.room(channel.id))
