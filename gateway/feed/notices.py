"""Who was told what lately, by audience, from the notices topic (push.md, parts 1 and 7).

Rule 1: a notice is told once, however often a reactor wrote it: its id says which it is.
Rule 2: the audience of a bidding's bidders is resolved when it is read, so that a notice bears no
account; so is that of one bidder.
Rule 3: what a reader sees is an allow-list: never the cause, whose offset would be a position.
"""

from collections import OrderedDict, deque
from typing import Any, Final

import msgspec

SHOWN: Final = 50
IDS_MAX: Final = 50_000
_FIELDS: Final = ("notice_id", "code", "params", "at_ms", "priority", "root")


class Notice(msgspec.Struct, frozen=True):
    """A record of the topic."""

    notice_id: str
    audience: str
    code: str
    params: dict[str, Any]
    priority: str
    root: str
    at_ms: int
    fallback_due: bool = False


_decoder: Final = msgspec.json.Decoder(Notice)


class Notices:
    """The last notices of every audience. `position` is by partition: the last offset plus one."""

    def __init__(self) -> None:
        """Knows none."""
        self._by_audience: dict[str, deque[dict[str, Any]]] = {}
        self._ids: OrderedDict[str, None] = OrderedDict()

    def take(self, value: bytes | None) -> tuple[str, dict[str, Any]] | None:
        """Take a record; returns audience and view where it is new."""
        try:
            notice = _decoder.decode(value or b"")
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        if notice.notice_id in self._ids:
            return None
        self._ids[notice.notice_id] = None
        if len(self._ids) > IDS_MAX:
            self._ids.popitem(last=False)
        seen = {name: getattr(notice, name) for name in _FIELDS}
        seen["fallback_due"] = notice.fallback_due
        kept = self._by_audience.get(notice.audience)
        if kept is None:
            kept = self._by_audience[notice.audience] = deque(maxlen=SHOWN)
        kept.appendleft(seen)
        return notice.audience, seen

    def of(self, *audiences: str) -> list[dict[str, Any]]:
        """Return the last notices of these audiences together, newest first."""
        found = [one for audience in audiences for one in self._by_audience.get(audience, ())]
        found.sort(key=lambda one: one["at_ms"], reverse=True)
        return found[:SHOWN]
