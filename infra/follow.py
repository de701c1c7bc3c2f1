"""Following the decisions of a partition without deciding: who counts, and where to begin.

Rule 1: a reader that has no position of its own begins a little before the end. A stale run has at
most 1,000 records (rule 2 of the log), so the first record from which the chain goes on unbroken to
the end of such a window is on the chain, or a copy of one that is. Noise in it counts for nothing:
where there is much, the window reaches further back.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from infra.chain import STALE_RUN_MAX, Broken, Chain, Verdict, genesis, hash_decision, is_noise
from infra.codec import Decision, decode_decision

WINDOW: Final = STALE_RUN_MAX + 100


class Counted(NamedTuple):
    """A decision that counts, and the offset of its record."""

    offset: int
    decision: Decision
    value: bytes


def window_start(start: int, end: int, least: int = 0) -> int:
    """Return where to begin reading to follow a log that reaches from `start` to `end`.

    `least`: how many decisions are to be seen, where there are so many.
    """
    return max(start, end - WINDOW - least)


def wider(start: int, rows: Sequence[tuple[int, bytes | None]]) -> int | None:
    """Return where to begin again, for noise fills the window `rows`; None where it does not.

    `start` is where the log begins.
    """
    if not rows or rows[0][0] <= start:
        return None
    if sum(not is_noise(value) for _, value in rows) >= min(WINDOW, len(rows)):
        return None
    return max(start, rows[0][0] - 2 * len(rows) - WINDOW)


def follow(chain: Chain, rows: Sequence[tuple[int, bytes | None]]) -> list[Counted]:
    """Feed (offset, value) rows in log order; return those that count. Raises `Broken`."""
    counted = []
    for offset, value in rows:
        verdict, decision = chain.read(offset, value)
        if verdict is Verdict.COUNTED and value is not None:
            counted.append(Counted(offset, decision, value))
    return counted


def anchor(
    log_id: str, topic: str, partition: int, rows: Sequence[tuple[int, bytes | None]]
) -> tuple[Chain, list[Counted]]:
    """Begin with a window of rows that reaches to the end; raises `Broken` where none fits.

    A window that begins at offset 0 begins at the genesis.
    """
    start = genesis(log_id, topic, partition)
    if not rows or rows[0][0] == 0:
        chain = Chain(start)
        return chain, follow(chain, rows)
    broken: Broken | None = None
    told = [index for index, (_, value) in enumerate(rows) if not is_noise(value)]
    for index in told[: STALE_RUN_MAX + 2]:
        offset, value = rows[index]
        chain = Chain(start)
        try:
            first = _first(offset, value)
            chain.advance(offset, first.value, first.decision, hash_decision(first.value))
            return chain, [first, *follow(chain, rows[index + 1 :])]
        except Broken as error:
            broken = broken or error
    raise broken or Broken(rows[0][0], "nothing to begin with")


def _first(offset: int, value: bytes | None) -> Counted:
    try:
        return Counted(offset, decode_decision(value or b""), value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Broken(offset, "a record that cannot be decoded") from error
