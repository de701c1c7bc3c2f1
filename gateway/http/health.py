"""Whether this process is alive and current, and what time it is.

Rule 1: `/healthz` always answers while the process does; `/readyz` says 503 until what is shown
here is the log's newest.
Rule 2: figures only, never an address, a path or a name.
"""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from gateway.http.ports import Parts
from infra.clock import now_ms


class Time(BaseModel):
    """The time that counts: the log's, in UTC milliseconds."""

    server_time_ms: int


class Health(BaseModel):
    """How the process is; `status` is ok, or behind."""

    status: str
    at_ms: int
    feed: dict[str, Any]
    read_model: dict[str, Any]


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["health"])

    @routes.get("/api/time", summary="The time by which every period ends")
    def time() -> Time:
        return Time(server_time_ms=parts.feed.log_time_ms())

    @routes.get("/healthz", summary="Whether the process answers, and how far it is")
    def healthz() -> Health:
        return _health(parts)

    @routes.get(
        "/readyz",
        summary="Whether what it shows is the newest",
        responses={503: {"model": Health, "description": "It is behind"}},
    )
    def readyz(response: Response) -> Health:
        found = _health(parts)
        if found.status != "ok":
            response.status_code = 503
        return found

    return routes


def _health(parts: Parts) -> Health:
    feed = dict(parts.feed.health())
    status = "ok" if feed.get("ready") else "behind"
    return Health(status=status, at_ms=now_ms(), feed=feed, read_model={})
