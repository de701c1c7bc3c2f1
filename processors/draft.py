"""One decision in the making: what the record did to each aggregate it touched."""

import msgspec

from infra.codec import Entry, Refusal
from processors.held import Held

_AROUND_BYTES = 200  # what an entry costs beside its events, generously


class Draft(msgspec.Struct):
    """Entries by aggregate, in the order in which the record touched them (rule 6).

    `offset`, `raw_ms` and `at_ms` are the command record's offset, append stamp and log time.
    """

    offset: int
    raw_ms: int
    at_ms: int
    size: int = 0
    entries: dict[str, Entry] = {}  # a struct gives each draft its own
    counted: list[str] = []

    def public(self, aggregate: str) -> int:
        """Return 1 once per aggregate: an entry raises `public_seq` by one at most."""
        if aggregate in self.counted:
            return 0
        self.counted.append(aggregate)
        return 1

    def uncount(self, aggregate: str) -> None:
        """Take `public` back, where what was to be counted did not happen after all."""
        if aggregate not in self.entries and aggregate in self.counted:
            self.counted.remove(aggregate)

    def add(self, aggregate: str, before: Held, after: Held, events: list[bytes]) -> None:
        """Add encoded events; `before` and `after` are the aggregate around them."""
        raw = list(map(msgspec.Raw, events))
        entry = self.entries.get(aggregate)
        if entry is None:
            self.entries[aggregate] = Entry(aggregate, before.seq, after.public_seq, raw)
        else:
            entry.events.extend(raw)
            entry.public_seq = after.public_seq
        self.size += sum(map(len, events)) + _AROUND_BYTES

    def refuse(self, aggregate: str, held: Held, refusal: Refusal) -> None:
        """Say why the command changed nothing."""
        entry = self.entries.get(aggregate)
        if entry is None:
            entry = Entry(aggregate, held.seq, held.public_seq, [])
            self.entries[aggregate] = entry
        entry.rejection = refusal
