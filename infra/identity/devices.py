"""Devices that have signed in before: what tells a bidder's phone from a stranger's.

Rule 1: a device bears a cookie of its own id and, for each account that signed in there, a mark
that only we can make. It opens nothing: it says whose failures are counted apart (login_limits).
Rule 2: nothing is stored of it here, and the cookie tells nobody which accounts they are.
"""

import hashlib
import hmac
import re
import secrets
from typing import Final

from infra.identity.login_limits import key_of

ACCOUNTS_MAX: Final = 8  # the latest, of one device
LIVES_SECONDS: Final = 180 * 86_400
_ID_BYTES: Final = 12
_MARK_CHARACTERS: Final = 24
_MARKS: Final = rf"(\.[0-9a-f]{{{_MARK_CHARACTERS}}}){{0,{ACCOUNTS_MAX}}}"
_COOKIE: Final = re.compile(rf"(?P<id>[0-9a-f]{{{2 * _ID_BYTES}}})(?P<marks>{_MARKS})")


class Devices:
    """Makes and reads the cookies of devices."""

    def __init__(self, key: bytes) -> None:
        """`key` is of this alone, and stays."""
        self._key = key

    def known(self, cookie: str, login: str) -> str | None:
        """Return the device's id where somebody has signed in to this account there before."""
        device, marks = _parts(cookie)
        mark = self._mark(device, login)
        found = any(hmac.compare_digest(mark, one) for one in marks)
        return device if device and found else None

    def signed_in(self, cookie: str, login: str) -> str:
        """Return the device's cookie after somebody has signed in there."""
        device, marks = _parts(cookie)
        device = device or secrets.token_hex(_ID_BYTES)
        mark = self._mark(device, login)
        others = [one for one in marks if one != mark]
        return ".".join([device, mark, *others][: ACCOUNTS_MAX + 1])

    def _mark(self, device: str, login: str) -> str:
        said = f"{device} {key_of(login)}".encode()
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()[:_MARK_CHARACTERS]


def _parts(cookie: str) -> tuple[str, list[str]]:
    found = _COOKIE.fullmatch(cookie)
    if found is None:
        return "", []
    return found["id"], [mark for mark in found["marks"].split(".") if mark]
