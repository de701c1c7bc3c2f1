"""Signing in, going on, signing out: what HTTP does with a person's password and tokens.

Rule 1: what may block (database, argon2) runs off the loop; who asks is read without either.
Rule 2: roles are those of the log at this moment, never those in a token.
Rule 3: a sign-in counts no longer once its person is shut out, or `SessionsRevoked` on the log is
not older than it, or it has ended; that is told on the log, and known everywhere within a second.
Rule 4: whatever is wrong with login or password, the answer is one and the same.
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from gateway.authorize import Subject, with_roles
from infra.clock import now_ms
from infra.db.engine import DatabaseError, Engine
from infra.identity.devices import Devices
from infra.identity.keys import CSRF_FILE, DEVICE_FILE, fixed_secret
from infra.identity.login_limits import Attempt, LoginLimits, TooMany, network_of
from infra.identity.migrations import FILE, identity_url, open_identity
from infra.identity.passwords import Busy, Passwords
from infra.identity.people import Account, People
from infra.identity.sign_ins import RefreshFault, SignIn, SignIns
from infra.identity.tokens import KEYS_FOLDER, SESSION_MS, Issued, TokenFault, Tokens, open_tokens

__all__ = ["FILE", "Memberships", "Refused", "SignedIn", "SigningIn", "open_signing_in"]

log = logging.getLogger("gateway.signing_in")

LOOK_MS: Final = 1_000
TRIM_EVERY_MS: Final = 60_000
_LOOK_BACK_MS: Final = 10_000  # another process's clock and commit may be behind ours


class Memberships(Protocol):
    """What the log says of accounts (gateway.feed.Feed has it)."""

    def roles_of(self, account_id: str) -> frozenset[str] | None:
        """The roles an account holds; None where nothing is known of it."""
        ...

    def revoked_before_ms(self, account_id: str) -> int:
        """Sign-ins begun up to then count no longer; 0 for none."""
        ...

    def has_signed_out(self, sign_in_id: str) -> bool:
        """Whether a sign-in is known to have ended."""
        ...

    def is_banned(self, account_id: str) -> bool:
        """Whether it is shut out."""
        ...

    def numbers_of(self, account_id: str) -> Mapping[str, str]:
        """The numbers it bears, by bidding."""
        ...


Tell = Callable[[str, int], Awaitable[None]]


async def tell_nobody(_sign_in_id: str, _at_ms: int) -> None:
    """There is nobody to tell that a sign-in has ended."""


class Refused(Exception):
    """A sign-in, or its going on, that is refused."""

    def __init__(self, code: str, *, status: int = 401, retry_after_ms: int = 0) -> None:
        """`status` is what HTTP answers with."""
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after_ms = retry_after_ms


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser is given."""

    subject: Subject
    session: Issued
    refresh_token: str
    lives_ms: int  # without being refreshed
    csrf: str
    device: str = ""  # what the browser keeps of having signed in; "" where that is not new


