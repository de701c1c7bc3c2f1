"""Acts that need two people: the same command from each within a window; the second acts (4.2).

Rule 1: another role and another person. Rule 2: the same command, to the byte.
Rule 3: a different command, or one after the window, is a first one again.
"""

import hashlib
import json
from typing import Final

from trading.bidding.events import ActConfirmed
from trading.bidding.state import Bidding
from trading.outcome import By

OPEN_ENVELOPES: Final = "open_envelopes"
RESUME: Final = "resume_bidding"
TERMINATE: Final = "terminate_bidding"


def digest_of(content: object) -> str:
    """What exactly was asked for: SHA-256 of compact JSON."""
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def is_first_again(bidding: Bidding, digest: str, by: By, at_ms: int) -> bool:
    """Whether the same person (or another in the same role) asks for the same act once more."""
    act = bidding.facts.pending_act
    if act is None or not _counts(bidding, digest, at_ms):
        return False
    return by.actor == act.actor or by.role == act.role


def is_second(bidding: Bidding, digest: str, at_ms: int) -> bool:
    """Whether the first of two stands; the guards have seen that this is another person."""
    return bidding.facts.pending_act is not None and _counts(bidding, digest, at_ms)


def first(act: str, digest: str, by: By, at_ms: int) -> ActConfirmed:
    """One of two."""
    return ActConfirmed(act, by.actor, by.role, digest, at_ms)


def _counts(bidding: Bidding, digest: str, at_ms: int) -> bool:
    act = bidding.facts.pending_act
    assert act is not None, "asked only where somebody has confirmed"
    in_window = at_ms - act.at_ms <= bidding.facts.terms.two_person_window_ms
    return act.digest == digest and in_window
