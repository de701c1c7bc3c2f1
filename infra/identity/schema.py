"""The tables of identity: what is on no log, and what `db rebuild` never touches.

Rule 1: this is what the migrations (migrations.py) lead to; a test holds them together.
Rule 2: no secret is stored, only what it can be checked by.
Rule 3: every table begins with `identity_`, so that it may share a database with others.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text

VERSION_TABLE: Final = "identity_version"

TABLES: Final = MetaData()

organisations: Final = Table(
    "identity_organisations", TABLES,
    Column("org_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("credit_code", Text, unique=True),
    Column("created_at_ms", BigInteger, nullable=False),
)  # fmt: skip

accounts: Final = Table(
    "identity_accounts", TABLES,
    Column("account_id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("org_id", Text, ForeignKey("identity_organisations.org_id")),
    Column("password_hash", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("password_changed_at_ms", BigInteger, nullable=False),
    Column("disabled_at_ms", BigInteger),
)  # fmt: skip

# one row for each sign-in; its refresh tokens are a family
sign_ins: Final = Table(
    "identity_sign_ins", TABLES,
    Column("sign_in_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("identity_accounts.account_id"), nullable=False),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("ends_at_ms", BigInteger, nullable=False),
    Column("revoked_at_ms", BigInteger),
    Column("revoked_why", Text),
    Index("identity_sign_ins_account", "account_id"),
    Index("identity_sign_ins_revoked", "revoked_at_ms"),
)  # fmt: skip

refresh_tokens: Final = Table(
    "identity_refresh_tokens", TABLES,
    Column("token_hash", Text, primary_key=True),
    Column("sign_in_id", Text, ForeignKey("identity_sign_ins.sign_in_id"), nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger),
    Column("given_for", Text),  # the token that it followed
    Column("given_anew_at_ms", BigInteger),  # in place of another that never arrived
    Index("identity_refresh_tokens_sign_in", "sign_in_id"),
    Index("identity_refresh_tokens_given", "given_for"),
)  # fmt: skip

failed_logins: Final = Table(
    "identity_failed_logins", TABLES,
    Column("attempt_id", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("login_key", Text, nullable=False),
    Column("address", Text, nullable=False),
    Index("identity_failed_logins_at", "at_ms"),
    Index("identity_failed_logins_login", "login_key", "at_ms"),
    Index("identity_failed_logins_address", "address", "at_ms"),
)  # fmt: skip

read_marks: Final = Table(
    "identity_read_marks", TABLES,
    Column("account_id", Text, ForeignKey("identity_accounts.account_id"), primary_key=True),
    Column("notice_id", Text, primary_key=True),
    Column("read_at_ms", BigInteger, nullable=False),
)  # fmt: skip

reminders: Final = Table(
    "identity_reminders", TABLES,
    Column("account_id", Text, ForeignKey("identity_accounts.account_id"), primary_key=True),
    Column("root", Text, primary_key=True),
    Column("set_at_ms", BigInteger, nullable=False),
)  # fmt: skip

version: Final = Table(VERSION_TABLE, TABLES, Column("version", Integer, nullable=False))
