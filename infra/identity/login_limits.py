"""How often a sign-in may fail (reliability T18; push.md §5).

Rule 1: only guessing is slowed: after a few failures of one account from one source each further
try has to wait, longer each time. Nobody else of that address waits: a hall of 300 phones is one.
Rule 2: an attempt is counted as failed before the password is looked at, and taken back when it was
right: a hundred attempts at once are a hundred attempts.
Rule 3: a device that has signed in to an account before is a source of its own: whatever strangers
do to the account, or from its address, its person gets in.
Rule 4: where very many fail for an account, or from an address, a new source has one try for each
account before it waits. Nothing is ever closed to all.
Rule 5: whether an account exists makes no difference to any of this.
"""

import hashlib
import secrets
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, select

from infra.db.engine import one_at_a_time, writing
from infra.identity.people import plain_login
from infra.identity.schema import failed_logins

KEPT_MS: Final = 24 * 3_600_000  # how long a failure is remembered
WINDOW_MS: Final = 15 * 60_000  # over which many are very many
FREE: Final = 4
FREE_UNDER_ATTACK: Final = 1
PER_ACCOUNT_MANY: Final = 50
PER_ADDRESS_MANY: Final = 100
FIRST_DELAY_MS: Final = 2_000
DELAY_MS_MAX: Final = 15 * 60_000
ROWS_MAX: Final = 100_000
_DEVICE: Final = "device "
_NETWORK_BITS: Final = 64  # of an IPv6 address: whoever has one of them has them all
_LOCK: Final = 7_215_004_772


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that may be made; it counts as failed until `succeeded`."""

    attempt_id: str
    login_key: str
    source: str


@dataclass(frozen=True, slots=True)
class TooMany:
    """No attempt may be made now."""

    retry_after_ms: int


class LoginLimits:
    """Failed sign-ins in the database. Every call blocks: not on a loop."""

    def __init__(self, engine: Engine) -> None:
        """`engine` of a migrated database."""
        self._engine = engine

    def begin(
        self, login: str, address: str, now_ms: int, device: str | None = None
    ) -> Attempt | TooMany:
        """Count an attempt, or say how long to wait.

        `device`: it has signed in to this account before (infra.identity.devices).
        """
        source = network_of(address) if device is None else f"{_DEVICE}{device}"
        made = Attempt(secrets.token_hex(12), key_of(login), source)
        with writing(self._engine) as connection:
            one_at_a_time(connection, _LOCK)
            old = failed_logins.c.at_ms <= now_ms - KEPT_MS
            connection.execute(delete(failed_logins).where(old))
            wait_ms = _wait_ms(connection, made, now_ms)
            if wait_ms > 0:
                return TooMany(wait_ms)
            row = {
                "attempt_id": made.attempt_id, "at_ms": now_ms, "login_key": made.login_key,
                "address": made.source,
            }  # fmt: skip
            connection.execute(failed_logins.insert().values(row))
        return made

    def succeeded(self, attempt: Attempt) -> None:
        """Take it back, and with it what failed there before for the same account."""
        with writing(self._engine) as connection:
            connection.execute(delete(failed_logins).where(_pair(attempt)))

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

    def trim(self) -> None:
        """Forget the oldest where there are more than `ROWS_MAX`."""
        newest = select(failed_logins.c.at_ms).order_by(failed_logins.c.at_ms.desc())
        with writing(self._engine) as connection:
            last = connection.execute(newest.offset(ROWS_MAX).limit(1)).scalar()
            if last is not None:
                connection.execute(delete(failed_logins).where(failed_logins.c.at_ms <= last))


def delay_ms(failures: int, free: int) -> int:
    """Return how long after its last failure a source waits: twice as long each time."""
    if failures < free:
        return 0
    return int(min(DELAY_MS_MAX, FIRST_DELAY_MS << min(failures - free, 20)))


def network_of(address: str) -> str:
    """Return what counts as one address: of IPv6 the network, since a person has all of it."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> _NETWORK_BITS << _NETWORK_BITS))


def key_of(login: str) -> str:
    """Return what a login is counted under: what people type there may be a password."""
    return hashlib.sha256(plain_login(login).encode()).hexdigest()


def _wait_ms(connection: Connection, made: Attempt, now_ms: int) -> int:
    counted = select(func.count(), func.max(failed_logins.c.at_ms)).where(_pair(made))
    failures, last_ms = connection.execute(counted).one()
    if not failures:
        return 0
    return int(last_ms) + delay_ms(int(failures), _free(connection, made, now_ms)) - now_ms


def _free(connection: Connection, made: Attempt, now_ms: int) -> int:
    """Return how many tries a source has for an account before it waits."""
    if made.source.startswith(_DEVICE):
        return FREE
    lately = failed_logins.c.at_ms > now_ms - WINDOW_MS
    his = failed_logins.c.login_key == made.login_key
    here = failed_logins.c.address == made.source
    for which, many in ((his, PER_ACCOUNT_MANY), (here, PER_ADDRESS_MANY)):
        count = connection.execute(select(func.count()).where(which & lately)).scalar_one()
        if count >= many:
            return FREE_UNDER_ATTACK
    return FREE


def _pair(attempt: Attempt) -> ColumnElement[bool]:
    return (failed_logins.c.login_key == attempt.login_key) & (
        failed_logins.c.address == attempt.source
    )
