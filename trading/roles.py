"""The roles there are (domain 2.1), and that none of them is a reason.

Rule 1: all are told why something stops; the role of who stopped it tells them nothing.
"""

from typing import Final

OVERSIGHT: Final = ("admin", "auditor", "supervisor")
STAFF: Final = (
    "desk_officer",
    "desk_reviewer",
    "desk_issuer",
    "treasurer",
    "bid_controller",
    "host",
    "stage_controller",
    "auctioneer",
    "registrar",
)
OTHERS: Final = (
    "seller",
    "seller_approver",
    "completer",
    "investor",
    "priority_holder",
    "broker",
    "expert",
    "presenter",
    "taskforce_lead",
    "taskforce_office",
    "taskforce_agency",
    "taskforce_soe",
    "finance_partner",
    "demand_owner",
)
ACTED_IN: Final = ("bidder", "operator", "system", "public")  # in commands; nobody is granted them
ROLE_NAMES: Final = frozenset((*OVERSIGHT, *STAFF, *OTHERS, *ACTED_IN))


def is_role_name(text: str) -> bool:
    """Whether a text says a role and nothing else."""
    return text.strip().casefold().replace(" ", "_").replace("-", "_") in ROLE_NAMES
