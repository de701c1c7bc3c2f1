"""What the reactors' tables are kept as, in topics that anybody may write into.

Rule: whatever stands there is read as something. Faust ends its recovery only at a topic's last
record, and never where that cannot be decoded: a restart would stand still for ever.
"""

from typing import Any, Final

from faust.serializers.codecs import json


class _Kept(json):
    """JSON, and None of what is none."""

    def _loads(self, s: bytes) -> Any:
        try:
            return super()._loads(s)
        except (ValueError, RecursionError):
            return None


class Keys(_Kept):
    """Names; what is none is the empty name, which nothing asks for."""

    def _loads(self, s: bytes) -> Any:
        found = super()._loads(s)
        return found if isinstance(found, str) else ""


class WindowedKeys(_Kept):
    """Names with their windows; what is none is the empty name in a window of no time."""

    def _loads(self, s: bytes) -> Any:
        match super()._loads(s):
            case [str(name), [int() | float() as start, int() | float() as end]]:
                return [name, [start, end]]
        return ["", [0.0, 0.0]]


class Values(_Kept):
    """Objects; what is none is nothing."""

    def _loads(self, s: bytes) -> Any:
        found = super()._loads(s)
        return found if isinstance(found, dict) else None


KEYS: Final = Keys()
WINDOWED_KEYS: Final = WindowedKeys()
VALUES: Final = Values()
