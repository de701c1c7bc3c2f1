"""Sign-ins, and the refresh tokens that keep them alive (reliability T18).

Rule 1: a refresh token is random and kept as a hash; each is good once, and gives the next.
Rule 2: one that comes again although the one given for it has been used was copied: its whole
sign-in ends. Within `GRACE_MS` of its first use it is good again: two tabs refresh at once.
Rule 3: one that comes again later, and what was given for it has never been used, comes from who
never got the answer (a page closed, a line cut, a laptop shut). It is good again; of what was given
before and what is given then only one may ever be used: where both are, one is a copy's.
Rule 4: a sign-in ends when nobody has refreshed it for `IDLE_MS`, and after `LONG_MS`.
"""

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, select, update

from infra.db.engine import reading, writing
from infra.identity.schema import refresh_tokens, sign_ins

IDLE_MS: Final = 12 * 3_600_000
LONG_MS: Final = 72 * 3_600_000
GRACE_MS: Final = 10_000
KEEP_MS: Final = 30 * 86_400_000  # how long an ended sign-in is kept
_ID_BYTES: Final = 12
_TOKEN_BYTES: Final = 32


class RefreshFault(StrEnum):
    """Why a refresh token gives nothing."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REUSED = "reused"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in and the token by which it goes on; the token is shown this once."""

    sign_in_id: str
    account_id: str
    started_at_ms: int
    refresh_token: str
    expires_at_ms: int

    def __repr__(self) -> str:
        return f"SignIn({self.sign_in_id})"


class SignIns:
    """Sign-ins in the database. Every call blocks: not on a loop."""

    def __init__(self, engine: Engine) -> None:
        """`engine` of a migrated database."""
        self._engine = engine

    def start(self, account_id: str, now_ms: int) -> SignIn:
        """Begin a sign-in; what ended long ago is forgotten."""
        sign_in_id, ends_at_ms = f"s-{secrets.token_hex(_ID_BYTES)}", now_ms + LONG_MS
        row = {
            "sign_in_id": sign_in_id, "account_id": account_id, "started_at_ms": now_ms,
            "ends_at_ms": ends_at_ms,
        }  # fmt: skip
        with writing(self._engine) as connection:
            _forget(connection, now_ms)
            connection.execute(sign_ins.insert().values(row))
            token, expires_at_ms = _add_token(connection, sign_in_id, now_ms, ends_at_ms)
        return SignIn(sign_in_id, account_id, now_ms, token, expires_at_ms)

    def refresh(self, token: str, now_ms: int) -> SignIn | RefreshFault:
        """Take a token and give the next one."""
        found = select(refresh_tokens, sign_ins).join(sign_ins).where(
            refresh_tokens.c.token_hash == hash_of(token)
        )  # fmt: skip
        with writing(self._engine) as connection:
            row = connection.execute(found.with_for_update()).first()
            if row is None:
                return RefreshFault.UNKNOWN
            fault = _fault(connection, row, now_ms)
            if fault is RefreshFault.REUSED:
                _revoke(connection, row.sign_in_id, now_ms, "refresh token reused")
            if fault is not None:
                return fault
            used = update(refresh_tokens).where(refresh_tokens.c.token_hash == row.token_hash)
            if row.used_at_ms is None:
                connection.execute(used.values(used_at_ms=now_ms))
            following, expires_at_ms = _add_token(
                connection, row.sign_in_id, now_ms, row.ends_at_ms, row.token_hash,
                given_anew_at_ms=now_ms if _is_late(row, now_ms) else None,
            )  # fmt: skip
        return SignIn(
            row.sign_in_id, row.account_id, row.started_at_ms, following, expires_at_ms
        )  # fmt: skip

    def revoke(self, sign_in_id: str, now_ms: int, why: str) -> bool:
        """End one sign-in; whether it had not ended before."""
        with writing(self._engine) as connection:
            return _revoke(connection, sign_in_id, now_ms, why)

    def of_token(self, token: str) -> str | None:
        """Return the sign-in that a refresh token belongs to."""
        query = select(refresh_tokens.c.sign_in_id).where(
            refresh_tokens.c.token_hash == hash_of(token)
        )
        with reading(self._engine) as connection:
            return connection.execute(query).scalar()

    def revoke_all(self, account_id: str, now_ms: int, why: str) -> int:
        """End every sign-in of an account; returns how many there were."""
        query = (
            update(sign_ins)
            .where(sign_ins.c.account_id == account_id, sign_ins.c.revoked_at_ms.is_(None))
            .where(sign_ins.c.ends_at_ms > now_ms)
            .values(revoked_at_ms=now_ms, revoked_why=why)
        )
        with writing(self._engine) as connection:
            return connection.execute(query).rowcount

    def revoked_since(self, at_ms: int) -> frozenset[str]:
        """Return the sign-ins that were ended at or after a time."""
        query = select(sign_ins.c.sign_in_id).where(sign_ins.c.revoked_at_ms >= at_ms)
        with reading(self._engine) as connection:
            return frozenset(connection.execute(query).scalars())


