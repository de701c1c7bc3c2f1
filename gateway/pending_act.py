"""What the first of two people asked for, so that the second confirms just that (domain 4.2, 4.6).

Rule 1: the state keeps only a digest of it. The decision names its command, and that is read again
from the log: what is told is what was asked, or nothing.
Rule 2: of openings nothing is told, since they hold amounts: who opens must hold them himself.
"""

from contextlib import suppress
from typing import Any, Final

from gateway.feed.feed import Feed
from infra.codec import Command, decode_command
from infra.kafka.admin import NoBroker
from infra.kafka.reader import OffsetGone, Record, open_reader
from infra.topics import BIDDING
from trading.bidding import two_people
from trading.bidding.commands import ResumeBidding
from trading.dispatch import BIDDING as RULES

_NAMES: Final = ("act", "role", "digest", "at_ms", "until_ms")


async def pending_act(feed: Feed, bidding_id: str) -> dict[str, Any] | None:
    """Return the act that waits for a second person, None where none does.

    `resumes_at_ms` is what was asked for; None for another act, or where it cannot be read now.
    """
    room = feed.biddings.find(bidding_id)
    shown = None if room is None else (room.aside_state("bidding.control") or {})["pending_act"]
    if room is None or shown is None:
        return None
    told: dict[str, Any] = {name: shown[name] for name in _NAMES}
    told["resumes_at_ms"] = None
    if shown["act"] == two_people.RESUME and room.act_offset is not None:
        with suppress(NoBroker, OffsetGone):
            asked = await _command_at(feed.bootstrap, room.partition, room.act_offset)
            told["resumes_at_ms"] = _resumes_at_ms(asked, bidding_id, shown["digest"])
    return told


async def _command_at(bootstrap: str, partition: int, offset: int) -> Command | None:
    reader = await open_reader(bootstrap, BIDDING.commands, {partition: offset}, Record)
    try:
        async for rows in reader.read_to(partition, offset + 1):
            found = decode_command(RULES.messages, rows[0].value)
            return found if isinstance(found, Command) else None
    finally:
        await reader.close()
    return None


def _resumes_at_ms(asked: Command | None, bidding_id: str, digest: str) -> int | None:
    if asked is None or asked.aggregate != bidding_id or not isinstance(asked.body, ResumeBidding):
        return None
    at_ms = asked.body.resumes_at_ms
    return at_ms if two_people.digest_of(at_ms) == digest else None
