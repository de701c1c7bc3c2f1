"""Shells, static files and texts, with the headers that keep a page to itself."""

from __future__ import annotations

import json

import pytest

from gateway import web
from infra.i18n import catalogue
from tests.support.http_app import HttpStage

PATHS = [path.replace("{session_id}", "S-1").replace("{bidding_id}", "B-1") for path in web.ROUTES]


@pytest.mark.parametrize("path", PATHS)
async def test_every_page_is_a_shell_under_a_strict_policy(stage: HttpStage, path: str) -> None:
    async with stage.client() as client:
        answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "connect-src 'self' ws://testserver/connection/websocket;" in policy
    assert "unsafe" not in policy
    assert "media-src 'self'; frame-src 'none';" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


async def test_a_file_is_sent_once_and_then_only_asked_about(stage: HttpStage) -> None:
    async with stage.client() as client:
        first = await client.get("/static/css/tokens.css")
        again = await client.get(
            "/static/css/tokens.css", headers={"if-none-match": first.headers["etag"]}
        )
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_catalogue_of_texts_is_served_whole(stage: HttpStage, lang: str) -> None:
    async with stage.client() as client:
        first = await client.get(f"/static/i18n/{lang}.json")
        tag = {"if-none-match": first.headers["etag"]}
        again = await client.get(f"/static/i18n/{lang}.json", headers=tag)
    assert json.loads(first.content) == catalogue(lang)
    assert again.status_code == 304


async def test_who_reads_pages_is_told_in_a_page_that_there_is_none(stage: HttpStage) -> None:
    reader = {"accept": "text/html,application/xhtml+xml"}
    async with stage.client() as client:
        page = await client.get("/shows", headers=reader)
        wrong_method = await client.post("/shows", headers=reader)
        api = await client.get("/api/nothing", headers=reader)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "/static/pages/missing.js" in page.text
    for answer in (wrong_method, api):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/static/../__init__.py", "/static/%2e%2e/__init__.py", "/static/i18n/fr.json",
     "/static/css", "/static/nope.js", "/docs", "/redoc", "/metrics", "/admin"],
)  # fmt: skip
async def test_nothing_else_is_served(stage: HttpStage, path: str) -> None:
    async with stage.client() as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
