"""Passwords: argon2id, off the loop, in a pool that is bounded (reliability T18).

Rule 1: a login that nobody has costs the same as a wrong password: it is checked against a hash
that no password fits.
Rule 2: at most `WORKERS` hashes at once, and at most `WAITING_MAX` waiting; beyond that it is busy,
and says so.
Rule 3: the cheap parameters are for the demo and for tests. Elsewhere a hash made with them opens
nothing: whose password all know must not get in because a folder was kept.
Rule 4: a hash made with other parameters than those in force is made anew at the next sign-in.
"""

import asyncio
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from infra.running import SHORT_PROFILES, STANDARD

WORKERS: Final = 2
WAITING_MAX: Final = 64
CHARACTERS_MIN: Final = 10
CHARACTERS_MAX: Final = 256
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
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="argon2")
        self._waiting = 0
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

    async def fits_off_loop(self, password: str, password_hash: str | None) -> bool:
        """As `fits`, in the pool; raises `Busy`."""
        if self._waiting >= WAITING_MAX:
            raise Busy
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, self.fits, password, password_hash)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the pool."""
        self._pool.shutdown(wait=False, cancel_futures=True)


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
    length = len(plain(password))
    if length < CHARACTERS_MIN or length > CHARACTERS_MAX:
        raise BadPassword("PASSWORD_LENGTH")
    if plain(password).casefold() == login.casefold() or len(set(password)) <= 2:  # noqa: PLR2004
        raise BadPassword("PASSWORD_WEAK")
