"""Reads by the right of an office: each request leaves at most one entry in the audit trail (T26).

Rule 1: the entry is on the log before the answer goes out; where that cannot be, it is a 503.
Rule 2: it names method and path; a refusal leaves one too, with its status.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Request

from gateway.authorize import Denial, Subject, acting_role, authorize
from gateway.channels import Channel
from gateway.http.ports import Parts
from gateway.http.problems import Problem
from gateway.trail import Reading
from gateway.trail_log import NoTrail
from gateway.visibility import WATCHERS

DONE: Final = 200
FAILED: Final = 500


class Watching:
    """What one request looks at, and by which office."""

    def __init__(self, parts: Parts, request: Request) -> None:
        """Use `watched`."""
        self._feed = parts.feed
        self.subject: Subject = parts.subject_of(request)
        self.role: str | None = None

    def may_see(self, channel: Channel) -> bool:
        """Whether he may follow it; remembers where it is his office alone that lets him."""
        allowed = self._feed.may_see(self.subject, channel)
        if allowed:
            self.role = self._feed.privilege(self.subject, channel) or self.role
        return allowed

    def asks_for(self, channel: Channel) -> bool:
        """The same of what he names: where he may not, that is remembered too."""
        self.role = self._feed.privilege(self.subject, channel) or self.role
        return self._feed.may_see(self.subject, channel)

    def looks_up(self, action: str) -> Denial | None:
        """Return why he may not look up what an office alone may; asked in vain it counts too."""
        watching = sorted(self.subject.roles & WATCHERS)
        self.role = acting_role(self.subject, action) or next(iter(watching), None)
        return authorize(self.subject, action)


@asynccontextmanager
async def watched(parts: Parts, request: Request) -> AsyncIterator[Watching]:
    """Answer within this block: what is looked at by an office is written down at its end."""
    watching, answer = Watching(parts, request), FAILED
    try:
        yield watching
        answer = DONE
    except Problem as problem:
        answer = problem.status
        raise
    finally:
        if watching.role is not None:
            await _tell(parts, request, watching, answer)


async def _tell(parts: Parts, request: Request, watching: Watching, answer: int) -> None:
    what = f"{request.method} {request.url.path}"
    address = request.client.host if request.client else ""
    who, role = watching.subject.account_id or "", watching.role or ""
    reading = Reading(parts.feed.log_time_ms(), who, role, what, address, answer)
    try:
        await parts.trail.tell(reading)
    except NoTrail as error:
        raise Problem(503) from error
