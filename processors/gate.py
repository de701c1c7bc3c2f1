"""Which records of a partition a reactor acts on: in order, each once, and only what counts.

Rule 1: the chain says what counts (docs/log-protocol.md, rule 2); stale records are passed over.
Rule 2: whoever delivers may repeat and may leave out. A repeat is known by its offset; a gap is
told as such, and the caller reads it back from the log: nothing is passed over because it was not
delivered.
Rule 3: where the chain breaks the gate shuts for good: no record behind it is acted on.
"""

from collections.abc import Sequence

from infra.chain import Broken, Chain
from infra.follow import Counted, anchor, follow

Row = tuple[int, bytes | None]


class Gap(Exception):
    """Records before this one have not been seen."""

    def __init__(self, first: int, end: int) -> None:
        """Missing are the offsets from `first` up to, not including, `end`."""
        super().__init__(f"records {first} to {end - 1} have not been seen")
        self.first = first
        self.end = end


class Gate:
    """Follows one partition of a decision topic."""

    def __init__(self, chain: Chain, next_offset: int) -> None:
        """Use `open_gate`."""
        self._chain = chain
        self.next_offset = next_offset
        self.broken: Broken | None = None

    @classmethod
    def shut(cls, next_offset: int, broken: Broken) -> "Gate":
        """Return a gate that lets nothing through: its chain was broken when it was read."""
        gate = cls(Chain(b""), next_offset)
        gate.broken = broken
        return gate

    def take(self, rows: Sequence[Row]) -> list[Counted]:
        """Return what counts of rows in log order; raises `Gap` before anything is taken."""
        if rows and rows[0][0] > self.next_offset:
            raise Gap(self.next_offset, rows[0][0])
        counted: list[Counted] = []
        for row in rows:
            if row[0] < self.next_offset:
                continue
            self.next_offset = row[0] + 1
            counted += self._judge(row)
        return counted

    def _judge(self, row: Row) -> list[Counted]:
        if self.broken is not None:
            return []
        try:
            return follow(self._chain, (row,))
        except Broken as error:
            self.broken = error
            return []


def open_gate(
    log_id: str, topic: str, partition: int, rows: Sequence[Row], resume: int
) -> tuple[Gate, list[Counted]]:
    """Begin with a window of rows (see infra.follow) that reaches to the end of what was read.

    Returns the gate, and what counts from offset `resume` on. Raises `Broken`.
    """
    chain, counted = anchor(log_id, topic, partition, rows)
    gate = Gate(chain, rows[-1][0] + 1 if rows else 0)
    return gate, [one for one in counted if one.offset >= resume]
