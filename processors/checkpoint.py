"""A trusted checkpoint: a decider's snapshot that somebody kept, with the SHA-256 he wrote down.

Rule 1: the sum is given by who trusts it, never read from beside the file.
Rule 2: it says itself of which partition it is; whether it fits the log is for the verifier.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.frozen import Place, Unfit, unsealed

SUM_CHARS: Final = 64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A snapshot file's bytes, and of which place it is."""

    place: Place
    data: bytes


def read_checkpoint(text: str) -> Checkpoint:
    """Read `SHA256:FILE`, the sum being that of the whole file; raises ValueError."""
    digest, _, name = text.partition(":")
    if len(digest) != SUM_CHARS or not name:
        message = f"{text} is not SHA256:FILE, the sum in 64 hexadecimal digits"
        raise ValueError(message)
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror}"
        raise ValueError(message) from error
    found = hashlib.sha256(data).hexdigest()
    if found != digest.lower():
        message = f"{name} has the SHA-256 {found}, which is not the one named"
        raise ValueError(message)
    try:
        return Checkpoint(unsealed(data).place, data)
    except Unfit as error:
        message = f"{name} is no snapshot: {error}"
        raise ValueError(message) from error
