"""The sign-ins that have ended while their tokens may still live, from the `sign-outs` topic.

Rule 1: it is kept for as long as such a token lives, and then forgotten.
Rule 2: nobody asks anybody whether a sign-in may end, so no decider stands behind this topic; what
is to be refused to an account as a whole is decided (`sessions_revoked`, trading/membership).
"""

from collections import OrderedDict
from typing import Final

import msgspec

from infra.identity.tokens import SESSION_MS

KEPT_MS: Final = SESSION_MS + 60_000  # clocks may differ


class SignOut(msgspec.Struct, frozen=True):
    """A record of the topic: this sign-in has ended, whatever tokens it gave."""

    sign_in_id: str
    at_ms: int


_decoder: Final = msgspec.json.Decoder(SignOut)


class SignOuts:
    """See the module's rules."""

    def __init__(self) -> None:
        """Knows of none."""
        self._ended: OrderedDict[str, int] = OrderedDict()  # in the order in which they came

    def __contains__(self, sign_in_id: str) -> bool:
        return sign_in_id in self._ended

    def __len__(self) -> int:
        return len(self._ended)

    def take(self, value: bytes | None) -> str | None:
        """Take a record; returns the sign-in, None where it says nothing new."""
        try:
            told = _decoder.decode(value or b"")
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        while self._ended and next(iter(self._ended.values())) < told.at_ms - KEPT_MS:
            self._ended.popitem(last=False)
        if told.sign_in_id in self._ended:
            return None
        self._ended[told.sign_in_id] = told.at_ms
        return told.sign_in_id


def encode_sign_out(sign_in_id: str, at_ms: int) -> bytes:
    """Return the record's value; its key is the sign-in."""
    return msgspec.json.encode(SignOut(sign_in_id, at_ms))
