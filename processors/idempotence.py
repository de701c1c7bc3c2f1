"""What was asked before, for ever (docs/log-protocol.md, rule 8): 40 bytes a command.

The scope is (actor, command id). A key is 16 bytes of SHA-256 over `actor`, a zero byte, `id`.
"""

import hashlib
import struct
from typing import Final, NamedTuple

_ROW: Final = struct.Struct(">16s16sq")
_ANSWER: Final = struct.Struct(">16sq")


class Answered(NamedTuple):
    """What the first command of an id asked, and where it stands in the command topic."""

    digest: bytes
    offset: int


def key_of(actor: str, command_id: str) -> bytes:
    """Return the key of a command."""
    return hashlib.sha256(f"{actor}\0{command_id}".encode()).digest()[:16]


class Answers:
    """Every id that was answered in a partition, with a way back to the last confirmed state."""

    def __init__(self) -> None:
        """Start with none."""
        self._answers: dict[bytes, bytes] = {}
        self._new: list[bytes] = []

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, key: bytes) -> Answered | None:
        """Return what was asked first under this key."""
        packed = self._answers.get(key)
        return None if packed is None else Answered(*_ANSWER.unpack(packed))

    def add(self, key: bytes, digest: bytes, offset: int) -> None:
        """Keep the first; what comes later under the same key changes nothing."""
        if key not in self._answers:
            self._answers[key] = _ANSWER.pack(digest, offset)
            self._new.append(key)

    def confirm(self) -> None:
        """Make what was added the state to come back to."""
        self._new.clear()

    def rollback(self) -> None:
        """Forget what was added since the last `confirm`."""
        for key in self._new:
            del self._answers[key]
        self._new.clear()

    def dump(self) -> bytes:
        """Return 40 bytes an answer."""
        return b"".join(key + packed for key, packed in self._answers.items())

    def load(self, rows: bytes) -> None:
        """Take over what `dump` returned."""
        size = _ROW.size
        starts = range(0, len(rows), size)
        self._answers = {rows[at : at + 16]: rows[at + 16 : at + size] for at in starts}
