"""The pages: HTML shells, static files, texts. What they show comes from the log, later.

Rule 1: nothing here depends on who asks; a shell may be seen by all.
Rule 2: a static file is asked for again each time and answered 304 while it is the same.
"""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway import web
from gateway.http.problems import Problem
from infra.i18n import LANGUAGES, catalogue

CHECK_AGAIN: Final = {"cache-control": "no-cache"}


class _Files(StaticFiles):
    """Files that a browser keeps, and asks about each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, 304, or raise what becomes 404."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = CHECK_AGAIN["cache-control"]
        return response


def install(app: FastAPI, push_url: str) -> None:
    """Add the pages, the texts and the static files to an application."""
    router = APIRouter(include_in_schema=False)
    for path, name in web.ROUTES.items():
        router.add_api_route(path, _page(name, push_url), methods=["GET"], name=f"page_{name}")
    router.add_api_route("/static/i18n/{lang}.json", texts, methods=["GET"])
    app.include_router(router)
    app.mount("/static", _Files(directory=web.STATIC), name="static")


def _page(name: str, push_url: str) -> Callable[[], HTMLResponse]:
    def page() -> HTMLResponse:
        return HTMLResponse(web.shell(name, push_url), headers=CHECK_AGAIN)

    return page


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