class Revoked:
    """The sign-ins that have ended while their tokens still live. Asking never waits."""

    def __init__(self, sign_ins: SignIns, clock: Callable[[], int]) -> None:
        """Looks at once, and then about every second while it is asked."""
        self._sign_ins = sign_ins
        self._clock = clock
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="revoked")
        self._looked_at_ms = clock()
        self._known = sign_ins.revoked_since(self._looked_at_ms - SESSION_MS)
        self._own: dict[str, int] = {}

    def __contains__(self, sign_in_id: str) -> bool:
        """Whether it has ended, as far as is known."""
        if self._clock() - self._looked_at_ms >= LOOK_MS:
            self.look()
        return sign_in_id in self._known or sign_in_id in self._own

    def add(self, sign_in_id: str) -> None:
        """Know at once what this process has ended itself."""
        at_ms = self._clock()
        self._own = {one: when for one, when in self._own.items() if at_ms - when <= SESSION_MS}
        self._own[sign_in_id] = at_ms

    def look(self) -> None:
        """Begin to look what has ended; it is known soon."""
        self._looked_at_ms = self._clock()
        self._pool.submit(self._look)

    def close(self) -> None:
        """Look no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look(self) -> None:
        try:
            found = self._sign_ins.revoked_since(self._clock() - SESSION_MS - _LOOK_BACK_MS)
        except DatabaseError as error:
            log.warning("revoked_unknown reason=%s", type(error).__name__)
        else:
            self._known = found


class SigningIn:
    """People at the door; one per process."""

    def __init__(
        self,
        engine: Engine,
        tokens: Tokens,
        csrf_key: bytes,
        passwords: Passwords,
        memberships: Memberships,
        clock: Callable[[], int] = now_ms,
        tell: Tell = tell_nobody,
        devices: Devices | None = None,
    ) -> None:
        """`engine` of a migrated database; `tell` says on the log that a sign-in has ended."""
        self.people = People(engine)
        self.tokens = tokens
        self.memberships = memberships
        self._sign_ins = SignIns(engine)
        self._limits = LoginLimits(engine)
        self._passwords = passwords
        self._devices = devices or Devices(csrf_key)
        self._csrf_key = csrf_key
        self._clock = clock
        self._engine = engine
        self._tell = tell
        self._trimmed_at_ms = clock()
        self._revoked = Revoked(self._sign_ins, clock)

    async def login(self, login: str, password: str, address: str, device: str = "") -> SignedIn:
        """Begin a sign-in; raises `Refused`. `device` is what the browser kept of earlier ones."""
        known = self._devices.known(device, login)
        attempt = await self._begin(login, address, known)
        account = await asyncio.to_thread(self.people.by_login, login)
        kept = None if account is None else account.password_hash
        try:
            fits = await self._passwords.fits_off_loop(
                password, kept, network_of(address), is_known=known is not None
            )
        except Busy as error:
            await asyncio.to_thread(self._limits.withdrawn, attempt)
            raise Refused("BUSY", status=503, retry_after_ms=LOOK_MS) from error
        if account is None or not fits or account.disabled_at_ms is not None:
            log.info("sign_in_failed address=%s", address)
            raise Refused("WRONG_LOGIN")
        await asyncio.to_thread(self._limits.succeeded, attempt)
        if self.memberships.is_banned(account.account_id):
            raise Refused("ACCOUNT_BANNED", status=403)
        if self._passwords.is_outdated(account.password_hash):
            await asyncio.to_thread(self._rehash, account, password)
        sign_in = await asyncio.to_thread(self._sign_ins.start, account.account_id, self._clock())
        log.info("sign_in account=%s sign_in=%s", account.account_id, sign_in.sign_in_id)
        found = self._signed_in(account, sign_in)
        return replace(found, device=self._devices.signed_in(device, login))

    async def _begin(self, login: str, address: str, device: str | None) -> Attempt:
        at_ms = self._clock()
        attempt = await asyncio.to_thread(self._limits.begin, login, address, at_ms, device)
        if at_ms - self._trimmed_at_ms >= TRIM_EVERY_MS:
            self._trimmed_at_ms = at_ms
            await asyncio.to_thread(self._limits.trim)
        if isinstance(attempt, TooMany):
            log.warning("sign_in_limited address=%s", address)
            raise Refused("TOO_MANY_LOGINS", status=429, retry_after_ms=attempt.retry_after_ms)
        return attempt

    async def refresh(self, refresh_token: str) -> SignedIn:
        """Go on with a sign-in; raises `Refused`."""
        found = await asyncio.to_thread(self._sign_ins.refresh, refresh_token, self._clock())
        if isinstance(found, RefreshFault):
            if found is RefreshFault.REUSED:
                log.warning("refresh_token_reused")
                ended = await asyncio.to_thread(self._sign_ins.of_token, refresh_token)
                assert ended is not None, "its token was found"
                self._revoked.add(ended)
                await self._tell(ended, self._clock())
            raise Refused("SESSION_OVER")
        account = await asyncio.to_thread(self.people.by_id, found.account_id)
        over = self._is_over(found.account_id, found.started_at_ms)
        if account is None or account.disabled_at_ms is not None or over:
            await self._end(found.sign_in_id, "account shut")
            raise Refused("SESSION_OVER")
        return self._signed_in(account, found)

    async def logout(self, subject: Subject, refresh_token: str | None) -> None:
        """End a sign-in, by whichever of its two tokens is there."""
        ends = {subject.session_id}
        if refresh_token:
            ends.add(await asyncio.to_thread(self._sign_ins.of_token, refresh_token))
        for sign_in_id in ends:
            if sign_in_id is not None:
                await self._end(sign_in_id, "signed out")

    def subject_of(self, session_token: str) -> Subject | TokenFault:
        """Return who asks, with the roles he holds now; an ended sign-in counts as expired."""
        found = self.tokens.read_session(session_token, self._clock())
        return found if isinstance(found, TokenFault) else self.current(found)

    def current(self, subject: Subject) -> Subject | TokenFault:
        """Return the same person as of now."""
        if subject.account_id is None or subject.session_id is None:
            return subject
        ended = self.memberships.has_signed_out(subject.session_id)
        if ended or subject.session_id in self._revoked:
            return TokenFault.EXPIRED
        if self._is_over(subject.account_id, subject.issued_at_ms):
            return TokenFault.EXPIRED
        return with_roles(subject, self.memberships.roles_of(subject.account_id) or frozenset())

    def push_token(self, subject: Subject) -> Issued:
        """Return the token of a socket."""
        return self.tokens.issue_push(subject, self._clock())

    def screen_key(self, session_id: str) -> Issued:
        """Return what shows a session in its hall, whoever is signed in there or is not."""
        return self.tokens.issue_screen(session_id, self._clock())

    def screen_of(self, key: str) -> Subject | TokenFault:
        """Return the screen whose key it is."""
        return self.tokens.read_screen(key, self._clock())

    def lives_ms(self, token: str) -> int:
        """Return how long a token still lives."""
        return max(0, self.tokens.expires_at_ms(token) - self._clock())

    def csrf_of(self, sign_in_id: str) -> str:
        """Return what a page must say with every act of this sign-in."""
        return hmac.new(self._csrf_key, sign_in_id.encode(), hashlib.sha256).hexdigest()[:32]

    def close(self) -> None:
        """End the pools and the connections."""
        self._revoked.close()
        self._passwords.close()
        self._engine.dispose()

    async def _end(self, sign_in_id: str, why: str) -> None:
        self._revoked.add(sign_in_id)
        at_ms = self._clock()
        if await asyncio.to_thread(self._sign_ins.revoke, sign_in_id, at_ms, why):
            await self._tell(sign_in_id, at_ms)

    def _is_over(self, account_id: str, started_at_ms: int) -> bool:
        if self.memberships.is_banned(account_id):
            return True
        return started_at_ms <= self.memberships.revoked_before_ms(account_id)

    def _rehash(self, account: Account, password: str) -> None:
        self.people.rehash(account.account_id, self._passwords.hash(password))

    def _signed_in(self, account: Account, sign_in: SignIn) -> SignedIn:
        subject = Subject(
            account.account_id,
            account.org_id,
            self.memberships.roles_of(account.account_id) or frozenset(),
            account.display_name,
            sign_in.sign_in_id,
            sign_in.started_at_ms,
        )
        return SignedIn(
            subject, self.tokens.issue_session(subject, self._clock()), sign_in.refresh_token,
            sign_in.expires_at_ms - self._clock(), self.csrf_of(sign_in.sign_in_id),
        )  # fmt: skip


def open_signing_in(
    data: Path,
    memberships: Memberships,
    profile: str,
    url: str | None = None,
    tell: Tell = tell_nobody,
) -> SigningIn:
    """Open everything in a data folder; made where it is not there. It blocks for a moment."""
    keys = data / KEYS_FOLDER
    return SigningIn(
        open_identity(url or identity_url(data)),
        open_tokens(data, now_ms()),
        fixed_secret(keys, CSRF_FILE),
        Passwords(profile),
        memberships,
        tell=tell,
        devices=Devices(fixed_secret(keys, DEVICE_FILE)),
    )
