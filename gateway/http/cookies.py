"""The cookies of signing in: their names, where they go, who may read them (push.md §5).

Rule 1: a name bears the instance: cookies know hosts but no ports, and a second instance on the
same host must not end the sign-in at the first.
Rule 2: `session` and `device` are HttpOnly; `refresh` and `device` go to /api alone and are
SameSite=Strict; `csrf` is read by the page, which says it again in `x-csrf-token`.
Rule 3: under TLS names begin with `__Host-` (`__Secure-` where they have a path).
"""

import hashlib
from typing import Final, Literal

from fastapi import Request, Response

from gateway.signing_in import SignedIn
from infra.identity.devices import LIVES_SECONDS

SESSION: Final = "shuoguo_session"
REFRESH: Final = "shuoguo_refresh"
CSRF: Final = "shuoguo_csrf"
DEVICE: Final = "shuoguo_device"
_OF_A_SIGN_IN: Final = (SESSION, REFRESH, CSRF)
_API: Final = "/api"


def instance_of(log_id: str) -> str:
    """Return how an instance is told from others on the same host: by its log."""
    return hashlib.sha256(log_id.encode()).hexdigest()[:8]


class Cookies:
    """What browsers keep of one instance."""

    def __init__(self, instance: str, *, is_tls: bool) -> None:
        """`instance` as of `instance_of`. `is_tls`: browsers reach us by https alone."""
        self._is_tls = is_tls
        self._end = f"_{instance}" if instance else ""

    def name(self, of: str) -> str:
        """Return the name of a cookie in a browser."""
        prefix = "" if not self._is_tls else "__Host-" if _path(of) == "/" else "__Secure-"
        return f"{prefix}{of}{self._end}"

    def read(self, request: Request, of: str) -> str:
        """Return what a browser sends; "" where it sends nothing."""
        return request.cookies.get(self.name(of), "")

    def give(self, response: Response, found: SignedIn) -> None:
        """Let a browser keep a sign-in."""
        lives = found.lives_ms // 1_000
        self._set(response, SESSION, found.session.token, lives)
        self._set(response, REFRESH, found.refresh_token, lives)
        self._set(response, CSRF, found.csrf, lives)
        if found.device:
            self._set(response, DEVICE, found.device, LIVES_SECONDS)

    def take(self, response: Response) -> None:
        """Let it forget the sign-in; that it signed in here once, it keeps."""
        for of in _OF_A_SIGN_IN:
            response.delete_cookie(
                self.name(of), path=_path(of), secure=self._is_tls, httponly=of != CSRF,
                samesite=_same_site(of),
            )  # fmt: skip

    def _set(self, response: Response, of: str, value: str, lives_seconds: int) -> None:
        response.set_cookie(
            self.name(of), value, max_age=lives_seconds, path=_path(of), secure=self._is_tls,
            httponly=of != CSRF, samesite=_same_site(of),
        )  # fmt: skip


def _path(of: str) -> str:
    return _API if of in (REFRESH, DEVICE) else "/"


def _same_site(of: str) -> Literal["lax", "strict"]:
    return "lax" if of == SESSION else "strict"
