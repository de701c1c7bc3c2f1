"""What who asks is told: his notices, what of them waits, of what he wants to be reminded.

Rule 1: without a sign-in 401; what is another's does not exist (404).
Rule 2: who reads what a queue of the desk was told leaves an entry in the audit trail; who only
counts what he has not read does not.
Rule 3: read marks and wishes are with identity: the read model may be made anew.
Rule 4: a person is named only where the notice names his account (processors.notices).
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gateway.authorize import Subject
from gateway.channels import NOTICE_KINDS, Channel, parse
from gateway.http import answers, calendar_file
from gateway.http.asking import WORD, RootId, account_of, available
from gateway.http.ports import Parts
from gateway.http.problems import Problem, responses
from gateway.http.watching import watched
from gateway.queries import calendar, notices
from infra.identity.reminders import REMINDERS_MAX

Row = dict[str, Any]


class ReadBody(BaseModel):
    """Which notices he has read."""

    model_config = ConfigDict(extra="forbid", strict=True)
    notice_ids: Annotated[
        list[Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,120}$")]],
        Field(max_length=notices.NOTICES_MAX),
    ]


class WishBody(BaseModel):
    """Of what he wants to be reminded, or no longer."""

    model_config = ConfigDict(extra="forbid", strict=True)
    root: Annotated[str, Field(pattern=WORD)]
    wanted: bool


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["mine"], dependencies=[Depends(parts.guard)])
    _add_notices(routes, parts)
    _add_reading(routes, parts)
    _add_reminders(routes, parts)
    return routes


def _add_notices(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/api/my/notices", responses=responses(401, 503), summary="What I am told")
    async def told(request: Request) -> answers.Notices:
        subject, account_id = account_of(parts, request)
        async with watched(parts, request) as watching, available():
            audiences = await _audiences(parts, subject, watching.may_see)
            rows = await _told(parts, account_id, audiences)
        marks = await _marks(parts, account_id, rows)
        names = await _names(parts, rows)
        found = [
            answers.Notice(
                **row,
                who=names.get(str(row["params"].get("account_id")), ""),
                read_at_ms=marks.get(row["notice_id"]),
            )
            for row in rows
        ]
        return answers.Notices(notices=found, unread_count=len(_unread(rows, marks)))

    @routes.get("/api/my/waiting", responses=responses(401, 503), summary="What waits for me")
    async def waiting(request: Request) -> answers.Waiting:
        subject, account_id = account_of(parts, request)
        now_ms = parts.feed.log_time_ms()
        async with available():
            audiences = await _audiences(parts, subject, partial(parts.feed.may_see, subject))
            rows = await _told(parts, account_id, audiences)
            ahead = await _wished(parts, account_id)
        unread = _unread(rows, await _marks(parts, account_id, rows))
        return answers.Waiting(
            unread_count=len(unread),
            to_do_count=sum(unread.values()),
            channels=[one for one in audiences if one.partition(":")[0] in NOTICE_KINDS],
            next_due_ms=calendar.next_due_ms(ahead, now_ms),
        )


def _add_reading(routes: APIRouter, parts: Parts) -> None:
    @routes.post(
        "/api/my/notices/read", status_code=204,
        responses=responses(401, 403, 404, 422, 503), summary="Mark notices as read",
    )  # fmt: skip
    async def read(request: Request, body: ReadBody) -> None:
        subject, account_id = account_of(parts, request)
        at_ms, ids = parts.feed.log_time_ms(), set(body.notice_ids)
        async with available():
            known = await parts.reader.ask(notices.audiences_of, ids)
            audiences = await _audiences(parts, subject, partial(parts.feed.may_see, subject))
            due = calendar.due(await _wished(parts, account_id), at_ms)
        own = {one for one, audience in known.items() if audience in audiences}
        own |= {str(one["notice_id"]) for one in due}
        if not ids <= own:
            raise Problem(404)
        await asyncio.to_thread(parts.marks.mark, account_id, body.notice_ids, at_ms)


def _add_reminders(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/api/my/reminders", responses=responses(401, 503), summary="Of what I am reminded")
    async def reminders(request: Request) -> answers.Reminders:
        _, account_id = account_of(parts, request)
        async with available():
            wished = await _wished(parts, account_id)
        ahead = sorted(
            (one for one in wished if one.phase == "coming"), key=lambda one: one.starts_at_ms
        )
        names = ("root", "kind", "title", "starts_at_ms")
        rows = [{name: getattr(one, name) for name in names} for one in ahead]
        return answers.Reminders(reminders=[answers.Reminder(**row) for row in rows])

    @routes.post(
        "/api/my/reminders", status_code=204, responses=responses(401, 403, 404, 409, 422, 503),
        summary="Remind me 10 minutes before it begins, or no longer",
    )  # fmt: skip
    async def wish(request: Request, body: WishBody) -> None:
        subject, account_id = account_of(parts, request)
        if not body.wanted:
            await asyncio.to_thread(parts.reminders.remove, account_id, body.root)
            return
        may_see = partial(parts.feed.may_see, subject)
        if (await _announced(parts, may_see, body.root)).phase != "coming":
            raise Problem(409, "ALREADY_BEGUN")
        now_ms = parts.feed.log_time_ms()
        if not await asyncio.to_thread(parts.reminders.add, account_id, body.root, now_ms):
            raise Problem(409, "TOO_MANY", {"count_max": REMINDERS_MAX})

    @routes.get(
        "/api/calendar/{root}",
        responses={
            **responses(404, 422, 503),
            200: {"content": {calendar_file.MEDIA_TYPE: {"schema": {"type": "string"}}}},
        },
        response_class=Response,
        summary="A session or a bidding for one's own calendar (iCalendar)",
    )
    async def entry(request: Request, root: RootId) -> Response:
        async with watched(parts, request) as watching:
            event = await _announced(parts, watching.asks_for, root)
        return calendar_file.respond(event, str(request.base_url), parts.feed.log_time_ms())


async def _announced(parts: Parts, may_see: Callable[[Channel], bool], root: str) -> calendar.Event:
    """Return what is announced to him; raises a 404."""
    async with available():
        found = await parts.reader.ask(calendar.events, [root], parts.feed.log_time_ms())
    event = found.get(root)
    if event is not None:
        is_session = event.kind == "session"
        if may_see(Channel("roadshow" if is_session else "bidding.public", root)):
            return event
    raise Problem(404)


async def _wished(parts: Parts, account_id: str) -> list[calendar.Event]:
    roots = await asyncio.to_thread(parts.reminders.of, account_id)
    if not roots:
        return []
    now_ms = parts.feed.log_time_ms()
    return list((await parts.reader.ask(calendar.events, roots, now_ms)).values())


async def _told(parts: Parts, account_id: str, audiences: list[str]) -> list[Row]:
    """Return his notices and the reminders that are due, newest first."""
    due = calendar.due(await _wished(parts, account_id), parts.feed.log_time_ms())
    rows = due + await parts.reader.ask(notices.notices, audiences)
    return sorted(rows, key=lambda row: int(row["at_ms"]), reverse=True)


async def _marks(parts: Parts, account_id: str, rows: list[Row]) -> Mapping[str, int]:
    ids = [row["notice_id"] for row in rows]
    return await asyncio.to_thread(parts.marks.read_of, account_id, ids)


async def _names(parts: Parts, rows: list[Row]) -> Mapping[str, str]:
    ids = {str(row["params"]["account_id"]) for row in rows if "account_id" in row["params"]}
    return await asyncio.to_thread(parts.names.names, ids) if ids else {}


def _unread(rows: list[Row], marks: Mapping[str, int]) -> dict[str, bool]:
    """Return the groups with something unread, and whether each asks for something."""
    return {row["group"]: row["to_do"] for row in rows if row["notice_id"] not in marks}


async def _audiences(
    parts: Parts, subject: Subject, may_see: Callable[[Channel], bool]
) -> list[str]:
    """Return whom he is among: himself, his organisation, his numbers, the queues he works off."""
    assert subject.account_id is not None
    by_number = await parts.reader.ask(notices.audiences, subject.account_id)
    others: list[Any] = [f"user:{subject.account_id}"]
    if subject.org_id is not None:
        others.append(f"seller:{subject.org_id}")
    others += await parts.reader.ask(notices.queues)
    channels = [(name, parse(name)) for name in others]
    allowed = [name for name, channel in channels if channel and may_see(channel)]
    return by_number + allowed
