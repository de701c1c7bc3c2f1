"""The application: every route in one place, and what holds for all of them."""

from collections.abc import Collection, Sequence
from typing import Final

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware

from gateway import web
from gateway.http import (
    asyncapi,
    commands,
    control,
    health,
    mine,
    notices,
    openapi,
    pages,
    problems,
    queries,
    state,
)
from gateway.http.asking import only_known
from gateway.http.middleware import BoundedBody, EveryRequest, PlainHead, safe_headers
from gateway.http.ports import Parts
from gateway.http.telemetry import Telemetry

TITLE: Final = "硕果 Shuoguo"
VERSION: Final = "1"


def create_app(
    parts: Parts,
    telemetry: Telemetry | None = None,
    *,
    proxies: Collection[str] = (),
    hosts: Sequence[str] = (),
) -> FastAPI:
    """Build the application of its parts. `proxies`, `hosts`: whom we believe, and our names."""
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(only_known)],
        middleware=[
            Middleware(
                EveryRequest,
                headers=safe_headers(parts.push_url, parts.stream_origins),
                telemetry=telemetry or Telemetry(),
            ),
            Middleware(PlainHead, proxies=proxies, hosts=hosts),
            Middleware(BoundedBody),
        ],
    )
    problems.install(app)
    openapi.install(app)
    app.include_router(parts.accounts)
    for routes in (health, queries, control, mine, notices, state, commands):
        app.include_router(routes.router(parts))
    app.include_router(asyncapi.router(parts.push_url))
    pages.install(app, web.Facts(parts.push_url, parts.stream_origins, parts.instance))
    return app
