"""A door to sign in at: the real one on SQLite, with a log and a clock that the test holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gateway.signing_in import SigningIn
from infra.db.engine import url_of
from infra.identity.migrations import open_identity
from infra.identity.passwords import Passwords
from infra.identity.people import Account
from infra.identity.tokens import open_tokens

NOW = 1_800_000_000_000
PASSWORD = "correct horse battery"  # noqa: S105


class FakeMemberships:
    """What the log says of accounts."""

    def __init__(self) -> None:
        self.roles: dict[str, frozenset[str]] = {}
        self.revoked: dict[str, int] = {}
        self.banned: set[str] = set()
        self.ended: set[str] = set()
        self.numbers: dict[str, dict[str, str]] = {}

    def roles_of(self, account_id: str) -> frozenset[str] | None:
        return self.roles.get(account_id)

    def revoked_before_ms(self, account_id: str) -> int:
        return self.revoked.get(account_id, 0)

    def has_signed_out(self, sign_in_id: str) -> bool:
        return sign_in_id in self.ended

    def is_banned(self, account_id: str) -> bool:
        return account_id in self.banned

    def numbers_of(self, account_id: str) -> Mapping[str, str]:
        return self.numbers.get(account_id, {})


class World:
    """The door and all that it depends on."""

    def __init__(self, data: Path) -> None:
        self.now_ms = NOW
        self.memberships = FakeMemberships()
        self.passwords = Passwords("test")
        self.told: list[str] = []
        self.door = SigningIn(
            open_identity(url_of(None, data, "identity.db")),
            open_tokens(data, NOW),
            b"csrf key of a test",
            self.passwords,
            self.memberships,
            lambda: self.now_ms,
            self._tell,
        )

    async def _tell(self, sign_in_id: str, _at_ms: int) -> None:
        self.told.append(sign_in_id)

    def account(self, login: str, *roles: str) -> Account:
        """Make an account with roles on the log."""
        kept = self.passwords.hash(PASSWORD)
        made = self.door.people.create_account(login, f"名 {login}", None, kept, self.now_ms)
        self.memberships.roles[made.account_id] = frozenset(roles)
        return made
