"""Tokens: what says who asks, checked without a database (push.md §5, reliability T19).

Rule 1: one algorithm, pinned here; nothing in a token chooses how it is checked.
Rule 2: `iss`, `aud`, `sub`, `iat`, `nbf`, `exp`, `jti` must be there; a token for the socket opens
no HTTP route, and the other way round.
Rule 3: expired is told apart from forged: with an expired one a client fetches another, a forged
one ends it. What is not valid yet, or bears the id of a key that is gone and is out of date, counts
as expired.
Rule 4: the time is an argument.
Rule 5: the key of a hall's screen is nobody's: it shows one session and opens nothing else.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import jwt

from infra.identity.keys import Key, KeyRing, open_keys
from infra.identity.subject import PUBLIC, PUBLIC_ROLE, Subject

ALGORITHM: Final = "HS256"
ISSUER: Final = "shuoguo"
SESSION: Final = "session"
PUSH: Final = "push"
SCREEN: Final = "screen"
SESSION_MS: Final = 15 * 60_000
PUSH_MS: Final = 5 * 60_000
SCREEN_MS: Final = 72 * 3_600_000
LIVES_SECONDS_MIN: Final = 5
LEEWAY_MS: Final = 5_000  # two gateways' clocks may differ by this
TOKEN_CHARACTERS_MAX: Final = 4_096
KEYS_FOLDER: Final = "keys"

_REQUIRED: Final = ["iss", "aud", "sub", "iat", "nbf", "exp", "jti"]
_OPTIONS: Final[Any] = {
    "require": _REQUIRED,
    "verify_signature": True,
    "verify_aud": True,
    "verify_iss": True,
    "verify_sub": True,
    "verify_jti": True,
    "strict_aud": True,
    "verify_exp": False,  # by the time that is given, below
    "verify_nbf": False,
    "verify_iat": False,
}
_UNCHECKED: Final[Any] = {"verify_signature": False}


class TokenFault(StrEnum):
    """Why a token says nothing."""

    EXPIRED = "expired"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Lives:
    """How long tokens live: never longer than here, shorter where one looks at their end."""

    session_ms: int = SESSION_MS
    push_ms: int = PUSH_MS


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, and when it ends."""

    token: str
    expires_at_ms: int


