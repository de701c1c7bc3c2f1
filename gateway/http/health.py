"""Whether this process is alive and current, and what time it is.

Rule 1: `/healthz` always answers while the process does; `/readyz` says 503 until what is shown
here is the log's newest.
Rule 2: figures only, never an address, a path or a name.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from gateway.http.ports import Parts
from gateway.queries.reader import Unavailable
from infra.clock import now_ms


class Time(BaseModel):
    """The time that counts: the log's, in UTC milliseconds."""

    server_time_ms: int


class ReadModelHealth(BaseModel):
    """Whether the read model answers, and how many decisions it is behind, by family."""

    available: bool
    lag: dict[str, int]


class Health(BaseModel):
    """How the process is; `status` is ok, or behind."""

    status: str
    at_ms: int
    feed: dict[str, Any]
    read_model: ReadModelHealth


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["health"])

    @routes.get("/api/time", summary="The time by which every period ends")
    async def time() -> Time:
        return Time(server_time_ms=parts.feed.log_time_ms())

    @routes.get("/healthz", summary="Whether the process answers, and how far it is")
    async def healthz() -> Health:
        return await _health(parts)

    @routes.get(
        "/readyz",
        summary="Whether what it shows is the newest",
        responses={503: {"model": Health, "description": "It is behind"}},
    )
    async def readyz(response: Response) -> Health:
        found = await _health(parts)
        if found.status != "ok":
            response.status_code = 503
        return found

    return routes


async def _health(parts: Parts) -> Health:
    feed = dict(parts.feed.health())
    status = "ok" if feed.get("ready") else "behind"
    model = await _read_model(parts, feed.get("families", {}))
    return Health(status=status, at_ms=now_ms(), feed=feed, read_model=model)


async def _read_model(parts: Parts, families: Mapping[str, Any]) -> ReadModelHealth:
    """Compare how far the read model is with how far the feed is."""
    try:
        positions = await parts.reader.positions()
    except Unavailable:
        return ReadModelHealth(available=False, lag={})
    lag = {}
    for name, found in families.items():
        at = positions.get(f"{name}.decisions", {})
        read = found.get("read", {})
        lag[name] = sum(max(0, offset - at.get(int(number), -1)) for number, offset in read.items())
    return ReadModelHealth(available=True, lag=lag)
