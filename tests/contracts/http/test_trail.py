"""Every read by the right of an office leaves exactly one entry in the audit trail (T26).

The routes come from the description; what each shows to whom is written down here once more, so
that a route which nobody has thought of fails.
"""

from __future__ import annotations

from typing import Any

import pytest

from gateway.channels import parse
from gateway.visibility import MATRIX, OWN, WATCHERS, hangs_there
from processors.projections.changes import Change, Upsert
from tests.contracts.http.test_queries import bidding, notice
from tests.contracts.http.test_rights import operations
from tests.support.http_app import NOW_MS, HttpStage, person

CHANNELS = (
    "bidding:B-1", "bidding.public:B-1", "bidding.seller:B-1", "bidding.control:B-1",
    "bidding.watch:B-1", "bidder:B-1.N1", "roadshow:S-1", "roadshow:S-in", "roadshow.staff:S-1",
    "seller:o-1", "user:a-1", "desk:bidding", "desk:stage", "market",
)  # fmt: skip
INVITED = ("S-in",)
STAGE = ("host", "stage_controller", "desk_officer", "desk_reviewer", "supervisor")
INSIDERS = frozenset(MATRIX["roadshow"]) - {"*"}
DESK = {role for role in MATRIX["desk"] if role.startswith("desk_")}
NOT_READ = ("/api/time", "/healthz", "/readyz", "/api/me", "/api/showcase")  # the same to all
OWN_ALONE = (
    "/api/my/bids", "/api/my/interests", "/api/my/items", "/api/my/waiting", "/api/my/reminders",
    "/api/command-status",
)  # fmt: skip


def session(session_id: str, phase: str, access: str = "public") -> Change:
    return Upsert(
        "sessions",
        {"session_id": session_id},
        {"title": session_id, "phase": phase, "access": access, "starts_at_ms": NOW_MS},
    )


@pytest.fixture
def house(stage: HttpStage) -> HttpStage:
    """One of everything, and what is for the invited."""
    stage.project(
        bidding(), session("S-1", "live"), session("S-in", "published", "invited"),
        session("S-plan", "planned"), notice("n-1", "desk:bidding"), notice("n-2", "user:a-1"),
    )  # fmt: skip
    stage.feed.access["S-in"] = "invited"
    stage.feed.states = {name: {"shown": name} for name in CHANNELS}
    return stage


def asked_of(path: str) -> list[tuple[str, dict[str, str]]]:
    """Return what to ask of a route: paths and queries."""
    if "{channel}" in path:
        return [(path.replace("{channel}", name), {}) for name in CHANNELS]
    if "{session_id}" in path:
        return [(path.replace("{session_id}", one), {}) for one in ("S-1", "S-in", "S-plan", "no")]
    if "{root}" in path:
        return [(path.replace("{root}", one), {}) for one in ("S-1", "S-in", "B-1", "no")]
    if "{bidding_id}" in path:
        return [(path.replace("{bidding_id}", one), {}) for one in ("B-1", "no")]
    if path == "/api/command-status":
        return [(path, {"command_id": "c" * 24, "root": "B-1"})]
    return [(path, {})]


def by_office(role: str, path: str) -> bool:
    """Whether this role reads there what neither anybody nor its owner may, or asks in vain."""
    name = path.rpartition("/")[2]
    if path.startswith(NOT_READ) or path in OWN_ALONE:
        return False
    if path in ("/api/lobby", "/api/sessions"):
        return role in INSIDERS  # the session of the invited is in the list
    if path == "/api/my/notices":
        return role in MATRIX["desk"] and (role in DESK or role in ("bid_controller", "supervisor"))
    if path.startswith("/api/calendar/"):
        return name in INVITED
    if path.startswith("/api/sessions/"):
        return name in INVITED or (name in ("S-plan", "no") and role in STAGE)
    if path.endswith("/pending-act"):
        return True  # nobody but an office looks there, and who asks in vain is written down too
    if path.startswith("/api/biddings/"):
        return "B-1" in path and MATRIX["bidding"].get(role) not in (None, *OWN)
    channel = parse(name)
    assert channel is not None, f"{path} is not written down here"
    assert path.startswith("/api/state/"), f"{path} is not written down here"
    to_all = MATRIX[channel.kind].get("*") not in (None, hangs_there)  # a screen is nobody
    anybody = to_all and channel.id not in INVITED
    return not anybody or (channel.kind == "user" and channel.id != "a-1")


@pytest.mark.parametrize("role", sorted(WATCHERS))
async def test_each_route_leaves_exactly_one_entry_where_an_office_reads(
    house: HttpStage, role: str
) -> None:
    house.acts_as(person("a-1", role))
    checked = 0
    async with house.client() as client:
        for operation in operations(house):
            method, _, path = operation.partition(" ")
            for url, query in asked_of(path) if method == "GET" else ():
                house.trail.told.clear()
                answer = await client.get(url, params=query)
                told = house.trail.told
                assert len(told) == by_office(role, url), (url, answer.status_code, told)
                for one in told:
                    assert (one.who, one.role, one.what) == ("a-1", role, f"GET {url}")
                    assert (one.answer, one.at_ms) == (answer.status_code, NOW_MS)
                    checked += 1
    assert checked >= 5


@pytest.mark.parametrize("roles", [(), ("investor",), ("seller",), ("broker", "completer")])
async def test_what_is_anybodys_or_ones_own_leaves_none(
    house: HttpStage, roles: tuple[str, ...]
) -> None:
    house.acts_as(person("a-1", *roles, org_id="o-1"))
    house.feed.numbers = {"a-1": {"B-1": "N1"}}
    async with house.client() as client:
        for operation in operations(house):
            method, _, path = operation.partition(" ")
            for url, query in asked_of(path) if method == "GET" else ():
                await client.get(url, params=query)
    assert house.trail.told == []


async def test_what_cannot_be_written_down_is_not_shown(house: HttpStage) -> None:
    house.acts_as(person("a-1", "supervisor"))
    house.trail.is_away = True
    async with house.client() as client:
        answer = await client.get("/api/state/bidding.watch:B-1")
        assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
        assert (await client.get("/api/state/market")).status_code == 200


async def test_no_query_and_nothing_that_was_read_stands_in_an_entry(house: HttpStage) -> None:
    house.acts_as(person("a-1", "supervisor"))
    house.feed.states["bidding.watch:B-1"] = {"secret": "canary"}
    async with house.client() as client:
        assert (await client.get("/api/state/bidding.watch:B-1")).json() == {"secret": "canary"}
        await client.get("/api/biddings/B-1/bids", params={"format": "csv"})
    told: list[Any] = house.trail.told
    assert [one.what for one in told] == [
        "GET /api/state/bidding.watch:B-1", "GET /api/biddings/B-1/bids",
    ]  # fmt: skip
    assert "canary" not in repr(told)
