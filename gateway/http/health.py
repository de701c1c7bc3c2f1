"""Whether this process is alive and current, and what time it is.

Rule 1: `/healthz` always answers while the process does; `/readyz` says 503 until what is shown
here is the log's newest.
Rule 2: words only. A figure that grows with the log would count sealed envelopes, and bids that the
delayed view still hides; figures are for the metrics listener (gateway/http/telemetry.py).
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from gateway.http.ports import Parts
from gateway.queries.reader import Unavailable

BEHIND_RECORDS: Final = 1_000  # so many that no single record ever shows in the word


class Time(BaseModel):
    """The time that counts: the log's, in UTC milliseconds."""

    server_time_ms: int


class Health(BaseModel):
    """How the process is.

    `log`: how current what the rooms show is; `degraded` where it does not progress as it should.
    `read_model`: how current what the lists show is; `away` where it cannot be asked.
    """

    status: Literal["ok", "behind"]
    log: Literal["ok", "behind", "degraded"]
    read_model: Literal["ok", "behind", "away"]


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["health"])

    @routes.get("/api/time", summary="The time by which every period ends")
    async def time() -> Time:
        return Time(server_time_ms=parts.feed.log_time_ms())

    @routes.get("/healthz", summary="Whether the process answers, and how it is")
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
    feed = parts.feed.health()
    model = await _read_model(parts, feed["families"])
    if not feed["ready"]:
        return Health(status="behind", log="behind", read_model=model)
    return Health(status="ok", log="degraded" if feed["degraded"] else "ok", read_model=model)


async def _read_model(parts: Parts, families: Mapping[str, Any]) -> Literal["ok", "behind", "away"]:
    """Compare how far the read model is with how far the feed is."""
    try:
        positions = await parts.reader.positions()
    except Unavailable:
        return "away"
    for name, found in families.items():
        at = positions.get(f"{name}.decisions", {})
        behind = sum(read - at.get(int(number), -1) for number, read in found["read"].items())
        if behind > BEHIND_RECORDS:
            return "behind"
    return "ok"
