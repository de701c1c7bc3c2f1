"""Who may not be whom: the roles there are, SD-7 and SD-5 (domain 2.1, 2.2).

Rule 1: `admin` has no trade command, `auditor` and `supervisor` change nothing (SD-7): who holds
one of these holds no trade role.
Rule 2: a bidder is not, and is not bound to, seller, expert, appraiser or staff of that trade:
SD-5.
"""

from collections.abc import Iterable
from typing import Final

from trading.membership.commands import Parties
from trading.membership.state import Membership
from trading.roles import OTHERS, OVERSIGHT, STAFF

PLATFORM: Final = (*OVERSIGHT, *STAFF)
TRADE: Final = (*STAFF, *OTHERS)
ROLES: Final = (*OVERSIGHT, *TRADE)
BIDDERS: Final = ("investor", "priority_holder")
RELATIONS: Final = (
    "legal_representative",
    "controller",
    "close_relative",
    "employee",
    "shareholder",
    "teacher",
    "student",
)
SELF: Final = "self"


def separated_from(roles: Iterable[str], role: str) -> str | None:
    """Return the held role beside which this one may not stand (SD-7)."""
    apart = TRADE if role in OVERSIGHT else OVERSIGHT
    return None if role not in ROLES else next((held for held in roles if held in apart), None)


def conflict(membership: Membership, org_id: str, parties: Parties) -> tuple[str, str] | None:
    """Return (group, tie) of the first thing that forbids bidding against these parties (SD-5)."""
    for role in membership.roles:
        if role in PLATFORM:
            return "staff", role
    ties = [(SELF, membership.account_id)]
    if org_id:
        ties.append((SELF, org_id))
    ties += [(relation.kind, relation.party) for relation in membership.relations]
    for group, named in _groups(parties):
        for kind, party in ties:
            if party in named:
                return group, kind
    return None


def _groups(parties: Parties) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("sellers", parties.sellers),
        ("experts", parties.experts),
        ("appraisers", parties.appraisers),
        ("staff", parties.staff),
    )
