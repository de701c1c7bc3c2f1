"""When to tell the log's `signals` how many people this gateway's rooms hold (infra/headcounts.py).

Rule 1: one record a partition holds all its rooms: when a count has changed, at most every
`EVERY_MS`, and again every `AGAIN_MS` while somebody is there.
Rule 2: it is not published here: it goes to the log, and every gateway's feed tells the same sum.
"""

import heapq
from typing import Any

from gateway.channels import parse
from gateway.push.presence import Presence
from infra.headcounts import AGAIN_MS, EVERY_MS, ROOMS_MAX, Count, Report
from infra.topics import partition_of


class Pulse:
    """What has been told of each partition, and when."""

    def __init__(self, presence: Presence, partitions: int) -> None:
        """`presence` of this process; `partitions`: how many the log has."""
        self._presence = presence
        self._partitions = partitions
        self._told: dict[int, tuple[dict[str, Count], int]] = {}

    def reports(self, now_ms: int, log_time_ms: int) -> list[tuple[int, Report]]:
        """Return what is to be told now, by partition. `now_ms` is monotonic."""
        rooms = self._by_partition()
        found: list[tuple[int, Report]] = []
        for partition in sorted(rooms.keys() | self._told.keys()):
            here = rooms.get(partition, {})
            before, at_ms = self._told.get(partition, ({}, now_ms - AGAIN_MS))
            if now_ms < at_ms + (AGAIN_MS if here == before else EVERY_MS):
                continue
            self._told[partition] = (here, now_ms)
            if not here:
                del self._told[partition]
            found.append((partition, Report(self._presence.gateway_id, log_time_ms, here)))
        return found

    def _by_partition(self) -> dict[int, dict[str, Count]]:
        found: dict[int, dict[str, Count]] = {}
        for name, count in self._presence.counts().items():
            channel = parse(name)
            if channel is not None and count.people:
                at = partition_of(channel.id, self._partitions)
                found.setdefault(at, {})[name] = count
        return {at: _fullest(rooms) for at, rooms in found.items()}


def _fullest(rooms: dict[str, Count]) -> dict[str, Count]:
    if len(rooms) <= ROOMS_MAX:
        return rooms

    def people(row: tuple[str, Any]) -> int:
        return int(row[1].people)

    return dict(heapq.nlargest(ROOMS_MAX, rooms.items(), people))
