"""What anybody may ask: the lobby, sessions, the showcase, the history of bids.

Rule 1: a thing that is not there and one that he may not see have the same answer: 404.
Rule 2: who sees more than anybody, by his office, leaves an entry in the audit trail.
Rule 3: whoever is not in the room sees it `public_delay_ms` later, here too.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from gateway.channels import Channel
from gateway.http import answers, bid_sheet
from gateway.http.asking import Limit, RootId, Skip, Words, available, with_position
from gateway.http.ports import Feed, Parts
from gateway.http.problems import Problem, responses
from gateway.http.watching import Watching, watched
from gateway.queries import achievements, biddings, shows

MARKET = Channel("market")
Industry = Literal[
    "", "next_generation_it", "artificial_intelligence", "life_health", "connected_vehicles",
    "low_altitude", "green_energy", "intelligent_equipment", "smart_appliances",
    "chemicals_materials", "modern_light_industry", "future_industries",
]  # fmt: skip
AchievementClass = Literal["", "major_original", "industry_urgent", "enterprise_demand"]
Stage = Literal["", "proof_of_concept", "pilot_scale", "order_development", "maturation"]
_STAFF = frozenset(("desk_officer", "desk_reviewer", "host", "stage_controller", "supervisor"))


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["queries"])
    _add_lists(routes, parts)
    _add_shows(routes, parts)
    _add_showcase(routes, parts)
    _add_biddings(routes, parts)
    return routes


def _add_lists(routes: APIRouter, parts: Parts) -> None:
    reader, feed = parts.reader, parts.feed

    def is_open(watching: Watching, row: dict[str, str]) -> bool:
        """Whether a session may be told of: one for the invited only to them."""
        if row["access"] != "invited":
            return True
        return watching.may_see(Channel("roadshow", row["session_id"]))

    @routes.get("/api/lobby", responses=responses(503), summary="What is live, what comes, results")
    async def lobby(request: Request) -> answers.Lobby:
        now_ms = feed.log_time_ms()
        async with available():
            ahead = await reader.ask(shows.sessions, shows.AHEAD, 20)
            closed = await reader.ask(biddings.closed, now_ms, 20)
        async with watched(parts, request) as watching:
            results = [
                row
                for row in closed
                if watching.may_see(Channel("bidding.public", row["bidding_id"]))
            ]
            upcoming = [_as_told(feed, row) for row in ahead if is_open(watching, row)]
        return answers.Lobby(
            server_time_ms=now_ms,
            live=[answers.MarketRow.model_validate(row) for row in feed.market()],
            upcoming=[answers.SessionRow(**row) for row in upcoming],
            results=[answers.Result(**row) for row in results],
        )

    @routes.get(
        "/api/sessions", responses=responses(422, 503), summary="Sessions, the newest first"
    )
    async def sessions(request: Request, limit: Limit = 50) -> answers.Sessions:
        async with available():
            rows = await reader.ask(shows.sessions, (), limit)
        async with watched(parts, request) as watching:
            told = [_as_told(feed, row) for row in rows if is_open(watching, row)]
            found = [answers.SessionRow(**row) for row in told]
        return answers.Sessions(sessions=found)


def _add_shows(routes: APIRouter, parts: Parts) -> None:
    reader = parts.reader

    @routes.get(
        "/api/sessions/{session_id}", responses=responses(404, 422, 503),
        summary="A session with its agenda",
    )  # fmt: skip
    async def session(request: Request, session_id: RootId) -> answers.Session:
        async with watched(parts, request) as watching:
            if not watching.asks_for(Channel("roadshow", session_id)):
                raise Problem(404)
            now_ms = parts.feed.log_time_ms()
            async with available():
                found = await reader.ask(shows.session, session_id, now_ms)
                if found is None and watching.subject.roles & _STAFF:
                    watching.may_see(Channel("roadshow.staff", session_id))  # what is only planned
                    found = await reader.ask(shows.session, session_id, now_ms, is_staff=True)
            if found is None:
                raise Problem(404)
        return answers.Session(**_as_told(parts.feed, found))


def _as_told(feed: Feed, session: dict[str, Any]) -> dict[str, Any]:
    """Return a session in the phase in which its channel shows it: the read model may be ahead."""
    phase = feed.shown_phase(session["session_id"])
    if phase is None or phase == session["phase"]:
        return session
    return {**session, "phase": phase, "ended_at_ms": None}


def _add_showcase(routes: APIRouter, parts: Parts) -> None:
    reader = parts.reader

    @routes.get("/api/showcase", responses=responses(422, 503), summary="Search the showcase")
    async def showcase(
        q: Words = "",
        field: Words = "",
        offer: Literal["", "sell", "license", "cooperate", "equity"] = "",
        industry: Industry = "",
        achievement_class: AchievementClass = "",
        stage: Stage = "",
        trl_min: Annotated[int, Query(ge=0, le=9)] = 0,
        trl_max: Annotated[int, Query(ge=0, le=9)] = 0,
        skip: Skip = 0,
        limit: Limit = 60,
    ) -> answers.Showcase:
        async with available():
            cards, count, fields = await reader.ask(
                shows.showcase, words=q, field=field, offer=offer, industry=industry,
                achievement_class=achievement_class, stage=stage, trl_min=trl_min,
                trl_max=trl_max, skip=skip, limit=limit,
            )  # fmt: skip
        found = [answers.Card(**card) for card in cards]
        return answers.Showcase(cards=found, count=count, fields=fields)

    @routes.get(
        "/api/showcase/{card_id}", responses=responses(404, 422, 503),
        summary="An achievement, and where it is shown and bid for",
    )  # fmt: skip
    async def achievement(card_id: RootId) -> answers.Achievement:
        now_ms = parts.feed.log_time_ms()
        async with available():
            found = await reader.ask(achievements.achievement, card_id, now_ms)
        if found is None:
            raise Problem(404)
        return answers.Achievement(**found)


def _add_biddings(routes: APIRouter, parts: Parts) -> None:
    @routes.get(
        "/api/biddings/{bidding_id}/bids",
        responses={
            **responses(404, 422, 503),
            200: {"content": {bid_sheet.MEDIA_TYPE: {"schema": {"type": "string"}}}},
        },
        response_model=answers.BidHistory,
        summary="Every bid, with its place on the log; as JSON or CSV",
    )
    async def bids(
        request: Request,
        bidding_id: RootId,
        form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
    ) -> Response | answers.BidHistory:
        async with watched(parts, request) as watching, available():
            found = await parts.reader.ask(biddings.find, bidding_id)
            delay_ms = None if found is None else found.delay_ms
            until_ms = _until(parts, watching, bidding_id, delay_ms)
            rows = await parts.reader.ask(biddings.history, bidding_id, until_ms)
        told = [[with_position(parts.feed, bidding_id, one) for one in some] for some in rows]
        valid, void = told
        if form == "csv":
            return bid_sheet.respond(bidding_id, [*valid, *void])
        return answers.BidHistory(
            bidding_id=bidding_id,
            until_ms=until_ms,
            bids=[answers.Bid(**bid) for bid in valid],
            void_bids=[answers.Bid(**bid) for bid in void],
        )


def _until(parts: Parts, watching: Watching, bidding_id: str, delay_ms: int | None) -> int | None:
    """Return up to when he may see the bids, None for all; raises a 404."""
    if delay_ms is not None:
        if watching.may_see(Channel("bidding", bidding_id)):
            return None
        if watching.asks_for(Channel("bidding.public", bidding_id)):
            return parts.feed.log_time_ms() - delay_ms
    raise Problem(404)
