"""Accounts and organisations (domain 2.1, 2.3).

Rule 1: an account's id says nothing of its person, since it stands on the log; login and name stay
here.
Rule 2: an account is never deleted, only disabled: what it did remains its doing.
"""

import re
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, Row, select, update
from sqlalchemy.exc import IntegrityError

from infra.db.engine import reading, writing
from infra.identity.credit_code import is_credit_code
from infra.identity.schema import accounts, organisations

LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,62}[a-z0-9]")
NAME_CHARACTERS_MAX: Final = 80
_ID_BYTES: Final = 8


class NotTaken(Exception):
    """What was given cannot become an account or an organisation; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account. The password's hash is never shown."""

    account_id: str
    login: str
    display_name: str
    org_id: str | None
    password_hash: str
    disabled_at_ms: int | None

    def __repr__(self) -> str:
        return f"Account({self.account_id})"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A legal entity, or a body without a code of its own."""

    org_id: str
    name: str
    credit_code: str | None


class People:
    """Accounts and organisations in the database. Every call blocks: not on a loop."""

    def __init__(self, engine: Engine) -> None:
        """`engine` of a migrated database."""
        self._engine = engine

    def create_organisation(self, name: str, credit_code: str | None, now_ms: int) -> Organisation:
        """Make an organisation; raises `NotTaken`."""
        made = Organisation(f"o-{secrets.token_hex(_ID_BYTES)}", name_of(name), credit_code or None)
        if made.credit_code is not None and not is_credit_code(made.credit_code):
            raise NotTaken("BAD_CREDIT_CODE")
        row = {
            "org_id": made.org_id, "name": made.name, "credit_code": made.credit_code,
            "created_at_ms": now_ms,
        }  # fmt: skip
        try:
            with writing(self._engine) as connection:
                connection.execute(organisations.insert().values(row))
        except IntegrityError as error:
            raise NotTaken("CREDIT_CODE_TAKEN") from error
        return made

    def create_account(
        self, login: str, display_name: str, org_id: str | None, password_hash: str, now_ms: int
    ) -> Account:
        """Make an account; raises `NotTaken`."""
        made = Account(
            f"a-{secrets.token_hex(_ID_BYTES)}", login_of(login), name_of(display_name), org_id,
            password_hash, None,
        )  # fmt: skip
        row = {
            "account_id": made.account_id, "login": made.login, "display_name": made.display_name,
            "org_id": org_id, "password_hash": password_hash, "created_at_ms": now_ms,
            "password_changed_at_ms": now_ms,
        }  # fmt: skip
        if org_id is not None and self.organisation(org_id) is None:
            raise NotTaken("UNKNOWN_ORGANISATION")
        try:
            with writing(self._engine) as connection:
                connection.execute(accounts.insert().values(row))
        except IntegrityError as error:
            raise NotTaken("LOGIN_TAKEN") from error
        return made

    def set_password(self, account_id: str, password_hash: str, now_ms: int) -> None:
        """Replace the password."""
        self._set(account_id, password_hash=password_hash, password_changed_at_ms=now_ms)

    def rehash(self, account_id: str, password_hash: str) -> None:
        """Keep the same password in another form."""
        self._set(account_id, password_hash=password_hash)

    def disable(self, account_id: str, now_ms: int) -> None:
        """Let nobody sign in to it."""
        self._set(account_id, disabled_at_ms=now_ms)

    def enable(self, account_id: str) -> None:
        """Let its person sign in again."""
        self._set(account_id, disabled_at_ms=None)

    def by_login(self, login: str) -> Account | None:
        """Return the account of a login, in whatever case it is written."""
        plain = plain_login(login)
        if not LOGIN.fullmatch(plain):
            return None
        query = select(accounts).where(accounts.c.login == plain)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _account(row)

    def by_id(self, account_id: str) -> Account | None:
        """Return an account."""
        query = select(accounts).where(accounts.c.account_id == account_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _account(row)

    def names(self, account_ids: Collection[str]) -> dict[str, str]:
        """Return what some accounts are called: the organisation first where there is one."""
        query = (
            select(accounts.c.account_id, accounts.c.display_name, organisations.c.name)
            .join(organisations, organisations.c.org_id == accounts.c.org_id, isouter=True)
            .where(accounts.c.account_id.in_(account_ids))
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {
            row.account_id: " ".join(filter(None, (row.name, row.display_name))) for row in rows
        }

    def all_accounts(self) -> list[Account]:
        """Return every account, by login."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.login)).all()
        return [_account(row) for row in rows]

    def names_of(self, account_ids: Collection[str]) -> dict[str, str]:
        """Return the names of these accounts: for the desk's eyes, never for a public view."""
        query = select(accounts.c.account_id, accounts.c.display_name)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(accounts.c.account_id.in_(account_ids))).all()
        return {row.account_id: row.display_name for row in rows}

    def organisation(self, org_id: str) -> Organisation | None:
        """Return an organisation."""
        query = select(organisations).where(organisations.c.org_id == org_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _organisation(row)

    def all_organisations(self) -> list[Organisation]:
        """Return every organisation, by name."""
        query = select(organisations).order_by(organisations.c.name, organisations.c.org_id)
        with reading(self._engine) as connection:
            return [_organisation(row) for row in connection.execute(query).all()]

    def _set(self, account_id: str, **values: object) -> None:
        query = update(accounts).where(accounts.c.account_id == account_id).values(values)
        with writing(self._engine) as connection:
            connection.execute(query)


def plain_login(login: str) -> str:
    """Return a login as it is kept: one form, lower case."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def login_of(given: str) -> str:
    """Return a login that may be chosen; raises `NotTaken`."""
    login = plain_login(given)
    if not LOGIN.fullmatch(login):
        raise NotTaken("BAD_LOGIN")
    return login


def name_of(given: str) -> str:
    """Return a name without edges and control characters; raises `NotTaken`."""
    name = " ".join(unicodedata.normalize("NFC", given).split())
    if not name or len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        raise NotTaken("BAD_NAME")
    return name


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        row.account_id, row.login, row.display_name, row.org_id, row.password_hash,
        row.disabled_at_ms,
    )  # fmt: skip


def _organisation(row: Row[tuple[object, ...]]) -> Organisation:
    return Organisation(row.org_id, row.name, row.credit_code)
