"""What may be asked about an account (domain 2.1, 2.2).

Rule 1: the aggregate is the account; its id stands in the envelope, and so does who asks.
Rule 2: accounts and organisations are ids (`a-…`, `o-…`); no name and no secret is ever on the log.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """Give the account a role (2.1)."""

    type: ClassVar[str] = "grant_role"
    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeRole:
    """Take a role away; the account's sessions end with it."""

    type: ClassVar[str] = "revoke_role"
    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareRelation:
    """Say whom the account is bound to (SD-4, SD-5).

    kind: legal_representative | controller | close_relative | employee | shareholder | teacher |
        student. party: an account or an organisation.
    """

    type: ClassVar[str] = "declare_relation"
    kind: str
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRelation:
    """Record that a declared relation is over, with the evidence for it."""

    type: ClassVar[str] = "end_relation"
    kind: str
    party: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Whom a bidder must not be, or be bound to: accounts and organisations of one trade (SD-5)."""

    sellers: tuple[str, ...]
    experts: tuple[str, ...] = ()
    appraisers: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignNumber:
    """Give the account the number it bears in a bidding.

    org_id: the organisation the account bids for; "" for a natural person.
    """

    type: ClassVar[str] = "assign_number"
    bidding_id: str
    number: str
    parties: Parties
    org_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawNumber:
    """Take back a number that was given by mistake, or that a conflict forbids."""

    type: ClassVar[str] = "withdraw_number"
    bidding_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeSessions:
    """End every session of the account that was begun before now."""

    type: ClassVar[str] = "revoke_sessions"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BanAccount:
    """Shut the account out."""

    type: ClassVar[str] = "ban_account"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftBan:
    """Let the account in again."""

    type: ClassVar[str] = "lift_ban"
    reason: str


COMMANDS = (
    GrantRole, RevokeRole, DeclareRelation, EndRelation, AssignNumber, WithdrawNumber,
    RevokeSessions, BanAccount, LiftBan,
)  # fmt: skip
