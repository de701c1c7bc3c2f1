"""The state of a channel, for a page whose socket is down (WS-7): the same that a subscriber gets.

Rule 1: the same matrix says who may see it; what he may not see is not there (404).
Rule 2: who sees it by his office alone leaves an entry in the audit trail.
Rule 3: a bidding that has closed and is no longer in the feed is answered from the read model.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from gateway import channels
from gateway.http.asking import CHANNEL, available
from gateway.http.ports import Parts
from gateway.http.problems import Problem, responses
from gateway.http.watching import watched
from gateway.queries import biddings


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["state"])

    @routes.get(
        "/api/state/{channel}",
        responses=responses(404, 422, 503),
        summary="What a channel shows now (polling, where the socket is down)",
    )
    async def state(
        request: Request, channel: Annotated[str, Path(pattern=CHANNEL)]
    ) -> dict[str, Any]:
        found = channels.parse(channel)
        async with watched(parts, request) as watching:
            if found is None or not watching.asks_for(found):
                raise Problem(404)
            shown = parts.feed.state(found)
            if shown is None and found.kind in ("bidding", "bidding.public"):
                async with available():
                    now_ms = parts.feed.log_time_ms()
                    shown = await parts.reader.ask(biddings.closed_state, found.id, now_ms)
            if shown is None:
                raise Problem(404)
        return dict(shown)

    return routes