class Tokens:
    """Makes and reads tokens with the keys of one folder."""

    def __init__(self, keys: KeyRing, lives: Lives | None = None) -> None:
        """Use `open_tokens`."""
        self.keys = keys
        self.lives = lives or Lives()

    def issue_session(self, subject: Subject, now_ms: int) -> Issued:
        """Make the token of a session cookie."""
        return self._issue(SESSION, subject, now_ms, self.lives.session_ms)

    def issue_push(self, subject: Subject, now_ms: int) -> Issued:
        """Make the token of a socket; the public gets one too."""
        return self._issue(PUSH, subject, now_ms, self.lives.push_ms)

    def issue_screen(self, session_id: str, now_ms: int) -> Issued:
        """Make the key of a session's hall screen: nobody's, and lasting (RS-6)."""
        return self._issue(SCREEN, replace(PUBLIC, screen_of=session_id), now_ms, SCREEN_MS)

    def read_session(self, token: str, now_ms: int) -> Subject | TokenFault:
        """Return who asks, with the roles he had when the token was made."""
        return self._read(SESSION, token, now_ms)

    def read_push(self, token: str, now_ms: int) -> Subject | TokenFault:
        """Return who connects, with the roles he had when the token was made."""
        return self._read(PUSH, token, now_ms)

    def read_screen(self, token: str, now_ms: int) -> Subject | TokenFault:
        """Return the screen whose key it is."""
        return self._read(SCREEN, token, now_ms)

    def expires_at_ms(self, token: str) -> int:
        """Return when a token ends that has been read before; 0 where it says nothing of it."""
        try:
            claims = jwt.decode(token, options=_UNCHECKED)
        except jwt.PyJWTError:
            return 0
        return _seconds(claims, "exp") * 1_000

    def _issue(self, audience: str, subject: Subject, now_ms: int, lives_ms: int) -> Issued:
        key = self.keys.signing(now_ms)
        expires_at_s = (now_ms + lives_ms) // 1_000
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": audience,
            "sub": subject.account_id or PUBLIC_ROLE,
            "iat": now_ms // 1_000,
            "nbf": now_ms // 1_000,
            "exp": expires_at_s,
            "jti": secrets.token_hex(16),
            "sid": subject.session_id,
            "org": subject.org_id,
            "name": subject.display_name,
            "roles": sorted(subject.roles),
            "since_ms": subject.issued_at_ms,
            "screen": subject.screen_of,
        }
        token = jwt.encode(claims, key.secret, ALGORITHM, headers={"kid": key.key_id})
        return Issued(token, expires_at_s * 1_000)

    def _read(self, audience: str, token: str, now_ms: int) -> Subject | TokenFault:
        if not token or len(token) > TOKEN_CHARACTERS_MAX:
            return TokenFault.FORGED
        try:
            key = self._key_of(token, now_ms)
            if key is None:
                return self._of_lost_key(token, now_ms)
            claims = jwt.decode(
                token, key.secret, [ALGORITHM], audience=audience, issuer=ISSUER, options=_OPTIONS
            )
        except (jwt.PyJWTError, ValueError, RecursionError):
            return TokenFault.FORGED
        return _subject_of(claims, now_ms)

    def _key_of(self, token: str, now_ms: int) -> Key | None:
        header = jwt.get_unverified_header(token)
        key_id = header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
            raise jwt.InvalidAlgorithmError
        return self.keys.verifying(key_id, now_ms)

    def _of_lost_key(self, token: str, now_ms: int) -> TokenFault:
        """What an old page still holds after the keys have been changed is out of date."""
        ends_at_ms = self.expires_at_ms(token)
        return TokenFault.EXPIRED if 0 < ends_at_ms <= now_ms else TokenFault.FORGED


def open_tokens(data: Path, now_ms: int, lives: Lives | None = None) -> Tokens:
    """Open the tokens of a data folder; its keys are made where there are none."""
    return Tokens(open_keys(data / KEYS_FOLDER, now_ms), lives or lives_of(os.environ))


def lives_of(settings: Mapping[str, str]) -> Lives:
    """Return how long tokens live by `SHUOGUO_SESSION_SECONDS` and `SHUOGUO_PUSH_SECONDS`.

    They only ever shorten; raises `ValueError` for what is no number of seconds.
    """

    def ms(name: str, most_ms: int) -> int:
        return min(most_ms, max(LIVES_SECONDS_MIN, int(settings.get(name, most_ms))) * 1_000)

    return Lives(ms("SHUOGUO_SESSION_SECONDS", SESSION_MS), ms("SHUOGUO_PUSH_SECONDS", PUSH_MS))


def _subject_of(claims: Mapping[str, Any], now_ms: int) -> Subject | TokenFault:
    since_ms, roles, name = claims.get("since_ms"), claims.get("roles"), claims.get("name")
    begins_s, ends_s = _seconds(claims, "nbf"), _seconds(claims, "exp")
    if not begins_s or not ends_s or not isinstance(since_ms, int) or not isinstance(name, str):
        return TokenFault.FORGED
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        return TokenFault.FORGED
    if now_ms >= ends_s * 1_000 or now_ms + LEEWAY_MS < begins_s * 1_000:
        return TokenFault.EXPIRED
    if claims["sub"] == PUBLIC_ROLE:
        screen = claims.get("screen")
        return replace(PUBLIC, screen_of=screen) if isinstance(screen, str) else PUBLIC
    if not isinstance(claims.get("sid"), str):
        return TokenFault.FORGED
    org = claims.get("org")
    return Subject(
        claims["sub"], org if isinstance(org, str) else None, frozenset(roles), name,
        claims["sid"], since_ms,
    )  # fmt: skip


def _seconds(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    return value if type(value) is int and value > 0 else 0
