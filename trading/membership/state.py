"""What the rules of an account know.

Rule 1: it is a value: whoever holds one may keep it.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from trading.membership.commands import Parties

Phase: TypeAlias = Literal["active", "banned"]


@dataclass(frozen=True, slots=True)
class Relation:
    """Whom the account is bound to, and how."""

    kind: str
    party: str


@dataclass(frozen=True, slots=True)
class Number:
    """The number borne in one bidding, and whom its bearer must not be bound to."""

    bidding_id: str
    number: str
    org_id: str
    parties: Parties


@dataclass(frozen=True, slots=True)
class Membership:
    """One account. `revoked_before_ms`: sessions begun up to then count no longer; 0 for none.

    roles, relations and numbers stand in the order in which they came.
    """

    account_id: str
    phase: Phase = "active"
    roles: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    numbers: tuple[Number, ...] = ()
    revoked_before_ms: int = 0


def number_in(membership: Membership, bidding_id: str) -> Number | None:
    """Return what the account bears in a bidding."""
    for number in membership.numbers:
        if number.bidding_id == bidding_id:
            return number
    return None
