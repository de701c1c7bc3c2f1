"""What belongs to who asks: his bids and receipts, his interests, his notices.

Rule 1: without a sign-in 401; what is another's does not exist (404).
Rule 2: who reads what a queue of the desk was told leaves an entry in the audit trail.
Rule 3: read marks are with identity: the read model may be made anew.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request

from gateway.authorize import Subject
from gateway.channels import Channel, parse
from gateway.http import answers
from gateway.http.asking import WORD, available
from gateway.http.ports import Parts
from gateway.http.problems import Problem, responses
from gateway.http.watching import watched
from gateway.queries import mine


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["mine"], dependencies=[Depends(parts.guard)])
    _add_lists(routes, parts)
    _add_notices(routes, parts)
    return routes


def _account(parts: Parts, request: Request) -> tuple[Subject, str]:
    subject = parts.subject_of(request)
    if subject.account_id is None:
        raise Problem(401)
    return subject, subject.account_id


def _add_lists(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/api/my/bids", responses=responses(401, 503), summary="My bids and receipts")
    async def bids(request: Request) -> answers.OwnBids:
        _, account_id = _account(parts, request)
        async with available():
            rows = await parts.reader.ask(mine.bids, account_id)
        return answers.OwnBids(bids=[answers.OwnBid(**row) for row in rows])

    @routes.get("/api/my/interests", responses=responses(401, 503), summary="My interests")
    async def interests(request: Request) -> answers.OwnInterests:
        _, account_id = _account(parts, request)
        async with available():
            rows = await parts.reader.ask(mine.interests, account_id)
        return answers.OwnInterests(interests=[answers.OwnInterest(**row) for row in rows])


def _add_notices(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/api/my/notices", responses=responses(401, 503), summary="What I am told")
    async def notices(request: Request) -> answers.Notices:
        subject, account_id = _account(parts, request)
        async with watched(parts, request) as watching, available():
            audiences = await _audiences(parts, subject, watching.may_see)
            rows = await parts.reader.ask(mine.notices, audiences)
        ids = [row["notice_id"] for row in rows]
        marks: Mapping[str, int] = await asyncio.to_thread(parts.marks.read_of, account_id, ids)
        found = [answers.Notice(**row, read_at_ms=marks.get(row["notice_id"])) for row in rows]
        unread = sum(one.read_at_ms is None for one in found)
        return answers.Notices(notices=found, unread_count=unread)

    @routes.post(
        "/api/my/notices/{notice_id}/read", status_code=204,
        responses=responses(401, 403, 404, 422, 503), summary="Mark a notice as read",
    )  # fmt: skip
    async def read(request: Request, notice_id: Annotated[str, Path(pattern=WORD)]) -> None:
        subject, account_id = _account(parts, request)
        async with available():
            audience = await parts.reader.ask(mine.notice_audience, notice_id)
            audiences = await _audiences(parts, subject, partial(parts.feed.may_see, subject))
            if audience is None or audience not in audiences:
                raise Problem(404)
        at_ms = parts.feed.log_time_ms()
        await asyncio.to_thread(parts.marks.mark, account_id, [notice_id], at_ms)


async def _audiences(
    parts: Parts, subject: Subject, may_see: Callable[[Channel], bool]
) -> list[str]:
    """Return whom he is among: himself, his organisation, his numbers, the queues he works off."""
    assert subject.account_id is not None
    by_number = await parts.reader.ask(mine.audiences, subject.account_id)
    others: list[Any] = [f"user:{subject.account_id}"]
    if subject.org_id is not None:
        others.append(f"seller:{subject.org_id}")
    others += await parts.reader.ask(mine.queues)
    channels = [(name, parse(name)) for name in others]
    allowed = [name for name, channel in channels if channel and may_see(channel)]
    return by_number + allowed
