"""Who may act as whom, folded from the decisions about accounts (trading/membership).

Rule 1: roles, numbers, revocations and bans come from the log alone: no SQL stands between a person
and his bid.
Rule 2: which account bears a number is known here and published nowhere.
Rule 3: a number that two accounts were given in one bidding is borne by nobody, until one of them
has lost it: no aggregate of one account can see that.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from gateway.feed.folded import Known, Step
from trading.membership.state import Membership

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class People:
    """The accounts that the log knows."""

    def __init__(self) -> None:
        """Knows nobody."""
        self._accounts: dict[str, Membership] = {}
        self._numbers: dict[str, dict[str, str]] = {}
        self._bearers: dict[tuple[str, str], set[str]] = {}
        self._sellers: dict[str, tuple[str, ...]] = {}
        self.changed: list[str] = []  # accounts whose sessions, roles or ban have changed

    def adopt(self, known: Known) -> None:
        """Begin with what a snapshot says of an account."""
        self._put(known.state)

    def take(self, step: Step) -> None:
        """Take a decision."""
        for change in step.changes:
            before, after = change.before.state, change.after.state
            self._put(after)
            if isinstance(after, Membership) and _standing(before) != _standing(after):
                self.changed.append(after.account_id)

    def _put(self, state: Any) -> None:
        if not isinstance(state, Membership):
            return
        account = state.account_id
        before = self._numbers.get(account, {})
        after = {one.bidding_id: one.number for one in state.numbers}
        for bidding_id, number in before.items():
            if after.get(bidding_id) != number:
                self._bearers[(bidding_id, number)].discard(account)
        for one in state.numbers:
            self._bearers.setdefault((one.bidding_id, one.number), set()).add(account)
            self._sellers[one.bidding_id] = one.parties.sellers
        self._accounts[account] = state
        self._numbers[account] = after

    def numbers_of(self, account_id: str) -> Mapping[str, str]:
        """Return the numbers an account bears, by bidding."""
        numbers = self._numbers.get(account_id, _NONE)
        return {one: number for one, number in numbers.items() if self.account_of(one, number)}

    def account_of(self, bidding_id: str, number: str) -> str | None:
        """Return who bears a number. Never published."""
        bearers = self._bearers.get((bidding_id, number), ())
        return next(iter(bearers)) if len(bearers) == 1 else None

    def bearers_in(self, bidding_id: str) -> list[str]:
        """Return the accounts that bear a number in a bidding."""
        found = [self.account_of(of, number) for of, number in self._bearers if of == bidding_id]
        return [account for account in found if account is not None]

    def sellers_of(self, bidding_id: str) -> tuple[str, ...]:
        """Return who sells there, as it was said when numbers were given: accounts and orgs."""
        return self._sellers.get(bidding_id, ())

    def roles_of(self, account_id: str) -> frozenset[str] | None:
        """Return the roles an account holds; None where the log knows no such account."""
        state = self._accounts.get(account_id)
        return None if state is None else frozenset(state.roles)

    def revoked_before_ms(self, account_id: str) -> int:
        """Return the time before which no login of the account counts (0: none)."""
        state = self._accounts.get(account_id)
        return 0 if state is None else state.revoked_before_ms

    def is_banned(self, account_id: str) -> bool:
        """Whether an account is shut out."""
        state = self._accounts.get(account_id)
        return state is not None and state.phase == "banned"


def _standing(state: Any) -> tuple[object, ...]:
    if not isinstance(state, Membership):
        return ()
    return (state.phase, frozenset(state.roles), state.revoked_before_ms)
