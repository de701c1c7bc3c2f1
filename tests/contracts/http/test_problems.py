"""What goes wrong is a problem document in two languages, and tells nothing else."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator

import pytest

from gateway.command_path import Refusal
from gateway.http.middleware import BODY_BYTES_MAX
from infra.db.engine import open_engine
from infra.db.migrate import drop
from infra.db.place import read_model_url
from tests.support.http_app import HttpStage, person

BID = {"command_id": "c" * 24, "bidding_id": "B-1", "amount_fen": 5}


async def test_a_missing_page_a_wrong_method_and_a_wrong_body_are_problems(
    stage: HttpStage,
) -> None:
    async with stage.client() as client:
        answers = [
            await client.get("/nope"),
            await client.delete("/api/lobby"),
            await client.post("/api/commands/bid.place", json={"amount_fen": "5"}),
            await client.get("/api/showcase?trl_min=abc"),
            await client.get("/api/lobby?unknown=1"),
            await client.post("/api/login", content=b"{", headers={"content-type": "text/plain"}),
        ]
    assert [one.status_code for one in answers] == [404, 405, 422, 422, 422, 415]
    for one in answers:
        assert one.headers["content-type"] == "application/problem+json"
        found = one.json()
        assert found["status"] == one.status_code
        assert found["texts"]["zh"] != found["code"] != found["texts"]["en"]
        assert one.headers["x-request-id"] in found["instance"]


async def test_a_field_that_is_wrong_is_named(stage: HttpStage) -> None:
    async with stage.client() as client:
        answer = await client.post("/api/commands/bid.place", json={**BID, "amount_fen": "5"})
    assert [one["at"] for one in answer.json()["errors"]] == ["body.amount_fen"]


@pytest.mark.parametrize(
    "change",
    [{"more": 1}, {"amount_fen": 5.5}, {"amount_fen": True}, {"amount_fen": None},
     {"amount_fen": 2**60}, {"phase_seen": "a\x00b"}, {"bidding_id": "a b"},
     {"command_id": "short"}],
)  # fmt: skip
async def test_a_body_is_taken_as_described_or_not_at_all(
    stage: HttpStage, change: dict[str, object]
) -> None:
    stage.acts_as(person("a-1", "investor"))
    async with stage.client() as client:
        answer = await client.post("/api/commands/bid.place", json={**BID, **change})
    assert answer.status_code == 422
    assert stage.commands.seen == []


def spoiled(field: bytes) -> bytes:
    """A good bid with something behind it."""
    return json.dumps(BID).encode()[:-1] + b"," + field + b"}"


@pytest.mark.parametrize(
    "body",
    [
        spoiled(b'"amount_fen":999'), spoiled(b'"x":{"a":1,"a":1}'), spoiled(b'"amount_fen":NaN'),
        spoiled(b'"x":-Infinity'), spoiled(b'"x":' + b"[" * 9_000 + b"]" * 9_000),
        spoiled(b'"x":' + b"9" * 5_000), json.dumps(BID).encode("utf-16"), b"\xff", b"{", b"null",
        b"[]", b"",
    ],
)  # fmt: skip
async def test_what_says_two_things_or_none_is_refused(stage: HttpStage, body: bytes) -> None:
    stage.acts_as(person("a-1", "investor"))
    headers = {"content-type": "application/json"}
    async with stage.client() as client:
        answer = await client.post("/api/commands/bid.place", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST"), answer.text
    assert stage.commands.seen == []


@pytest.mark.parametrize(
    ("said", "status"),
    [(None, 415), ("text/plain", 415), ("application/x-www-form-urlencoded", 415),
     ("application/json", 200), ("Application/JSON; charset=utf-8", 200)],
)  # fmt: skip
async def test_a_body_must_say_that_it_is_json(
    stage: HttpStage, said: str | None, status: int
) -> None:
    stage.acts_as(person("a-1", "investor"))
    headers = {} if said is None else {"content-type": said}
    async with stage.client() as client:
        answer = await client.post(
            "/api/commands/bid.place?wait=1", content=json.dumps(BID).encode(), headers=headers
        )
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "NOT_JSON"


async def test_a_body_that_is_too_large_is_refused(stage: HttpStage) -> None:
    large = b"[" + b"1," * BODY_BYTES_MAX + b"1]"

    async def in_pieces() -> AsyncIterator[bytes]:  # without a length
        for start in range(0, len(large), 8_192):
            yield large[start : start + 8_192]

    headers = {"content-type": "application/json"}
    async with stage.client() as client:
        said = await client.post("/api/commands/bid.place", content=large, headers=headers)
        unsaid = await client.post("/api/commands/bid.place", content=in_pieces(), headers=headers)
    assert [said.status_code, unsaid.status_code] == [413, 413]
    assert {str(one.json()["params"]["bytes_max"]) for one in (said, unsaid)} == {
        str(BODY_BYTES_MAX)
    }


async def test_a_refusal_of_the_command_path_is_a_problem_with_its_figures(
    stage: HttpStage,
) -> None:
    stage.acts_as(person("a-1", "investor"))
    stage.commands.refusal = Refusal("RATE", 429, {"per_second": 5}, temporary=True)
    async with stage.client() as client:
        answer = await client.post("/api/commands/bid.place", json=BID)
    found = answer.json()
    assert (answer.status_code, found["code"], found["temporary"]) == (429, "RATE", True)
    assert found["params"] == {"per_second": 5}


async def test_a_fault_of_ours_tells_nothing(
    stage: HttpStage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_args: object) -> None:
        raise RuntimeError("the secret place /etc/shadow")

    monkeypatch.setattr(stage.feed, "log_time_ms", fails)
    transport_raises = stage.client()
    transport_raises._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
    with caplog.at_level(logging.ERROR):
        async with transport_raises as client:
            answer = await client.get("/api/time")
    assert answer.status_code == 500
    assert answer.json()["code"] == "INTERNAL"
    assert "secret" not in answer.text


async def test_a_read_model_that_is_away_is_told_at_once(stage: HttpStage) -> None:
    engine = open_engine(read_model_url(stage.folder))
    drop(engine)
    engine.dispose()
    async with stage.client() as client:
        lobby = await client.get("/api/lobby")
        health = await client.get("/healthz")
    assert (lobby.status_code, lobby.json()["temporary"]) == (503, True)
    assert health.status_code == 200
    assert health.json()["read_model"] == "away"


async def test_the_access_line_bears_no_secret(
    stage: HttpStage, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"login": "canary-login", "password": "canary-password"}
    with caplog.at_level(logging.DEBUG):
        async with stage.client() as client:
            await client.post("/api/login?canary-query=1", json=body)
            await client.get("/%0d%0aGET%20canary-line", headers={"x-csrf-token": "canary-token"})
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("gateway")
    )
    assert "path=/api/login" in ours
    assert all(word not in ours for word in ("canary-login", "canary-password", "canary-query"))
    assert "canary-token" not in ours
    assert "\r\n" not in ours