def hash_of(token: str) -> str:
    """Return what is kept of a token: it is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _is_late(row: Row[Any], now_ms: int) -> bool:
    return row.used_at_ms is not None and now_ms - row.used_at_ms > GRACE_MS


def _fault(connection: Connection, row: Row[Any], now_ms: int) -> RefreshFault | None:
    if row.revoked_at_ms is not None:
        return RefreshFault.REVOKED
    if _was_copied(connection, row, now_ms):
        return RefreshFault.REUSED
    if now_ms >= min(row.expires_at_ms, row.ends_at_ms):
        return RefreshFault.EXPIRED
    return None


def _was_copied(connection: Connection, row: Row[Any], now_ms: int) -> bool:
    """Whether somebody has gone on from here already, or from its place."""
    token = refresh_tokens.c
    rivals = (token.given_for == row.given_for) & (token.token_hash != row.token_hash)
    if row.given_anew_at_ms is None:
        rivals &= token.given_anew_at_ms.is_not(None)
    if _is_late(row, now_ms):
        rivals |= token.given_for == row.token_hash
    used = select(token.token_hash).where(rivals, token.used_at_ms.is_not(None)).limit(1)
    return connection.execute(used).first() is not None


def _add_token(
    connection: Connection,
    sign_in_id: str,
    now_ms: int,
    ends_at_ms: int,
    given_for: str | None = None,
    given_anew_at_ms: int | None = None,
) -> tuple[str, int]:
    token, expires_at_ms = secrets.token_urlsafe(_TOKEN_BYTES), min(now_ms + IDLE_MS, ends_at_ms)
    row = {
        "token_hash": hash_of(token), "sign_in_id": sign_in_id, "expires_at_ms": expires_at_ms,
        "given_for": given_for, "given_anew_at_ms": given_anew_at_ms,
    }  # fmt: skip
    connection.execute(refresh_tokens.insert().values(row))
    return token, expires_at_ms


def _revoke(connection: Connection, sign_in_id: str, now_ms: int, why: str) -> bool:
    query = update(sign_ins).where(
        sign_ins.c.sign_in_id == sign_in_id, sign_ins.c.revoked_at_ms.is_(None)
    )
    return connection.execute(query.values(revoked_at_ms=now_ms, revoked_why=why)).rowcount > 0


def _forget(connection: Connection, now_ms: int) -> None:
    old = select(sign_ins.c.sign_in_id).where(sign_ins.c.ends_at_ms < now_ms - KEEP_MS)
    connection.execute(delete(refresh_tokens).where(refresh_tokens.c.sign_in_id.in_(old)))
    connection.execute(delete(sign_ins).where(sign_ins.c.ends_at_ms < now_ms - KEEP_MS))
