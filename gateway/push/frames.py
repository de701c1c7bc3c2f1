"""Websocket frames as bytes: one publication is one text frame, made once for all (RFC 6455 §5.2).

Rule 1: what a server sends is not masked, so the same bytes go to everybody.
Rule 2: frames are joined whole, never cut: several of them are one write.
Rule 3: the messages of one frame are separated by newlines.
"""

import struct
from collections.abc import Iterable
from typing import Final

_TEXT_AND_LAST: Final = 0x81
_SHORT: Final = 125
_MEDIUM: Final = 0xFFFF
_HEADER_16: Final = struct.Struct("!BBH")
_HEADER_64: Final = struct.Struct("!BBQ")


def text_frame(payload: bytes) -> bytes:
    """Return one whole text frame."""
    size = len(payload)
    if size <= _SHORT:
        return bytes((_TEXT_AND_LAST, size)) + payload
    if size <= _MEDIUM:
        return _HEADER_16.pack(_TEXT_AND_LAST, 126, size) + payload
    return _HEADER_64.pack(_TEXT_AND_LAST, 127, size) + payload


def frame_of(messages: Iterable[bytes]) -> bytes:
    """Return one frame that holds all the messages."""
    return text_frame(b"\n".join(messages))


PING: Final = text_frame(b"{}")
