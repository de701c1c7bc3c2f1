"""Passwords: argon2id, off the loop, in a pool that is bounded (reliability T18).

Rule 1: a login that nobody has costs the same as a wrong password: it is checked against a hash
that no password fits.
Rule 2: at most `WORKERS` hashes at once, and at most `WAITING_MAX` waiting in a lane; beyond that
it is busy, and says so.
Rule 3: the cheap parameters are for the demo and for tests. Elsewhere a hash made with them opens
nothing: whose password all know must not get in because a folder was kept.
Rule 4: a hash made with other parameters than those in force is made anew at the next sign-in.
Rule 5: who comes from a device that has signed in to the account before has a lane of his own, and
nobody's address takes more than half of the other: a flood of guesses keeps nobody out.
Rule 6: what is chosen is long enough, none of the common ones, and names neither its login nor us.
"""

import asyncio
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from infra.identity.common_passwords import left_of, plain_letters
from infra.running import SHORT_PROFILES, STANDARD

WORKERS: Final = 2
KNOWN_WORKERS: Final = 1  # of the lane of known devices
WAITING_MAX: Final = 128
WAITING_PER_ADDRESS_MAX: Final = WAITING_MAX // 2
CHARACTERS_MIN: Final = 10
CHARACTERS_MAX: Final = 256
PIECES_MIN: Final = 6  # of which the shortest description of a password consists
NAME_CHARACTERS_MIN: Final = 4  # shorter parts of a login are in too many words
OUR_NAMES: Final = ("shuoguo", "硕果")
CHEAP_KIB: Final = 8 * 1024


class Busy(Exception):
    """Too many passwords are being checked at this moment."""


class BadPassword(Exception):
    """A password that may not be chosen; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Passwords:
    """Hashes and checks passwords; one per process."""

    def __init__(self, profile: str = STANDARD) -> None:
        """`profile` as of what runs: demo and test take the cheap parameters."""
        self._is_cheap = profile in SHORT_PROFILES
        if self._is_cheap:
            self._hasher = PasswordHasher(1, CHEAP_KIB, 1, type=Type.ID)
        else:
            self._hasher = PasswordHasher(3, 64 * 1024, 4, type=Type.ID)
        self._lanes = {
            False: _Lane(WORKERS, WAITING_PER_ADDRESS_MAX),
            True: _Lane(KNOWN_WORKERS, WAITING_MAX),
        }
        self._nobodys = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """Return what to keep of a password. It takes long: not on a loop."""
        return self._hasher.hash(plain(password))

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password; None is that of nobody. It takes long: not on a loop."""
        if password_hash is not None and not self._is_cheap and _is_cheap(password_hash):
            password_hash = None
        try:
            self._hasher.verify(password_hash or self._nobodys, plain(password))
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made with other parameters than those in force."""
        return not self._is_cheap and self._hasher.check_needs_rehash(password_hash)

    async def fits_off_loop(
        self, password: str, password_hash: str | None, address: str = "", *, is_known: bool = False
    ) -> bool:
        """As `fits`, in a lane; raises `Busy`. `is_known`: from a device that signed in before."""
        check = partial(self.fits, password, password_hash)
        return await self._lanes[is_known].run(address, check)

    def close(self) -> None:
        """End the lanes."""
        for lane in self._lanes.values():
            lane.pool.shutdown(wait=False, cancel_futures=True)


class _Lane:
    """A pool, and who waits for it."""

    def __init__(self, workers: int, per_address_max: int) -> None:
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="argon2")
        self._per_address_max = per_address_max
        self._waiting: Counter[str] = Counter()

    async def run(self, address: str, check: Callable[[], bool]) -> bool:
        """Wait for a turn; raises `Busy`."""
        if self._waiting.total() >= WAITING_MAX:
            raise Busy
        if self._waiting[address] >= self._per_address_max:
            raise Busy
        self._waiting[address] += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self.pool, check)
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]


def plain(password: str) -> str:
    """Return a password in one form, however a keyboard composes its characters (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _is_cheap(password_hash: str) -> bool:
    try:
        return extract_parameters(password_hash).memory_cost <= CHEAP_KIB
    except InvalidHashError:
        return False


def check_password(password: str, login: str) -> None:
    """Raise `BadPassword` where it may not be chosen."""
    given = plain(password)
    if not CHARACTERS_MIN <= len(given) <= CHARACTERS_MAX:
        raise BadPassword("PASSWORD_LENGTH")
    if _names(given, login):
        raise BadPassword("PASSWORD_NAMES")
    if left_of(given) < PIECES_MIN:
        raise BadPassword("PASSWORD_WEAK")


def _names(password: str, login: str) -> bool:
    """Whether it contains the login, a part of it, or our own name."""
    read = plain_letters(password)
    parts = [plain_letters(part) for part in (login, *re.split(r"[._@-]", login))]
    named = [part for part in parts if len(part) >= NAME_CHARACTERS_MIN]
    return any(name in read or name in password.casefold() for name in (*named, *OUR_NAMES))
