"""Signing in over HTTP: cookies, CSRF, origins (push.md §5, reliability T01, T18).

Rule 1: `shuoguo_session` (15 min, then refreshed) is HttpOnly and SameSite=Lax, `shuoguo_refresh`
goes to /api only and is SameSite=Strict; `shuoguo_csrf` is what the page says again in
`x-csrf-token`. Under TLS the names begin with `__Host-` (`__Secure-` where they have a path).
Rule 2: whatever changes something is asked from a page of ours (an exact list of origins) and,
where a sign-in comes with it, says its CSRF token. A program that is no browser sends no origin.
Rule 3: a session that has run out is told apart (`SESSION_OVER`), so that a page refreshes and goes
on; a forged one is the public's.
"""

import hmac
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from gateway.authorize import PUBLIC, Subject
from gateway.http.problems import Problem, responses
from gateway.http.strict_bodies import StrictRoute
from gateway.signing_in import Refused, SignedIn, SigningIn
from infra.identity.tokens import TokenFault

SESSION: Final = "shuoguo_session"
REFRESH: Final = "shuoguo_refresh"
CSRF: Final = "shuoguo_csrf"
CSRF_HEADER: Final = "x-csrf-token"
_SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_OURS: Final = frozenset(("same-origin", "none"))
_API: Final = "/api"


def _is_text(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:  # it would say what it is
        raise ValueError("half a character") from None
    return secret


class LoginBody(BaseModel):
    """What a person types."""

    model_config = ConfigDict(extra="forbid")
    login: Annotated[str, Field(min_length=1, max_length=128)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=512), AfterValidator(_is_text)]


class SignedInBody(BaseModel):
    """Who has signed in; `csrf` is to be said in `x-csrf-token` with every POST."""

    account_id: str
    display_name: str
    org_id: str | None
    roles: list[str]
    csrf: str
    expires_at_ms: int


class PushTokenBody(BaseModel):
    """What opens the socket at `url`."""

    token: str
    expires_at_ms: int
    url: str


class MeBody(BaseModel):
    """Who asks. `expired`: there was a sign-in that has run out; `POST /api/refresh` may go on."""

    account_id: str | None
    display_name: str
    org_id: str | None
    roles: list[str]
    numbers: dict[str, str]
    expired: bool


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """`origins`: whose pages may ask. `is_tls`: browsers reach us by https alone."""

    push_url: str
    origins: frozenset[str]
    is_tls: bool = False


