"""What has happened to an account. Nothing here is public: no screen counts by it.

Rule 1: `by` and `role` say who did it, so that the account's history can be read by itself.
"""

from dataclasses import dataclass
from typing import ClassVar

from trading.membership.commands import Parties


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """The account may act in this role."""

    type: ClassVar[str] = "role_granted"
    role: str
    reason: str
    by: str
    by_role: str


@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """It may no longer."""

    type: ClassVar[str] = "role_revoked"
    role: str
    reason: str
    by: str
    by_role: str


@dataclass(frozen=True, slots=True)
class RelationDeclared:
    """The account is bound to this party."""

    type: ClassVar[str] = "relation_declared"
    kind: str
    party: str
    by: str


@dataclass(frozen=True, slots=True)
class RelationEnded:
    """It is so no longer."""

    type: ClassVar[str] = "relation_ended"
    kind: str
    party: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class NumberAssigned:
    """The account bears this number in this bidding; checked against these parties (SD-5)."""

    type: ClassVar[str] = "number_assigned"
    bidding_id: str
    number: str
    org_id: str
    parties: Parties
    by: str


@dataclass(frozen=True, slots=True)
class NumberWithdrawn:
    """It bears it no longer."""

    type: ClassVar[str] = "number_withdrawn"
    bidding_id: str
    number: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class ConflictFound:
    """What came to be known later forbids this number (SD-5); the desk must act.

    group: sellers | experts | appraisers | staff. tie: the declared kind, or role.
    """

    type: ClassVar[str] = "conflict_found"
    bidding_id: str
    number: str
    group: str
    tie: str


@dataclass(frozen=True, slots=True)
class SessionsRevoked:
    """Sessions begun up to this instant count no longer: sockets close within a second."""

    type: ClassVar[str] = "sessions_revoked"
    before_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class AccountBanned:
    """The account is shut out."""

    type: ClassVar[str] = "account_banned"
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class BanLifted:
    """It is let in again."""

    type: ClassVar[str] = "ban_lifted"
    reason: str
    by: str


EVENTS = (
    RoleGranted, RoleRevoked, RelationDeclared, RelationEnded, NumberAssigned, NumberWithdrawn,
    ConflictFound, SessionsRevoked, AccountBanned, BanLifted,
)  # fmt: skip

PUBLIC: frozenset[type] = frozenset()
