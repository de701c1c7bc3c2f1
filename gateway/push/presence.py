"""Who is in a room, counted as people come and go.

Rule 1: a person with three screens is three clients and one user; each of the public is one user.
Rule 2: those who count as people of a room are counted by kind too (`counts`), as they come and go:
a report costs what the rooms are, not what the people are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infra.headcounts import Count

PUBLIC: Final = ""
_ONE: Final = {
    "expert": Count(experts=1),
    "investor": Count(investors=1),
    "guest": Count(guests=1),
}


@dataclass(frozen=True, slots=True)
class Member:
    """One connection in one room. `label` is what staff may know it by, never an account.

    `kind`: expert, investor or guest; "" for who does not count as one of the room's people.
    """

    client_id: str
    account_id: str | None
    label: str = ""
    kind: str = ""


class Presence:
    """The members of every room of this process."""

    def __init__(self, gateway_id: str = "") -> None:
        """`gateway_id`: which process of all says so."""
        self.gateway_id = gateway_id
        self._rooms: dict[str, dict[str, Member]] = {}
        self._screens: dict[str, dict[tuple[str, str], int]] = {}
        self._counts: dict[str, Count] = {}

    def join(self, channel: str, member: Member) -> None:
        """Somebody came."""
        self._rooms.setdefault(channel, {})[member.client_id] = member
        screens = self._screens.setdefault(channel, {})
        who = _who(member)
        screens[who] = screens.get(who, 0) + 1
        if screens[who] == 1 and member.kind:
            self._counts[channel] = self._counts.get(channel, Count()) + _ONE[member.kind]

    def leave(self, channel: str, client_id: str) -> None:
        """Somebody went; one who was not there does not matter."""
        member = self._rooms.get(channel, {}).pop(client_id, None)
        if member is None:
            return
        screens, who = self._screens[channel], _who(member)
        screens[who] -= 1
        if not screens[who]:
            del screens[who]
            if member.kind:
                self._counts[channel] -= _ONE[member.kind]
        if not self._rooms[channel]:
            del self._rooms[channel], self._screens[channel]
            self._counts.pop(channel, None)

    def stats(self, channel: str) -> tuple[int, int]:
        """Return (clients, users)."""
        return len(self._rooms.get(channel, {})), len(self._screens.get(channel, {}))

    def members(self, channel: str) -> tuple[Member, ...]:
        """Return who is there."""
        return tuple(self._rooms.get(channel, {}).values())

    def counts(self) -> Mapping[str, Count]:
        """Return the people of every room that has some who count."""
        return self._counts


def _who(member: Member) -> tuple[str, str]:
    """One whose roles have changed between two screens counts as both, so that sums stay right."""
    return member.account_id or f"{PUBLIC}/{member.client_id}", member.kind
