"""What belongs to who asks: his bids and receipts, his interests, what his organisation shows.

Rule 1: without a sign-in 401; what is another's does not exist (404).
"""

from fastapi import APIRouter, Depends, Request

from gateway.http import answers
from gateway.http.asking import account_of, available, with_position
from gateway.http.ports import Parts
from gateway.http.problems import responses
from gateway.queries import achievements, mine


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["mine"], dependencies=[Depends(parts.guard)])

    @routes.get("/api/my/bids", responses=responses(401, 503), summary="My bids and receipts")
    async def bids(request: Request) -> answers.OwnBids:
        _, account_id = account_of(parts, request)
        async with available():
            rows = await parts.reader.ask(mine.bids, account_id)
        told = [with_position(parts.feed, row["bidding_id"], row) for row in rows]
        return answers.OwnBids(bids=[answers.OwnBid(**row) for row in told])

    @routes.get("/api/my/interests", responses=responses(401, 503), summary="My interests")
    async def interests(request: Request) -> answers.OwnInterests:
        _, account_id = account_of(parts, request)
        async with available():
            rows = await parts.reader.ask(mine.interests, account_id)
        return answers.OwnInterests(interests=[answers.OwnInterest(**row) for row in rows])

    @routes.get(
        "/api/my/items", responses=responses(401, 503), summary="What my organisation shows"
    )
    async def items(request: Request) -> answers.OwnItems:
        subject, _ = account_of(parts, request)
        if subject.org_id is None:
            return answers.OwnItems(items=[])
        now_ms = parts.feed.log_time_ms()
        async with available():
            rows = await parts.reader.ask(achievements.of_holder, subject.org_id, now_ms)
        return answers.OwnItems(items=[answers.OwnItem(**row) for row in rows])

    return routes
