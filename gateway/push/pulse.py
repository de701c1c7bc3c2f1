"""How many are in each session, as samples for the log's `signals` (push.md §3, §7).

Rule 1: a sample says a count, never who. It is told when it has changed, at most every five
seconds, and again now and then, so that whoever starts later learns it.
Rule 2: it is not published here: it goes to the log, and every gateway's feed tells the same count.
"""

from dataclasses import dataclass
from typing import Final

import msgspec

from gateway.channels import parse
from gateway.push.presence import Presence

EVERY_MS: Final = 5_000
AGAIN_MS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Sample:
    """How many people were in a session."""

    session_id: str
    at_ms: int
    present_count: int


class Pulse:
    """What has been told, and when."""

    def __init__(self, presence: Presence) -> None:
        """`presence` of this process."""
        self._presence = presence
        self._told: dict[str, tuple[int, int]] = {}  # count, when
        self._changed: set[str] = set()

    def samples(self, now_ms: int, log_time_ms: int) -> list[Sample]:
        """Return what is to be told now."""
        self._changed |= self._presence.take_changed()
        again = {
            name for name, (count, at_ms) in self._told.items()
            if count and now_ms >= at_ms + AGAIN_MS
        }  # fmt: skip
        found: list[Sample] = []
        for name in sorted(self._changed | again):
            channel = parse(name)
            if channel is None or channel.kind != "roadshow":
                self._changed.discard(name)
                continue
            count, at_ms = self._told.get(name, (-1, -EVERY_MS))
            if now_ms < at_ms + EVERY_MS:
                continue
            self._changed.discard(name)
            _, users = self._presence.stats(name)
            if users != count or name in again:
                self._told[name] = (users, now_ms)
                found.append(Sample(channel.id, log_time_ms, users))
            if not users:
                del self._told[name]
        return found


def encode_sample(sample: Sample) -> bytes:
    """Return the record's value; its key is the session."""
    return msgspec.json.encode(sample)
