"""Commands over HTTP: one typed route for each method, all to the one command path (push.md §4).

Rule 1: the body is described by the command's own dataclass: no name that it does not know, no text
for a number.
Rule 2: 200 with the outcome where it came within `wait` milliseconds, 202 with where the command
stands where it did not. A refusal by the rules is an outcome, not a problem.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from gateway.actions import ACTIONS, Action
from gateway.command_path import Refusal
from gateway.http.asking import WORD
from gateway.http.bodies import body_model
from gateway.http.ports import Parts
from gateway.http.problems import Problem, responses
from gateway.http.strict_bodies import StrictRoute
from infra.codec import COMMAND_ID

WAIT_MS_MAX: Final = 3_000

Wait = Annotated[
    int, Query(ge=0, le=WAIT_MS_MAX, description="Milliseconds to wait for the outcome")
]


class OutcomeReceipt(BaseModel):
    """Where the decision stands; positions are null while they would tell of closed envelopes."""

    partition: int
    command_offset: int | None
    decision_offset: int | None
    hash: str
    at_ms: int


class Outcome(BaseModel):
    """What became of a command: decided, refused with a code, or repeated."""

    model_config = ConfigDict(extra="allow")
    outcome: str
    command_id: str | None
    type: str | None
    code: str | None
    params: dict[str, Any]
    events: list[dict[str, Any]]
    receipt: OutcomeReceipt
    standing: str | None = None


class Reply(BaseModel):
    """Where a command stands on the log, and its outcome where it is known already."""

    command_id: str
    received_at_ms: int
    partition: int
    offset: int | None
    outcome: Outcome | None


class Status(BaseModel):
    """`state`: decided, checking, or not_seen."""

    state: str
    outcome: Outcome | None


def problem_of(refusal: Refusal) -> Problem:
    """Return a refusal of the command path as a problem."""
    return Problem(refusal.status, refusal.code, refusal.params, temporary=refusal.temporary)


def router(parts: Parts) -> APIRouter:
    """Return a route for each method of the registry."""
    routes = APIRouter(
        tags=["commands"], dependencies=[Depends(parts.guard)], route_class=StrictRoute
    )
    for action in ACTIONS.values():
        routes.add_api_route(
            f"/api/commands/{action.method}",
            _route(parts, action),
            methods=["POST"],
            name=action.method,
            summary=_summary(action),
            status_code=200,
            response_model=Reply,
            responses={
                202: {"model": Reply, "description": "On the log; its outcome is not known yet"},
                **responses(401, 403, 404, 413, 415, 422, 429, 503),
            },
        )
    _add_status(routes, parts)
    return routes


def _summary(action: Action) -> str:
    said = (action.command.__doc__ or action.method).strip().splitlines()[0]
    return f"{said} Roles: {', '.join(action.roles)}"


def _route(parts: Parts, action: Action) -> Callable[..., Coroutine[Any, Any, Reply]]:
    model = body_model(action)

    async def submit(
        request: Request,
        response: Response,
        body: Any,
        wait: Wait = 0,
    ) -> Reply:
        asked = body.model_dump(exclude_unset=True)
        subject = parts.subject_of(request)
        try:
            found = await parts.commands.submit(subject, action.method, asked, wait)
        except Refusal as error:
            raise problem_of(error) from error
        reply = Reply.model_validate(found)
        if reply.outcome is None:
            response.status_code = 202
        return reply

    submit.__annotations__["body"] = Annotated[model, Body()]
    return submit


def _add_status(routes: APIRouter, parts: Parts) -> None:
    @routes.get(
        "/api/command-status",
        responses=responses(401, 403, 422, 429, 503),
        summary="What became of a command of mine",
    )
    async def command_status(
        request: Request,
        command_id: Annotated[str, Query(pattern=COMMAND_ID)],
        root: Annotated[str, Query(pattern=WORD)],
    ) -> Status:
        try:
            found = await parts.commands.status(parts.subject_of(request), command_id, root)
        except Refusal as error:
            raise problem_of(error) from error
        return Status.model_validate(found)
