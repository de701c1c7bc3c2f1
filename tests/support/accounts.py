"""Accounts for tests."""

from typing import Any

from tests.support.people import ADMIN
from trading.dispatch import MEMBERSHIP
from trading.membership.commands import AssignNumber, GrantRole, Parties
from trading.membership.state import Membership
from trading.outcome import By, Outcome

ACCOUNT_ID = "a-1"
SELLERS = Parties(sellers=("o-seller",), experts=("a-expert1",))


class Account:
    """An account that goes from command to command."""

    def __init__(self, membership: Membership | None = None) -> None:
        """By default nothing is known of it."""
        self.membership = membership
        self.events: list[object] = []

    @property
    def now(self) -> Membership:
        """The account as it stands."""
        assert self.membership is not None
        return self.membership

    def ask(self, by: By, command: object, at_ms: int = 1_000) -> Outcome:
        """Decide a command, and fold what it leads to."""
        outcome = MEMBERSHIP.decide(self.membership, command, by, at_ms)
        for event in outcome.events:
            self.membership = MEMBERSHIP.evolve(self.membership, ACCOUNT_ID, event)
            self.events.append(event)
        return outcome

    def code(self, by: By, command: object, at_ms: int = 1_000) -> str:
        """The code it is refused with, or "ok"."""
        rejection = self.ask(by, command, at_ms).rejection
        return "ok" if rejection is None else str(rejection.code)

    def field(self, by: By, command: object) -> str:
        """The field that is not in order, or the code."""
        rejection = self.ask(by, command).rejection
        assert rejection is not None
        return str(rejection.params.get("field", rejection.code))


def granted(*roles: str) -> Account:
    """An account with these roles."""
    account = Account()
    for role in roles:
        assert account.code(ADMIN, GrantRole(role=role, reason="test")) == "ok"
    return account


def assigning(bidding_id: str = "s1.i1.1", number: str = "101", **changes: Any) -> AssignNumber:
    """A number for an account that bids alone, against one seller and one expert."""
    return AssignNumber(
        **{"bidding_id": bidding_id, "number": number, "parties": SELLERS, **changes}
    )
