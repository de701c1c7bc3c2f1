"""The description of the API, made of the routes and made true.

Rule 1: whatever fails is a problem document, in the description too.
Rule 2: what needs a sign-in says so, and what changes something says its CSRF header.
"""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from gateway.http.problems import MEDIA_TYPE, ProblemDocument

DESCRIPTION: Final = (
    "硕果: roadshows and biddings on one log. Queries answer from the read model, commands go to "
    "the log, `/api/state/{channel}` is what the socket would show. Times are UTC milliseconds of "
    "the log, money is whole fen. The socket is described in `/asyncapi.json`."
)
_FAILURE: Final = {
    MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}},
}
_COOKIE: Final = "session"
_CSRF: Final = "csrf"
_SCHEMES: Final = {
    _COOKIE: {"type": "apiKey", "in": "cookie", "name": "shuoguo_session_INSTANCE"},
    _CSRF: {"type": "apiKey", "in": "header", "name": "x-csrf-token"},
}
_FOR_ALL: Final = ("/api/login", "/api/refresh", "/api/logout", "/api/push-token")
_REF: Final = "#/components/schemas/{model}"
_UNTYPED: Final = ("HTTPValidationError", "ValidationError")
_FAILS_FROM: Final = 400


def install(app: FastAPI) -> None:
    """Make `app.openapi()` return the description."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description of an application's routes."""
    document = get_openapi(
        title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes
    )
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _make_true(operation)
            if "401" in operation["responses"]:
                operation["security"] = _security(path, method)
    schemas = document["components"]["schemas"]
    failure = ProblemDocument.model_json_schema(ref_template=_REF)
    schemas |= {**failure.pop("$defs"), ProblemDocument.__name__: failure}
    for name in _UNTYPED:
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = _SCHEMES
    return document


def _make_true(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        untyped = any(name in str(response.get("content")) for name in _UNTYPED)
        if (
            status.isdecimal()
            and int(status) >= _FAILS_FROM
            and (untyped or MEDIA_TYPE in response.get("content", {}))
        ):
            response["content"] = _FAILURE
    operation["responses"]["default"] = {
        "description": "What else may go wrong: wrong method, too large a body, a fault of ours",
        "content": _FAILURE,
    }


def _security(path: str, method: str) -> list[dict[str, list[str]]]:
    asked: dict[str, list[str]] = {_COOKIE: []} if method == "get" else {_COOKIE: [], _CSRF: []}
    return [asked, {}] if path in _FOR_ALL else [asked]
