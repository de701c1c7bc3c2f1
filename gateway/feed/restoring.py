"""Where a feed begins: at the deciders' newest snapshot that fits, or at the log's beginning.

Rule 1: a snapshot is a cache on our own disk. It counts only if the log holds the very record at
which it was taken (protocol rule 12); else everything is read.
Rule 2: a snapshot holds states, not what a room shows of its past. That is gathered again from the
part of the log in which the rooms that still matter have lived, and from no more.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from gateway.feed.biddings import AS_BIDDER, Biddings, is_answer
from gateway.feed.folded import FoldedPartition, Known
from gateway.feed.rooms import Heard, Room
from gateway.views.bidding import is_over
from gateway.views.outcome import told_of
from infra.chain import Broken, hash_decision, is_noise
from infra.codec import Entry, decode_decision, decode_event
from infra.follow import Counted, anchor
from infra.frozen import Unfit, file_name, unseal
from infra.kafka.reader import LogReader, OffsetGone, open_reader
from infra.tail import as_row
from trading.bidding.state import Bidding
from trading.dispatch import BIDDING

log = logging.getLogger("gateway.feed")

Row = tuple[int, bytes | None]
OLD_MS: Final = 86_400_000  # a bidding that has been over for longer is served from SQL
_SEARCH_ROWS: Final = 2_000
_LATE_MS: Final = 2**63  # noise says nothing: look before it


def thaw(folded: FoldedPartition, folder: Path | None, partitions: int) -> bool:
    """Bring a fresh partition to its snapshot; False where there is none that fits."""
    if folder is None:
        return False
    path = folder / file_name(folded.family.commands, folded.partition)
    try:
        folded.thaw(unseal(path.read_bytes(), folded.place(partitions)))
    except FileNotFoundError:
        return False
    except (OSError, Unfit) as error:
        log.warning("snapshot_ignored file=%s reason=%s", path.name, error)
        return False
    return True


async def stands_on_the_log(bootstrap: str, folded: FoldedPartition) -> bool:
    """Read the snapshot's own record again."""
    offset, partition = folded.read_offset, folded.partition
    reader = await open_reader(bootstrap, folded.family.decisions, {partition: offset}, as_row)
    try:
        if (await reader.ends())[partition] <= offset:
            return False
        async for rows in reader.read_to(partition, offset + 1):
            value = rows[0][1]
            return value is not None and hash_decision(value) == folded.chain.position.hash
    except OffsetGone:
        return False
    finally:
        await reader.close()
    return False


def since_ms(known: Iterable[Known], now_ms: int) -> int | None:
    """Return the log time since when rooms that still matter have lived; None where none does."""
    begins = [
        one.state.facts.terms.opens_at_ms - one.state.facts.terms.lobby_ms
        for one in known
        if isinstance(one.state, Bidding) and _matters(one.state, now_ms)
    ]
    return min(begins, default=None)


def _matters(bidding: Bidding, now_ms: int) -> bool:
    return not is_over(bidding) or now_ms - bidding.facts.ended_at_ms < OLD_MS


async def gather_past(
    bootstrap: str, folded: FoldedPartition, biddings: Biddings, log_id: str, now_ms: int
) -> None:
    """Gather what rooms show of the time before a snapshot; raises `Broken`."""
    for bidding_id, known in folded.known.items():
        room = biddings.find(bidding_id)
        if room is not None and not _matters(known.state, now_ms):
            room.inside.history.is_whole = room.outside.history.is_whole = False
    begin_ms = since_ms(folded.known.values(), now_ms)
    if begin_ms is None:
        return
    partition, end = folded.partition, folded.read_offset + 1
    reader = await open_reader(bootstrap, folded.family.decisions, {partition: 0}, as_row)
    try:
        start = await _find(reader, partition, end, begin_ms)
        reader.seek(partition, start)
        rows = [row async for part in reader.read_to(partition, end) for row in part]
    finally:
        await reader.close()
    chain, counted = anchor(log_id, folded.family.commands, partition, rows)
    if chain.position != folded.chain.position:
        raise Broken(chain.position.offset, "the snapshot stands on another chain")
    for one in counted:
        for entry in one.decision.entries:
            room = biddings.find(entry.aggregate)
            if room is not None and _matters(folded.known[entry.aggregate].state, now_ms):
                _remember(room, one, entry)


def _remember(room: Room, one: Counted, entry: Entry) -> None:
    decision, history = one.decision, room.inside.history
    events = tuple(decode_event(BIDDING.messages, raw) for raw in told_of(entry))
    seen_ms = decision.at_ms if _is_public(entry, events) else 0
    room.inside.remember(events, seen_ms)
    if room.outside is not room.inside:
        room.outside.remember(events, seen_ms)
    asked = decision.command
    room.note_act(events, asked.offset)
    if asked.actor is None or asked.acting_role not in AS_BIDDER:
        return
    if entry.rejection is not None:
        code, params = entry.rejection.code, entry.rejection.params
        history.refuse(asked.actor, code, params, decision.at_ms)
    if is_answer(decision, entry):
        standing = history.standing_of(asked.actor)
        digest = hash_decision(one.value).hex()
        room.hear(asked.actor, Heard(decision, entry, events, one.offset, digest, standing))


def _is_public(entry: Entry, events: tuple[object, ...]) -> bool:
    public = BIDDING.messages.public
    return len(events) < len(entry.events) or any(type(event) in public for event in events)


async def _find(reader: LogReader[Row], partition: int, end: int, at_ms: int) -> int:
    """Return an offset before which no decision is of `at_ms` or later: decisions do not go back.

    A stale record may stand anywhere; it is a copy of one before, so the search only begins sooner.
    """
    low, high = (await reader.starts())[partition], end
    while high - low > _SEARCH_ROWS:
        middle = (low + high) // 2
        if await _at_ms(reader, partition, middle) < at_ms:
            low = middle
        else:
            high = middle
    return low


async def _at_ms(reader: LogReader[Row], partition: int, offset: int) -> int:
    reader.seek(partition, offset)
    async for (_, value), *_ in reader.read_to(partition, offset + 1):
        return _LATE_MS if is_noise(value) else decode_decision(value or b"").at_ms
    return 0
