"""The publications of one channel that can still be asked for again.

Rule 1: offsets rise; for a room by one, for a private channel with gaps.
Rule 2: `complete_since` is an offset after which nothing is missing here. Who stands before it is
told that he missed something; no gap is silent (P9).
Rule 3: a publication is encoded when first somebody needs it, and then once.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any, Final

from gateway.push.protocol import encode, publication

ENTRIES_MAX: Final = 1_024


class Entry:
    """One publication, and its bytes as soon as they were needed."""

    __slots__ = ("_data", "_encoded", "offset")

    def __init__(self, offset: int, data: dict[str, Any]) -> None:
        """`data` is never changed afterwards."""
        self.offset = offset
        self._data: dict[str, Any] | None = data
        self._encoded = b""

    @property
    def encoded(self) -> bytes:
        """The publication as it stands in pushes and recoveries."""
        if self._data is not None:
            self._encoded = publication(encode(self._data), self.offset)
            self._data = None
        return self._encoded


class Ring:
    """The newest `entries_max` publications."""

    __slots__ = ("_entries", "_entries_max", "complete_since", "newest")

    def __init__(self, complete_since: int = 0, entries_max: int = ENTRIES_MAX) -> None:
        """Everything after `complete_since` will be put in."""
        self._entries: deque[Entry] = deque()
        self._entries_max = entries_max
        self.complete_since = complete_since
        self.newest = complete_since

    def append(self, offset: int, data: dict[str, Any]) -> Entry | None:
        """Put one in; None if its offset does not rise (it was put in before)."""
        if offset <= self.newest:
            return None
        if len(self._entries) >= self._entries_max:
            self.complete_since = self._entries.popleft().offset
        entry = Entry(offset, data)
        self._entries.append(entry)
        self.newest = offset
        return entry

    def after(self, offset: int, count_max: int) -> Sequence[Entry] | None:
        """Return all after an offset; None where one may be missing or they are too many."""
        if offset < self.complete_since:
            return None
        found: list[Entry] = []
        for entry in reversed(self._entries):
            if entry.offset <= offset:
                break
            found.append(entry)
            if len(found) > count_max:
                return None
        found.reverse()
        return found

    def page(self, since: int | None, limit: int, *, reverse: bool) -> Sequence[Entry]:
        """Return at most `limit` of what is here, from the oldest or (reverse) the newest on."""
        entries = list(self._entries)
        if reverse:
            entries.reverse()
        if since is not None:
            entries = [
                each
                for each in entries
                if (each.offset < since) == reverse and each.offset != since
            ]
        return entries[:limit]
