"""What routes that ask the read model share: the parts, refusals as problems, limits of words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final

from fastapi import Path, Query, Request
from fastapi.routing import APIRoute

from gateway.authorize import Subject
from gateway.http.ports import Feed, Parts
from gateway.http.problems import Problem
from gateway.queries.reader import Unavailable

WORD: Final = r"^[A-Za-z0-9._:-]{1,64}$"
PLAIN: Final = r"^[^\x00-\x1f\x7f]*$"
_POSITIONS: Final = {"command_offset", "decision_offset"}
CHANNEL: Final = r"^[A-Za-z0-9._:-]{1,160}$"

RootId = Annotated[str, Path(pattern=WORD)]
Words = Annotated[str, Query(max_length=100, pattern=PLAIN)]
Limit = Annotated[int, Query(ge=1, le=100)]
Skip = Annotated[int, Query(ge=0, le=10_000)]


def account_of(parts: Parts, request: Request) -> tuple[Subject, str]:
    """Return who asks, and his account; raises a 401."""
    subject = parts.subject_of(request)
    if subject.account_id is None:
        raise Problem(401)
    return subject, subject.account_id


async def only_known(request: Request) -> None:
    """Refuse a question with a word that its description does not know; for every route."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not route.include_in_schema:
        return
    operation = request.app.openapi()["paths"][route.path_format][request.method.lower()]
    known = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    if unknown := sorted(set(request.query_params) - known):
        raise Problem(422, params={"field": unknown[0][:64]})


def with_position(feed: Feed, bidding_id: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its receipt, without positions where they may not be told."""
    receipt = row["receipt"]
    if feed.tells_positions(receipt["partition"], bidding_id):
        return row
    untold = dict.fromkeys(_POSITIONS & receipt.keys())
    return {**row, "receipt": {**receipt, **untold}}


@asynccontextmanager
async def available() -> AsyncIterator[None]:
    """Turn a read model that cannot be asked into a 503."""
    try:
        yield
    except Unavailable as error:
        raise Problem(503) from error
