"""The description of HTTP as a document, without a log or a database."""

from typing import Any, cast

from gateway.http.app import create_app
from gateway.http.auth import Auth, AuthSettings
from gateway.http.ports import Parts


def openapi_document() -> dict[str, Any]:
    """Return the description of HTTP. Its routes are made of parts that are never asked."""
    nobody = cast("Any", None)
    settings = AuthSettings("ws://127.0.0.1:9381/connection/websocket", frozenset())
    auth = Auth(nobody, settings)
    parts = Parts(
        settings.push_url, nobody, nobody, nobody, nobody, nobody, nobody, nobody,
        auth.subject_of, auth.guard, auth.router,
    )  # fmt: skip
    return create_app(parts).openapi()
