"""The pages: HTML shells, static files, texts. What they show comes from the log, later.

Rule 1: nothing here depends on who asks; a shell may be seen by all.
Rule 2: a static file is asked for again each time and answered 304 while it is the same.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from functools import cache
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway import web
from gateway.http.problems import Problem, answer
from infra.i18n import LANGUAGES, catalogue

CHECK_AGAIN: Final = {"cache-control": "no-cache"}


class _Files(StaticFiles):
    """Files that a browser keeps, and asks about each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, 304, or raise what becomes 404."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = CHECK_AGAIN["cache-control"]
        return response


def install(app: FastAPI, facts: web.Facts) -> None:
    """Add the pages, the texts and the static files to an application."""
    router = APIRouter(include_in_schema=False)
    for path, name in web.ROUTES.items():
        router.add_api_route(path, _page(name, facts), methods=["GET"], name=f"page_{name}")
    router.add_api_route("/static/i18n/{lang}.json", texts, methods=["GET"])
    app.include_router(router)
    app.add_exception_handler(HTTPStatus.NOT_FOUND, _missing(facts))
    app.mount("/static", _Files(directory=web.STATIC), name="static")


def _page(name: str, facts: web.Facts) -> Callable[[], HTMLResponse]:
    def page() -> HTMLResponse:
        return HTMLResponse(web.shell(name, facts), headers=CHECK_AGAIN)

    return page


def _missing(facts: web.Facts) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Answer who reads pages with a page, and a program with the problem."""

    async def missing(request: Request, _error: Exception) -> Response:
        reads = "text/html" in request.headers.get("accept", "")
        if request.method == "GET" and reads and not request.url.path.startswith("/api/"):
            body = web.shell("missing", facts)
            return HTMLResponse(body, status_code=404, headers=CHECK_AGAIN)
        return answer(request, Problem(404))

    return missing


def texts(lang: str, request: Request) -> Response:
    """Answer with every text of a language."""
    if lang not in LANGUAGES:
        raise Problem(404)
    body, tag = _texts(lang)
    headers = {**CHECK_AGAIN, "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@cache
def _texts(lang: str) -> tuple[bytes, str]:
    body = json.dumps(dict(catalogue(lang)), ensure_ascii=False).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:24]}"'
