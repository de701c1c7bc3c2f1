"""What a room hears once a second even when nothing happens: its clock, and how many are there.

Rule 1: the clock is the heartbeat that people see; it says log time, not ours (push.md §3).
Rule 2: both are conflated: no offset, only the newest counts.
"""

from collections.abc import Iterator
from typing import Final

from gateway.channels import parse
from gateway.feed.publication import Publication
from gateway.push.hub import Hub

CLOCK: Final = "clock"
PRESENCE: Final = "presence"


def clocks(hub: Hub) -> Iterator[Publication]:
    """Yield the clock of every room that somebody follows."""
    version = hub.rooms.log_time_ms()
    for name in hub.followed():
        says = hub.rooms.clock(name)
        if says is not None:
            yield Publication(name, {"key": CLOCK, **says}, key=CLOCK, version=version)


def counts(hub: Hub) -> Iterator[Publication]:
    """Yield how many are in each session where that has changed."""
    for name in sorted(hub.presence.take_changed()):
        channel = parse(name)
        if channel is not None and channel.kind == "roadshow":
            _, users = hub.presence.stats(name)
            yield Publication(name, {"key": PRESENCE, "count": users}, key=PRESENCE)
