"""Who is where, over all gateways: what each says of its own rooms, on `signals`, and the sum.

Rule 1: a gateway says all its rooms of a partition at once, and again while somebody is there. What
it names no longer is empty there; what it said `EXPIRES_MS` ago counts no more: a gateway that died
takes its people with it.
Rule 2: counts by kind of person, never who. Who has pages at two gateways is two.
"""

from typing import Final

import msgspec

EVERY_MS: Final = 3_000  # a change is told at most so often
AGAIN_MS: Final = 5_000  # and what is the same after that time
EXPIRES_MS: Final = 12_000
GATEWAYS_MAX: Final = 64  # a partition; those who said something last
ROOMS_MAX: Final = 1_000  # a record; a gateway names its fullest


class Count(msgspec.Struct, frozen=True, array_like=True):
    """How many people a room holds, by kind."""

    experts: int = 0
    investors: int = 0
    guests: int = 0

    @property
    def people(self) -> int:
        """All of them."""
        return self.experts + self.investors + self.guests

    def __add__(self, other: "Count") -> "Count":
        """Both together."""
        return Count(
            self.experts + other.experts,
            self.investors + other.investors,
            self.guests + other.guests,
        )

    def __sub__(self, other: "Count") -> "Count":
        """Without those."""
        return Count(
            self.experts - other.experts,
            self.investors - other.investors,
            self.guests - other.guests,
        )


NOBODY: Final = Count()


class Report(msgspec.Struct, frozen=True):
    """A record: one gateway's rooms of one partition, by channel, at a time of the log."""

    gateway: str
    at_ms: int
    rooms: dict[str, Count]


encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Report).decode


def decode(value: bytes | None) -> Report | None:
    """Read a record; None for what is none."""
    try:
        return _decode(value or b"")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


class Headcounts:
    """The newest reports, and their sums."""

    def __init__(self) -> None:
        """Nobody is anywhere."""
        self._reports: dict[tuple[int, str], Report] = {}

    def take(self, partition: int, report: Report, now_ms: int) -> set[str]:
        """Take a record; returns the rooms that it may have changed."""
        report = msgspec.structs.replace(report, at_ms=min(report.at_ms, now_ms))
        place = (partition, report.gateway)
        before = self._reports.pop(place, None)
        if report.at_ms > now_ms - EXPIRES_MS and report.rooms:
            self._reports[place] = report
        changed = set(report.rooms) | self._drop_beyond(partition)
        return changed if before is None else changed | set(before.rooms)

    def _drop_beyond(self, partition: int) -> set[str]:
        ours = [place for place in self._reports if place[0] == partition]
        return set[str]().union(*(self._reports.pop(place).rooms for place in ours[:-GATEWAYS_MAX]))

    def expire(self, now_ms: int) -> set[str]:
        """Forget who has been silent for too long; returns the rooms that were theirs."""
        old = [at for at, one in self._reports.items() if one.at_ms <= now_ms - EXPIRES_MS]
        return set[str]().union(*(self._reports.pop(place).rooms for place in old))

    def of(self, room: str, *, without: str = "") -> Count:
        """Return how many are in a room, as all but one gateway say."""
        found = NOBODY
        for (_, gateway), report in self._reports.items():
            if gateway != without:
                found += report.rooms.get(room, NOBODY)
        return found
