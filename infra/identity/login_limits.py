"""How often a sign-in may fail (reliability T18; push.md §5).

Rule 1: only failures count; whoever signs in rightly is never held up by others of his address: a
hall of 300 phones is one address.
Rule 2: an attempt is counted as failed before the password is looked at, and taken back when it was
right: a hundred attempts at once are a hundred attempts.
Rule 3: an account is closed to one address after a few failures, and to all only after many: else
anybody could keep a bidder out.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, delete, func, select

from infra.db.engine import one_at_a_time, writing
from infra.identity.people import plain_login
from infra.identity.schema import failed_logins

WINDOW_MS: Final = 15 * 60_000
PER_ACCOUNT_AND_ADDRESS_MAX: Final = 5
PER_ACCOUNT_MAX: Final = 50
PER_ADDRESS_MAX: Final = 100
_LOCK: Final = 7_215_004_772


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that may be made; it counts as failed until `succeeded`."""

    attempt_id: str
    login_key: str
    address: str


@dataclass(frozen=True, slots=True)
class TooMany:
    """No attempt may be made now."""

    retry_after_ms: int


class LoginLimits:
    """Failed sign-ins in the database. Every call blocks: not on a loop."""

    def __init__(self, engine: Engine) -> None:
        """`engine` of a migrated database."""
        self._engine = engine

    def begin(self, login: str, address: str, now_ms: int) -> Attempt | TooMany:
        """Count an attempt, or say that there were too many."""
        made = Attempt(secrets.token_hex(12), key_of(login), address[:64])
        here = failed_logins.c.address == made.address
        his = failed_logins.c.login_key == made.login_key
        with writing(self._engine) as connection:
            one_at_a_time(connection, _LOCK)
            old = failed_logins.c.at_ms <= now_ms - WINDOW_MS
            connection.execute(delete(failed_logins).where(old))
            for which, count_max in (
                (his & here, PER_ACCOUNT_AND_ADDRESS_MAX),
                (his, PER_ACCOUNT_MAX),
                (here, PER_ADDRESS_MAX),
            ):
                counted = select(func.count(), func.min(failed_logins.c.at_ms)).where(which)
                count, first_ms = connection.execute(counted).one()
                if count >= count_max:
                    return TooMany(max(1, int(first_ms) + WINDOW_MS - now_ms))
            row = {
                "attempt_id": made.attempt_id, "at_ms": now_ms, "login_key": made.login_key,
                "address": made.address,
            }  # fmt: skip
            connection.execute(failed_logins.insert().values(row))
        return made

    def succeeded(self, attempt: Attempt) -> None:
        """Take it back, and with it what failed here before for the same account."""
        mine = (failed_logins.c.login_key == attempt.login_key) & (
            failed_logins.c.address == attempt.address
        )
        with writing(self._engine) as connection:
            connection.execute(delete(failed_logins).where(mine))

    def withdrawn(self, attempt: Attempt) -> None:
        """Take back an attempt that was not looked at (too busy)."""
        mine = failed_logins.c.attempt_id == attempt.attempt_id
        with writing(self._engine) as connection:
            connection.execute(delete(failed_logins).where(mine))

    def forgive(self, login: str) -> None:
        """Forget all that failed for an account (its person has been given a new password)."""
        with writing(self._engine) as connection:
            his = failed_logins.c.login_key == key_of(login)
            connection.execute(delete(failed_logins).where(his))


def key_of(login: str) -> str:
    """Return what a login is counted under: what people type there may be a password."""
    return hashlib.sha256(plain_login(login).encode()).hexdigest()
