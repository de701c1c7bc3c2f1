"""Who may ask what: every route of the description by every role, and two accounts (T04)."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.authorize import ROLES
from tests.support.http_app import CSRF_HEADER, HttpStage, person

FOR_ALL = frozenset(
    {
        "GET /api/lobby", "GET /api/sessions", "GET /api/sessions/{session_id}",
        "GET /api/showcase", "GET /api/showcase/{card_id}", "GET /api/calendar/{root}",
        "GET /api/biddings/{bidding_id}/bids", "GET /api/state/{channel}",
        "GET /api/time", "GET /healthz", "GET /readyz", "GET /api/me", "POST /api/login",
        "POST /api/refresh", "POST /api/logout", "POST /api/push-token",
    }
)  # fmt: skip
CHANNELS = {
    "bidding:B-1": {"a-1"}, "bidder:B-1.N1": {"a-1"}, "user:a-1": {"a-1"}, "user:a-2": {"a-2"},
    "bidding.control:B-1": set[str](), "bidding.watch:B-1": set[str](),
    "bidding.seller:B-1": set[str](), "desk:bidding": set[str](), "roadshow.staff:S-1": set[str](),
    "seller:o-1": set[str](),
}  # fmt: skip


def operations(stage: HttpStage) -> dict[str, dict[str, Any]]:
    """Every operation of the description, by method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, operations in stage.app.openapi()["paths"].items()
        for method, operation in operations.items()
    }


def test_what_is_not_for_all_asks_for_a_sign_in(stage: HttpStage) -> None:
    found = operations(stage)
    assert found.keys() >= FOR_ALL
    guarded = {name for name, one in found.items() if {} not in one.get("security", [{}])}
    assert guarded == found.keys() - FOR_ALL


async def test_no_guarded_route_answers_without_a_sign_in(stage: HttpStage) -> None:
    async with stage.client() as client:
        client.cookies.clear()
        for name, operation in operations(stage).items():
            if name in FOR_ALL:
                continue
            method, _, path = name.partition(" ")
            body = _body(stage, operation)
            query = {"command_id": "c" * 24, "root": "B-1"} if "status" in path else None
            path = path.replace("{bidding_id}", "B-1")
            answer = await client.request(method, path, json=body, params=query)
            assert answer.status_code == 401, (name, answer.text)
    assert stage.commands.seen == []


async def test_a_cookie_without_its_csrf_token_changes_nothing(stage: HttpStage) -> None:
    stage.acts_as(person("a-1", *ROLES))
    async with stage.client() as client:
        del client.headers[CSRF_HEADER]
        for name, operation in operations(stage).items():
            if not name.startswith("POST /api/commands/"):
                continue
            path = name.removeprefix("POST ")
            answer = await client.post(path, json=_body(stage, operation))
            assert answer.status_code == 403, (name, answer.text)
        body = {"notice_ids": ["n-1"]}
        assert (await client.post("/api/my/notices/read", json=body)).status_code == 403
    assert stage.commands.seen == []


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_state_is_shown_to_whom_it_belongs_and_is_not_there_for_others(
    stage: HttpStage, channel: str
) -> None:
    stage.feed.numbers["a-1"] = {"B-1": "N1"}
    stage.feed.states[channel] = {"secret": 1}
    async with stage.client() as client:
        for account_id in ("a-1", "a-2"):
            stage.acts_as(person(account_id, "investor", org_id=f"o-of-{account_id}"))
            answer = await client.get(f"/api/state/{channel}")
            wanted = 200 if account_id in CHANNELS[channel] else 404
            assert answer.status_code == wanted, (channel, account_id)
        client.cookies.clear()
        assert (await client.get(f"/api/state/{channel}")).status_code == 404


async def test_the_act_that_waits_for_a_second_person_is_told_to_those_two_alone(
    stage: HttpStage,
) -> None:
    act = {"act": "resume_bidding", "role": "supervisor", "digest": "d", "at_ms": 1, "until_ms": 2}
    stage.feed.acts["B-1"] = {**act, "resumes_at_ms": 3, "reason": None}
    path = "/api/biddings/B-1/pending-act"
    async with stage.client() as client:
        for role in ROLES:
            stage.acts_as(person("a-1", role))
            answer = await client.get(path)
            wanted = 200 if role in ("bid_controller", "supervisor") else 403
            assert answer.status_code == wanted, role
        stage.acts_as(person("a-1", "bid_controller"))
        assert (await client.get(path)).json()["resumes_at_ms"] == 3
        assert (await client.get("/api/biddings/B-2/pending-act")).status_code == 404


def _body(stage: HttpStage, operation: dict[str, Any]) -> dict[str, Any] | None:
    """The least body that fits the description of an operation."""
    if "requestBody" not in operation:
        return None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    made = _least(stage.app.openapi()["components"]["schemas"], schema)
    assert isinstance(made, dict)
    return {**made, "command_id": "c" * 24} if "command_id" in made else made


def _least(schemas: dict[str, Any], schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _least(schemas, schemas[schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return _least(schemas, schema["anyOf"][0])
    match schema.get("type"):
        case "object":
            names = schema.get("required", [])
            return {name: _least(schemas, schema["properties"][name]) for name in names}
        case "array":
            return []
        case "integer":
            return 0
        case "boolean":
            return False
        case _:
            return "x"
