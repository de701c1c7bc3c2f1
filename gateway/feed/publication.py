"""What goes out on a channel (push.md, part 3).

Rule 1: critical: `offset` is set and `key` is not; it is never dropped.
Rule 2: conflated: `key` is set and `offset` is not; only the newest of a key counts. `version`
rises with every value of a key, and `data` carries the key too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Publication:
    """One message of one channel; the same value may be given to many connections."""

    channel: str
    data: dict[str, Any]
    offset: int | None = None
    key: str | None = None
    version: int | None = None


Sink: TypeAlias = Callable[[Publication], None]
