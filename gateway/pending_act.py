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
from infra.kafka.reader import OffsetGone, record_at
from infra.topics import BIDDING
from trading.bidding import two_people
from trading.bidding.commands import ResumeBidding, TerminateBidding
from trading.bidding.suspension import termination_digest
from trading.dispatch import BIDDING as RULES

_NAMES: Final = ("act", "role", "digest", "at_ms", "until_ms")


async def pending_act(feed: Feed, bidding_id: str) -> dict[str, Any] | None:
    """Return the act that waits for a second person, None where none does.

    `resumes_at_ms` or `reason` is what was asked for; None for another act, or where it cannot be
    read now.
    """
    room = feed.biddings.find(bidding_id)
    shown = None if room is None else (room.aside_state("bidding.control") or {})["pending_act"]
    if room is None or shown is None:
        return None
    told: dict[str, Any] = {name: shown[name] for name in _NAMES}
    told |= {"resumes_at_ms": None, "reason": None}
    if shown["act"] != two_people.OPEN_ENVELOPES and room.act_offset is not None:
        with suppress(NoBroker, OffsetGone):
            asked = await _command_at(feed.bootstrap, room.partition, room.act_offset)
            if asked is not None and asked.aggregate == bidding_id:
                told |= _what(asked.body, shown["digest"])
    return told


async def _command_at(bootstrap: str, partition: int, offset: int) -> Command | None:
    record = await record_at(bootstrap, BIDDING.commands, partition, offset)
    found = None if record is None else decode_command(RULES.messages, record.value)
    return found if isinstance(found, Command) else None


def _what(body: object, digest: str) -> dict[str, Any]:
    """Return what a command asks for, where it is the one that the state has the digest of."""
    match body:
        case ResumeBidding(resumes_at_ms=at_ms) if two_people.digest_of(at_ms) == digest:
            return {"resumes_at_ms": at_ms}
        case TerminateBidding(reason=reason) if termination_digest(body) == digest:
            return {"reason": reason}
        case _:
            return {}
