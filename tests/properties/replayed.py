"""One simulated log as one hash: the same under every order of hashes."""

import hashlib

from tests.simulation.world import World


def digest(seed: int = 11) -> str:
    return hashlib.sha256(b"\n".join(World(seed).run().log.decisions)).hexdigest()