class Auth:
    """Who asks, for every route; and the routes of signing in themselves."""

    def __init__(self, door: SigningIn, settings: AuthSettings) -> None:
        """`door` is shared by all requests of this process."""
        self.door = door
        self._settings = settings
        self._names = _names(is_tls=settings.is_tls)
        self.router = APIRouter(tags=["sign-in"], route_class=StrictRoute)
        self._add_door(self.router)
        self._add_look_ups(self.router)

    def subject_of(self, request: Request) -> Subject:
        """Return who asks; never waits. Without a sign-in that counts it is the public."""
        return self._asking(request)[0]

    async def guard(self, request: Request) -> None:
        """Refuse what another site made a browser ask. For every route; reading passes."""
        if request.method in _SAFE:
            return
        self._check_origin(request)
        subject = self.subject_of(request)
        if subject.is_signed_in:
            self._check_csrf(request, subject)

    def _asking(self, request: Request) -> tuple[Subject, bool]:
        """Return who asks, and whether there was a sign-in that has run out."""
        token = request.cookies.get(self._names[SESSION])
        if not token:
            return PUBLIC, False
        found = self.door.subject_of(token)
        if isinstance(found, TokenFault):
            return PUBLIC, found is TokenFault.EXPIRED
        return found, False

    def signed_in(self, request: Request) -> Subject:
        """Return who asks; raises a 401 for the public."""
        subject, expired = self._asking(request)
        if not subject.is_signed_in:
            raise Problem(401, "SESSION_OVER" if expired else "NOT_SIGNED_IN")
        return subject

    def _check_origin(self, request: Request) -> None:
        origin = request.headers.get("origin")
        if origin is None:
            if request.headers.get("sec-fetch-site", "none") in _OURS:
                return
        elif origin in self._settings.origins:
            return
        raise Problem(403, "WRONG_ORIGIN")

    def _check_csrf(self, request: Request, subject: Subject | None) -> None:
        said = request.headers.get(CSRF_HEADER, "")
        kept = request.cookies.get(self._names[CSRF], "")
        if subject is not None and subject.session_id is not None:
            kept = self.door.csrf_of(subject.session_id)
        if not kept or not hmac.compare_digest(said.encode(), kept.encode()):
            raise Problem(403, "BAD_CSRF")

    def _add_door(self, routes: APIRouter) -> None:
        @routes.post(
            "/api/login", responses=responses(401, 403, 413, 415, 422, 429, 503), summary="Sign in"
        )
        async def login(body: LoginBody, request: Request, response: Response) -> SignedInBody:
            self._check_origin(request)
            address = request.client.host if request.client else "unknown"
            try:
                found = await self.door.login(body.login, body.password.get_secret_value(), address)
            except Refused as error:
                raise _problem(error) from error
            return self._given(response, found)

        @routes.post("/api/refresh", responses=responses(401, 403), summary="Go on with a sign-in")
        async def refresh(request: Request, response: Response) -> SignedInBody:
            self._check_origin(request)
            token = request.cookies.get(self._names[REFRESH])
            if not token:
                raise Problem(401, "NOT_SIGNED_IN")
            self._check_csrf(request, None)
            try:
                found = await self.door.refresh(token)
            except Refused as error:
                raise _problem(error) from error
            return self._given(response, found)

        @routes.post("/api/logout", responses=responses(403), status_code=204, summary="Sign out")
        async def logout(request: Request, response: Response) -> None:
            self._check_origin(request)
            subject, token = self.subject_of(request), request.cookies.get(self._names[REFRESH])
            if subject.is_signed_in or token:
                self._check_csrf(request, subject)
                await self.door.logout(subject, token)
            self._taken(response)

    def _add_look_ups(self, routes: APIRouter) -> None:
        @routes.post(
            "/api/push-token", responses=responses(401, 403), summary="Get what opens the socket"
        )
        async def push_token(
            request: Request, _guarded: Annotated[None, Depends(self.guard)]
        ) -> PushTokenBody:
            subject, expired = self._asking(request)
            if expired:
                raise Problem(401, "SESSION_OVER")
            issued = self.door.push_token(subject)
            return PushTokenBody(
                token=issued.token, expires_at_ms=issued.expires_at_ms, url=self._settings.push_url
            )

        @routes.get("/api/me", summary="Who asks")
        async def me(request: Request) -> MeBody:
            subject, expired = self._asking(request)
            numbers = (
                self.door.memberships.numbers_of(subject.account_id) if subject.account_id else {}
            )
            return MeBody(
                account_id=subject.account_id,
                display_name=subject.display_name,
                org_id=subject.org_id,
                roles=sorted(subject.roles),
                numbers=dict(numbers),
                expired=expired,
            )

    def _given(self, response: Response, found: SignedIn) -> SignedInBody:
        subject = found.subject
        assert subject.account_id is not None, "who signs in has an account"
        for name, value, hidden in (
            (SESSION, found.session.token, True),
            (REFRESH, found.refresh_token, True),
            (CSRF, found.csrf, False),
        ):
            response.set_cookie(
                self._names[name], value, max_age=found.lives_ms // 1_000, path=_path(name),
                secure=self._settings.is_tls, httponly=hidden, samesite=_same_site(name),
            )  # fmt: skip
        return SignedInBody(
            account_id=subject.account_id,
            display_name=subject.display_name,
            org_id=subject.org_id,
            roles=sorted(subject.roles),
            csrf=found.csrf,
            expires_at_ms=found.session.expires_at_ms,
        )

    def _taken(self, response: Response) -> None:
        for name in (SESSION, REFRESH, CSRF):
            response.delete_cookie(
                self._names[name], path=_path(name), secure=self._settings.is_tls,
                httponly=name != CSRF, samesite=_same_site(name),
            )  # fmt: skip


def _names(*, is_tls: bool) -> dict[str, str]:
    if not is_tls:
        return {name: name for name in (SESSION, REFRESH, CSRF)}
    return {SESSION: f"__Host-{SESSION}", REFRESH: f"__Secure-{REFRESH}", CSRF: f"__Host-{CSRF}"}


def _path(name: str) -> str:
    return _API if name == REFRESH else "/"


def _same_site(name: str) -> Literal["lax", "strict"]:
    return "lax" if name == SESSION else "strict"


def _problem(error: Refused) -> Problem:
    if not error.retry_after_ms:
        return Problem(error.status, error.code)
    seconds = -(-error.retry_after_ms // 1_000)
    return Problem(
        error.status, error.code, {"seconds": seconds}, temporary=True,
        headers={"retry-after": str(seconds)},
    )  # fmt: skip
