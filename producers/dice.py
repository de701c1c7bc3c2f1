"""Seeded chance that is the same on every machine and in every version of Python.

Not for secrets: whoever knows the seed knows every throw.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """Throws that follow from a seed and their order alone."""

    def __init__(self, *seed: object) -> None:
        self._seed = "/".join(str(part) for part in seed).encode()
        self._count = 0

    def below(self, bound: int) -> int:
        """Return an integer from 0 to `bound` - 1."""
        self._count += 1
        digest = hashlib.sha256(self._seed + self._count.to_bytes(8, "big")).digest()
        return int.from_bytes(digest[:8], "big") % bound

    def between(self, least: int, most: int) -> int:
        """Return an integer from `least` to `most`, both included."""
        return least + self.below(most - least + 1)

    def chance(self, percent: int) -> bool:
        """Whether something happens that does so in `percent` of 100 cases."""
        return self.below(100) < percent

    def choose(self, items: Sequence[Item]) -> Item:
        """Return one of them."""
        return items[self.below(len(items))]

    def hexadecimal(self, digits: int) -> str:
        """Return lowercase hexadecimal digits."""
        return "".join(f"{self.below(16):x}" for _ in range(digits))
