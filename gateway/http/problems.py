"""What goes wrong, as problem documents (RFC 9457), in Chinese and English.

Rule 1: every answer from 400 on is one, those of the framework too.
Rule 2: it names a code of the catalogue and its figures; never an exception, a path or a secret.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from infra.i18n import LANGUAGES, text

log = logging.getLogger("gateway.http")

MEDIA_TYPE: Final = "application/problem+json"
Params = Mapping[str, int | str]

_CODES: Final[Mapping[int, str]] = {
    400: "BAD_REQUEST",
    401: "NOT_SIGNED_IN",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "TOO_LARGE",
    415: "NOT_JSON",
    422: "INVALID_REQUEST",
    429: "RATE",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_TEMPORARY: Final = frozenset((429, 503))
_ERRORS_MAX: Final = 10
_TEXT_MAX: Final = 200


class Problem(Exception):
    """A request that cannot be answered as asked; becomes a problem document."""

    def __init__(
        self,
        status: int,
        code: str | None = None,
        params: Params | None = None,
        *,
        temporary: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`code` defaults to that of the status; `temporary`: the same again may succeed."""
        self.status = status
        self.code = code or _CODES.get(status, "BAD_REQUEST")
        self.params = dict(params or {})
        self.temporary = status in _TEMPORARY if temporary is None else temporary
        self.headers = dict(headers or {})
        super().__init__(f"{status} {self.code}")


class Texts(BaseModel):
    """What a person is told."""

    zh: str
    en: str


class FieldError(BaseModel):
    """One field that does not fit; `at` is its path in the request."""

    at: str
    reason: str


class ProblemDocument(BaseModel):
    """RFC 9457, with the code and both texts."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    params: dict[str, int | str]
    texts: Texts
    temporary: bool
    errors: list[FieldError] = Field(default_factory=list)


def document(problem: Problem, instance: str, errors: list[FieldError] | None = None) -> bytes:
    """Return the document of a problem; `instance` is the id of the request."""
    zh, en = (text(problem.code, lang, problem.params) for lang in LANGUAGES)
    found = ProblemDocument(
        type=f"urn:shuoguo:problem:{problem.code}",
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=zh,
        instance=instance,
        code=problem.code,
        params=problem.params,
        texts=Texts(zh=zh, en=en),
        temporary=problem.temporary,
        errors=errors or [],
    )
    return found.model_dump_json().encode()


class ProblemResponse(JSONResponse):
    """Bytes that are a problem document already."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        """Return the bytes as they are."""
        assert isinstance(content, bytes)
        return content


def answer(
    request: Request, problem: Problem, errors: list[FieldError] | None = None
) -> ProblemResponse:
    """Return the response to a request that cannot be answered."""
    instance = f"urn:shuoguo:request:{request.scope.get('request_id', '')}"
    return ProblemResponse(
        document(problem, instance, errors), status_code=problem.status, headers=problem.headers
    )


def install(app: FastAPI) -> None:
    """Make every failure of an application a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(Exception, _on_exception)


async def _on_problem(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, Problem)
    return answer(request, error)


async def _on_http_exception(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    is_large = error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    params = {"bytes_max": error.detail} if is_large else {}
    return answer(request, Problem(error.status_code, params=params, headers=error.headers))


async def _on_invalid(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    errors = [
        FieldError(
            at=".".join(map(str, one["loc"]))[:_TEXT_MAX], reason=str(one["msg"])[:_TEXT_MAX]
        )
        for one in error.errors()[:_ERRORS_MAX]
    ]
    return answer(request, Problem(422), errors)


async def _on_exception(request: Request, error: Exception) -> ProblemResponse:
    log.error("failed request_id=%s", request.scope.get("request_id", ""), exc_info=error)
    return answer(request, Problem(500))


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route's description says of these failures (openapi.py adds the schema)."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status in statuses
    }
