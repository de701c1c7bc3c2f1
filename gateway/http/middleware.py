"""What happens to every request: an id, one line in the access log, safe headers, a bounded body.

Rule 1: the line names method, path, status, time and id; no query, no header, no body, no account.
Rule 2: a body beyond the limit is refused before it is read, or as soon as it grows beyond.
"""

import logging
import re
import secrets
from collections.abc import Sequence
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.problems import Problem, answer
from gateway.http.telemetry import Telemetry
from infra.clock import monotonic_ms

access = logging.getLogger("gateway.http.access")

BODY_BYTES_MAX: Final = 64 * 1024
_PLAIN: Final = re.compile(r"[^A-Za-z0-9/_.:{}-]")
_PATH_MAX: Final = 120
_DIGITS_MAX: Final = 18
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Headers = Sequence[tuple[bytes, bytes]]


class EveryRequest:
    """Gives a request its id, its answer the headers of all, and the log one line."""

    def __init__(self, app: ASGIApp, headers: Headers, telemetry: Telemetry) -> None:
        """`headers` go with every answer that has not set them itself."""
        self._app = app
        self._headers = headers
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["request_id"] = secrets.token_hex(8)
        begun_ms = monotonic_ms()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": self._with_ours(message["headers"], request_id)}
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            path = _PLAIN.sub("?", scope["path"])[:_PATH_MAX]
            took_ms = monotonic_ms() - begun_ms
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            self._telemetry.answered(method, status, took_ms)
            access.info(
                "method=%s path=%s status=%d ms=%d request_id=%s",
                method, path, status, took_ms, request_id,
            )  # fmt: skip

    def _with_ours(self, headers: Headers, request_id: str) -> list[tuple[bytes, bytes]]:
        said = {name.lower() for name, _ in headers}
        more = [(name, value) for name, value in self._headers if name not in said]
        return [*headers, *more, (b"x-request-id", request_id.encode())]


class BoundedBody:
    """Refuses a body that is too large, whatever its length says."""

    def __init__(self, app: ASGIApp, bytes_max: int = BODY_BYTES_MAX) -> None:
        """`bytes_max` of one request."""
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, if its body is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        said = request.headers.get("content-length", "0")
        if not said.isdecimal() or len(said) > _DIGITS_MAX or int(said) > self._bytes_max:
            await answer(request, Problem(413, params=self._limit()))(scope, receive, send)
            return
        count = 0

        async def receiving() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > self._bytes_max:
                # the framework lets this one pass while it reads a body, and no other
                raise HTTPException(413, detail=str(self._bytes_max))
            return message

        await self._app(scope, receiving, send)

    def _limit(self) -> dict[str, int | str]:
        return {"bytes_max": self._bytes_max}


def safe_headers(push_url: str, stream_origins: Sequence[str] = ()) -> Headers:
    """Return what every answer bears.

    `push_url` is the one other place a page may talk to; `stream_origins` are those from which it
    may show a stream, as media or in a frame.
    """
    media = " ".join(("'self'", *stream_origins))
    frames = " ".join(stream_origins) or "'none'"
    policy = (
        f"default-src 'self'; connect-src 'self' {push_url}; img-src 'self' data:; "
        f"media-src {media}; frame-src {frames}; "
        "style-src 'self'; script-src 'self'; object-src 'none'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'self'"
    )
    return (
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        (b"cache-control", b"no-store"),
    )
