"""Topics, partitions and what a topic must be set to (docs/log-protocol.md, part 1).

Rule 1: a record's key is its root id, and its partition is Java's murmur2 of the key, computed here
and passed explicitly, because clients differ.
Rule 2: the number of partitions is fixed when the log is made.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

PARTITIONS_EMBEDDED: Final = 4
PARTITIONS_CLUSTER: Final = 12

COMMAND_BYTES_MAX: Final = 64 * 1024
DECISION_BYTES_MAX: Final = 256 * 1024
BATCH_BYTES_MAX: Final = 512 * 1024
BATCH_RECORDS_MAX: Final = 1_000
DECISION_RECORD_BYTES_MAX: Final = 1024 * 1024 - 128  # key and value: what fits a topic's largest


@dataclass(frozen=True, slots=True)
class Family:
    """A pair of topics: what is asked, and what is answered."""

    name: str
    commands: str
    decisions: str


BIDDING: Final = Family("bidding", "bidding.commands", "bidding.decisions")
TRADING: Final = Family("trading", "trading.commands", "trading.decisions")
ROADSHOW: Final = Family("roadshow", "roadshow.commands", "roadshow.decisions")
FAMILIES: Final = (BIDDING, TRADING, ROADSHOW)

NOTICES: Final = "notices"  # who is told what, by audience
INSIGHT: Final = "insight"  # the heat of agenda items
SIGNALS: Final = "signals"  # samples of presence
DEAD_LETTERS: Final = "dead-letters"  # what a reactor could not carry out
BEATS: Final = "beats"  # what decisions add to the heat, keyed by session: between two reactors
SIGN_OUTS: Final = "sign-outs"  # sign-ins that have ended, by their ids
AUDIT: Final = "audit"  # who has read what by the right of his office
STREAMS: Final = (NOTICES, INSIGHT, SIGNALS, DEAD_LETTERS, BEATS, SIGN_OUTS, AUDIT)

DECISION_TOPIC_CONFIG: Final = {
    "cleanup.policy": "delete",
    "compression.type": "uncompressed",  # kept so whatever a client packs with: all can read it
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "max.message.bytes": "1048576",
}
COMMAND_TOPIC_CONFIG: Final = {
    **DECISION_TOPIC_CONFIG,
    "message.timestamp.type": "LogAppendTime",
}

_WORD: Final = 0xFFFFFFFF
_MIX: Final = 0x5BD1E995
_SEED: Final = 0x9747B28C


def murmur2(data: bytes) -> int:
    """Return the unsigned 32-bit murmur2 hash that Java's Kafka client partitions by."""
    length = len(data)
    digest = _SEED ^ length
    whole = length & ~3
    for index in range(0, whole, 4):
        word = int.from_bytes(data[index : index + 4], "little") * _MIX & _WORD
        word = (word ^ (word >> 24)) * _MIX & _WORD
        digest = (digest * _MIX & _WORD) ^ word
    if whole < length:
        digest = (digest ^ int.from_bytes(data[whole:], "little")) * _MIX & _WORD
    digest = (digest ^ (digest >> 13)) * _MIX & _WORD
    return digest ^ (digest >> 15)


@lru_cache(maxsize=65_536)
def partition_of(root_id: str, partitions: int) -> int:
    """Return the partition in which everything of one root is decided."""
    return (murmur2(root_id.encode()) & 0x7FFFFFFF) % partitions
