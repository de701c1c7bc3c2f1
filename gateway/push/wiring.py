"""The real parts behind the sockets: feed, visibility, tokens, the command path.

Rule 1: what a token says is who; what he may is asked of the log, each time.
Rule 2: a refusal keeps its code of the catalogue of texts as the message.
"""

from collections.abc import Mapping
from typing import Any, Final

from gateway import visibility
from gateway.authorize import PUBLIC, Subject, with_roles
from gateway.channels import parse
from gateway.command_path import CommandPath
from gateway.feed.feed import Feed
from gateway.push import close_codes as codes
from gateway.push.close_codes import Error
from gateway.push.ports import Admitted, Fault, Refused
from gateway.refusals import Refusal
from gateway.trail import Reading
from gateway.trail_log import TrailLog
from infra.clock import now_ms
from infra.identity.tokens import TokenFault, Tokens

_FAULTS: Final = {TokenFault.EXPIRED: Fault.EXPIRED, TokenFault.FORGED: Fault.FORGED}
_BY_STATUS: Final = {
    401: codes.UNAUTHORIZED, 403: codes.PERMISSION_DENIED, 404: codes.METHOD_NOT_FOUND,
    429: codes.BUSY, 500: codes.INTERNAL, 503: codes.INTERNAL,
}  # fmt: skip
STATUS: Final = "command.status"
LIST: Final = "presence"


class LogAccess:
    """Who may what, by tokens and the log."""

    def __init__(self, tokens: Tokens, feed: Feed, trail: TrailLog) -> None:
        """`feed` has started."""
        self._tokens = tokens
        self._feed = feed
        self._trail = trail

    def authenticate(self, token: str) -> Admitted | Fault:
        """Read a token."""
        at_ms = now_ms()
        subject = self._tokens.read_push(token, at_ms)
        if isinstance(subject, TokenFault):
            return _FAULTS[subject]
        lives_ms = self._tokens.expires_at_ms(token) - at_ms
        return self.standing(subject) or Admitted(subject, lives_ms)

    def standing(self, subject: Subject) -> Fault | None:
        """Whether his sign-in is over."""
        if subject.account_id is None:
            return None
        if self._feed.is_banned(subject.account_id):
            return Fault.BANNED
        if subject.issued_at_ms <= self._feed.revoked_before_ms(subject.account_id):
            return Fault.REVOKED
        if subject.session_id is not None and self._feed.has_signed_out(subject.session_id):
            return Fault.REVOKED
        return None

    def roles(self, subject: Subject) -> frozenset[str]:
        """The roles that the log gives him now."""
        if subject.account_id is None:
            return PUBLIC.roles
        return self._feed.roles_of(subject.account_id) or frozenset()

    def may_subscribe(self, subject: Subject, channel: str) -> bool:
        """Whether he may follow it."""
        return self._feed.may_see(self._now(subject), channel)

    def may_count(self, subject: Subject, channel: str) -> bool:
        """Whether he may see how many are there: of a room that he may follow."""
        found = parse(channel)
        if found is None or not self.may_subscribe(subject, channel):
            return False
        return visibility.may_count_presence(self._now(subject), found)

    def may_list(self, subject: Subject, channel: str) -> bool:
        """Whether he may see who is there: of a room that he may follow."""
        found = parse(channel)
        if found is None or not self.may_subscribe(subject, channel):
            return False
        return visibility.may_list_presence(self._now(subject), found)

    def note(self, subject: Subject, method: str, channel: str, answer: int, address: str) -> bool:
        """Write it into the audit trail, where he reads by his office alone; never waits."""
        asking = self._now(subject)
        role = self._feed.privilege(asking, channel)
        if method == LIST and role is None and self.may_list(subject, channel):
            role = visibility.lister(asking)
        if role is None:
            return True
        at_ms, who = self._feed.log_time_ms(), subject.account_id or ""
        return self._trail.note(Reading(at_ms, who, role, f"{method} {channel}", address, answer))

    def attendee(self, subject: Subject, channel: str) -> str:
        """The code that the session gave him."""
        found = parse(channel)
        if found is None or found.kind != "roadshow" or subject.account_id is None:
            return ""
        return self._feed.attendee_of(subject.account_id, found.id)

    def counts_as(self, subject: Subject, channel: str) -> str:
        """As what he counts among a room's people."""
        found = parse(channel)
        if found is None:
            return ""
        return visibility.counts_as(self._now(subject), found, self._feed)

    def _now(self, subject: Subject) -> Subject:
        return with_roles(subject, self.roles(subject))


class LogCalls:
    """Commands and questions, by the one path."""

    def __init__(self, commands: CommandPath) -> None:
        """Shared with nobody: one per process."""
        self._commands = commands

    async def rpc(self, subject: Subject, method: str, data: Any) -> Mapping[str, Any]:
        """Carry it out; raises `Refused`."""
        if not isinstance(data, dict):
            raise Refused(codes.MALFORMED)
        try:
            if method == STATUS:
                return await self._status(subject, data)
            return await self._commands.submit(subject, method, data)
        except Refusal as refusal:
            raise Refused(error_of(refusal)) from refusal

    async def _status(self, subject: Subject, data: Mapping[str, Any]) -> Mapping[str, Any]:
        command_id, root = data.get("command_id"), data.get("root")
        if not isinstance(command_id, str) or not isinstance(root, str):
            raise Refused(codes.MALFORMED)
        return await self._commands.status(subject, command_id, root)


def error_of(refusal: Refusal) -> Error:
    """Return what a client is told of a refusal."""
    nearest = _BY_STATUS.get(refusal.status, codes.MALFORMED)
    return Error(nearest.code, refusal.code, refusal.temporary, refusal.params)
