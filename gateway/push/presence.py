"""Who is in a room, counted as people come and go.

Rule 1: a person with three screens is three clients and one user; each of the public is one user.
Rule 2: counts that changed are told once a second, not at each coming and going.
"""

from dataclasses import dataclass
from typing import Final

PUBLIC: Final = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One connection in one room. `label` is what staff may know it by, never an account."""

    client_id: str
    account_id: str | None
    label: str = ""


class Presence:
    """The members of every room of this process."""

    def __init__(self) -> None:
        self._rooms: dict[str, dict[str, Member]] = {}
        self._screens: dict[str, dict[str, int]] = {}
        self._changed: set[str] = set()

    def join(self, channel: str, member: Member) -> None:
        """Somebody came."""
        self._rooms.setdefault(channel, {})[member.client_id] = member
        screens = self._screens.setdefault(channel, {})
        who = _who(member)
        screens[who] = screens.get(who, 0) + 1
        self._changed.add(channel)

    def leave(self, channel: str, client_id: str) -> None:
        """Somebody went; one who was not there does not matter."""
        member = self._rooms.get(channel, {}).pop(client_id, None)
        if member is None:
            return
        screens, who = self._screens[channel], _who(member)
        screens[who] -= 1
        if not screens[who]:
            del screens[who]
        self._changed.add(channel)
        if not self._rooms[channel]:
            del self._rooms[channel], self._screens[channel]

    def stats(self, channel: str) -> tuple[int, int]:
        """Return (clients, users)."""
        return len(self._rooms.get(channel, {})), len(self._screens.get(channel, {}))

    def members(self, channel: str) -> tuple[Member, ...]:
        """Return who is there."""
        return tuple(self._rooms.get(channel, {}).values())

    def rooms(self) -> tuple[str, ...]:
        """Return the rooms that somebody is in."""
        return tuple(self._rooms)

    def take_changed(self) -> set[str]:
        """Return the rooms whose count may differ since this was last asked."""
        changed, self._changed = self._changed, set()
        return changed


def _who(member: Member) -> str:
    return member.account_id or f"{PUBLIC}/{member.client_id}"
