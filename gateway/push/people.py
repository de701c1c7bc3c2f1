"""The open connections by account: how many each has, and who must go.

Rule 1: guests have no account: they are counted by address (guests.py).
Rule 2: whoever lost his sign-in, or was shut out, is closed at the next look, within a second.
Rule 3: whose roles have changed keeps his socket and loses what they gave him.
"""

from typing import Protocol

from gateway.authorize import Subject
from gateway.push import close_codes as codes
from gateway.push.close_codes import CloseCode
from gateway.push.guests import Guests
from gateway.push.limits import Limits
from gateway.push.ports import Access, Fault


class Bearer(Protocol):
    """An open connection."""

    subject: Subject | None
    roles: frozenset[str]


class People:
    """See the module's rules."""

    def __init__(self, limits: Limits, connections_max: int | None = None) -> None:
        """`connections_max`: what the process can hold."""
        self.guests = Guests(limits, connections_max or limits.connections_max)
        self._per_account_max = limits.per_account_max
        self._by_account: dict[str, set[Bearer]] = {}

    def come(self, account_id: str | None, bearer: Bearer, address: str = "") -> CloseCode | None:
        """Count one in, or return why not."""
        if account_id is None:
            return None if self.guests.come(address) else codes.TOO_MANY_REQUESTS
        theirs = self._by_account.setdefault(account_id, set())
        if len(theirs) >= self._per_account_max:
            return codes.CONNECTION_LIMIT
        theirs.add(bearer)
        return None

    def go(self, account_id: str | None, bearer: Bearer, address: str = "") -> None:
        """Count one out."""
        if account_id is None:
            self.guests.go(address)
            return
        theirs = self._by_account.get(account_id)
        if theirs is not None:
            theirs.discard(bearer)
            if not theirs:
                del self._by_account[account_id]

    @property
    def accounts(self) -> tuple[str, ...]:
        """Whose connections are open; the public has no account."""
        return tuple(self._by_account)

    @property
    def count(self) -> int:
        """How many connections are open."""
        return self.guests.count + sum(len(theirs) for theirs in self._by_account.values())

    def look(self, access: Access) -> tuple[list[tuple[Bearer, Fault]], list[Bearer]]:
        """Return who must go and why, and whose roles are others than before."""
        gone: list[tuple[Bearer, Fault]] = []
        changed: list[Bearer] = []
        for theirs in self._by_account.values():
            for bearer in theirs:
                if bearer.subject is None:
                    continue
                fault = access.standing(bearer.subject)
                if fault is not None:
                    gone.append((bearer, fault))
                    continue
                roles = access.roles(bearer.subject)
                if roles != bearer.roles:
                    bearer.roles = roles
                    changed.append(bearer)
        return gone, changed


def close_for(fault: Fault) -> CloseCode:
    """Return how a socket is closed for a fault."""
    if fault is Fault.BANNED:
        return codes.BANNED
    return codes.EXPIRED if fault is Fault.EXPIRED else codes.INVALID_TOKEN
