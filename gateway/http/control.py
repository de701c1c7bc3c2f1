"""What those who control a bidding look up beyond its channels.

Rule 1: `control.view` of the one table says who may; every look leaves an entry in the trail.
"""

from fastapi import APIRouter, Depends, Request

from gateway.http import answers
from gateway.http.asking import RootId
from gateway.http.ports import Parts
from gateway.http.problems import Problem, responses
from gateway.http.watching import watched


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["control"], dependencies=[Depends(parts.guard)])

    @routes.get(
        "/api/biddings/{bidding_id}/pending-act",
        responses=responses(401, 403, 404, 422, 503),
        summary="What the first of two people asked for, for the second to confirm",
    )
    async def pending_act(request: Request, bidding_id: RootId) -> answers.PendingAct:
        async with watched(parts, request) as watching:
            denial = watching.looks_up("control.view")
            if denial is not None:
                raise Problem(401 if denial.code == "NOT_SIGNED_IN" else 403, denial.code)
            found = await parts.feed.pending_act(bidding_id)
            if found is None:
                raise Problem(404)
        return answers.PendingAct.model_validate(found)

    return routes
