"""What a connection asks about rooms without following them: who is there, and the past.

Rule 1: what is read by an office leaves a trail; where it cannot be written nothing is shown (T26).
"""

from collections.abc import Collection
from typing import Final

from gateway.authorize import Subject
from gateway.push import close_codes as codes
from gateway.push import protocol
from gateway.push.close_codes import Error
from gateway.push.hub import Hub
from gateway.push.ports import Access

HISTORY_MAX: Final = 300


class Looking:
    """The questions of one connection."""

    __slots__ = ("_access", "_address", "_hub")

    def __init__(self, hub: Hub, access: Access, address: str) -> None:
        """`address`: from where it asks."""
        self._hub = hub
        self._access = access
        self._address = address

    def noted(
        self, subject: Subject, method: str, channel: str, refusal: Error | None
    ) -> Error | None:
        """Leave a trail of a question and its refusal; returns why it is not answered."""
        answer = 0 if refusal is None else refusal.code
        noted = self._access.note(subject, method, channel, answer, self._address)
        return refusal if noted else codes.INTERNAL

    def presence_stats(self, command_id: int, subject: Subject, channel: str) -> bytes | Error:
        """Answer how many are there: here by screens, at the other gateways by people."""
        refusal = None if self._access.may_count(subject, channel) else codes.NOT_AVAILABLE
        refusal = self.noted(subject, "presence_stats", channel, refusal)
        if refusal is not None:
            return refusal
        presence = self._hub.presence
        clients, users = presence.stats(channel)
        others = self._hub.rooms.elsewhere(channel, presence.gateway_id)
        counted = {"num_clients": clients + others, "num_users": users + others}
        return protocol.result(command_id, "presence_stats", counted)

    def presence(self, command_id: int, subject: Subject, channel: str) -> bytes | Error:
        """Answer who is there, of this gateway, by the codes that staff knows them by."""
        refusal = None if self._access.may_list(subject, channel) else codes.NOT_AVAILABLE
        refusal = self.noted(subject, "presence", channel, refusal)
        if refusal is not None:
            return refusal
        found = {
            each.client_id: {"client": each.client_id, "user": each.label}
            for each in self._hub.presence.members(channel)
        }
        return protocol.result(command_id, "presence", {"presence": found})

    def history(
        self, command_id: int, subject: Subject, asked: protocol.History, follows: Collection[str]
    ) -> bytes | Error:
        """Answer with publications of a channel that he `follows`."""
        refusal = None if asked.channel in follows else codes.PERMISSION_DENIED
        refusal = self.noted(subject, "history", asked.channel, refusal)
        if refusal is not None:
            return refusal
        rooms = self._hub.rooms
        if not rooms.recoverable(asked.channel):
            return codes.NOT_AVAILABLE
        since = None if asked.since is None else asked.since.offset
        if asked.since is not None and asked.since.epoch not in ("", rooms.epoch):
            return codes.UNRECOVERABLE
        limit = HISTORY_MAX if asked.limit < 0 else min(asked.limit, HISTORY_MAX)
        found = self._hub.history(asked.channel, since, limit, reverse=asked.reverse)
        return protocol.history(command_id, found, rooms.position(asked.channel), rooms.epoch)
