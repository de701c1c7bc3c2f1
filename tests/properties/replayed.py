"""Simulated logs as hashes: the same under every order of hashes."""

import hashlib

from tests.simulation.families import AccountWorld, ShowWorld
from tests.simulation.world import World

SEED = 11


def digests() -> str:
    """A line for each family."""
    return "\n".join(digest(kind) for kind in (World, ShowWorld, AccountWorld))


def digest(kind: type[World]) -> str:
    """The hash of all that was ever appended to the decisions of one seed."""
    return hashlib.sha256(b"\n".join(kind(SEED).run().log.decisions)).hexdigest()
