"""Signing in over HTTP: who asks, CSRF, origins (push.md §5, reliability T01, T18).

Rule 1: a session lives for 15 min and is renewed by `POST /api/refresh` before it runs out;
`lives_ms` says how long that is, so that no page needs a clock that is right.
Rule 2: whatever changes something is asked from a page of ours (an exact list of origins) and,
where a sign-in comes with it, says its CSRF token. A program that is no browser sends no origin.
Rule 3: a session that has run out is told apart (`SESSION_OVER`), so that a page refreshes and goes
on; a forged one is the public's. What cannot go on is taken away: from then on it is a guest.
Rule 4: a hall's screen is shown by a key of its own (`x-shuoguo-screen`), never by a sign-in; it
reads, and changes nothing.
"""

import hmac
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from gateway.authorize import PUBLIC, Subject
from gateway.http.cookies import CSRF, DEVICE, REFRESH, SESSION, Cookies
from gateway.http.problems import Problem, answer, responses
from gateway.http.strict_bodies import StrictRoute
from gateway.signing_in import Refused, SignedIn, SigningIn
from gateway.visibility import STAGE
from infra.identity.tokens import TOKEN_CHARACTERS_MAX, TokenFault

CSRF_HEADER: Final = "x-csrf-token"
SCREEN_HEADER: Final = "x-shuoguo-screen"
_SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_OURS: Final = frozenset(("same-origin", "none"))


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
    lives_ms: int


class PushTokenBody(BaseModel):
    """What opens the socket at `url`."""

    token: str
    expires_at_ms: int
    url: str


class ScreenBody(BaseModel):
    """Of which session."""

    model_config = ConfigDict(extra="forbid")
    session_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]


class ScreenKey(BaseModel):
    """The key of a hall's screen."""

    model_config = ConfigDict(extra="forbid")
    key: Annotated[str, Field(min_length=1, max_length=TOKEN_CHARACTERS_MAX)]


class ScreenKeyBody(BaseModel):
    """What shows a session in its hall until then; whoever has it sees what the hall sees."""

    key: str
    expires_at_ms: int


class MeBody(BaseModel):
    """Who asks. `expired`: there was a sign-in that has run out; `POST /api/refresh` may go on.

    `lives_ms`: how long this session still lives without being renewed; 0 for the public.
    """

    account_id: str | None
    display_name: str
    org_id: str | None
    roles: list[str]
    numbers: dict[str, str]
    expired: bool
    lives_ms: int


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """`origins`: whose pages may ask. `is_tls`, `instance`: see gateway.http.cookies."""

    push_url: str
    origins: frozenset[str]
    is_tls: bool = False
    instance: str = ""


class Auth:
    """Who asks, for every route; and the routes of signing in themselves."""

    def __init__(self, door: SigningIn, settings: AuthSettings) -> None:
        """`door` is shared by all requests of this process."""
        self.door = door
        self._settings = settings
        self._cookies = Cookies(settings.instance, is_tls=settings.is_tls)
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
        key = request.headers.get(SCREEN_HEADER, "")
        if key and request.method in _SAFE:
            screen = self.door.screen_of(key)
            return (PUBLIC, True) if isinstance(screen, TokenFault) else (screen, False)
        token = self._cookies.read(request, SESSION)
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
        kept = self._cookies.read(request, CSRF)
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
            password, device = body.password.get_secret_value(), self._cookies.read(request, DEVICE)
            try:
                found = await self.door.login(body.login, password, address, device)
            except Refused as error:
                raise _problem(error) from error
            return self._given(response, found)

        @routes.post(
            "/api/refresh", responses=responses(401, 403), summary="Go on with a sign-in",
            response_model=SignedInBody,
        )  # fmt: skip
        async def refresh(request: Request, response: Response) -> SignedInBody | Response:
            self._check_origin(request)
            token = self._cookies.read(request, REFRESH)
            if not token:
                return self._over(request, Problem(401, "NOT_SIGNED_IN"))
            self._check_csrf(request, None)
            try:
                found = await self.door.refresh(token)
            except Refused as error:
                return self._over(request, _problem(error))
            return self._given(response, found)

        @routes.post("/api/logout", responses=responses(403), status_code=204, summary="Sign out")
        async def logout(request: Request, response: Response) -> None:
            self._check_origin(request)
            subject, token = self.subject_of(request), self._cookies.read(request, REFRESH)
            if subject.is_signed_in or token:
                self._check_csrf(request, subject)
                await self.door.logout(subject, token)
            self._cookies.take(response)

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
            return self._push_token(subject)

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
                lives_ms=self._lives_ms(request) if subject.is_signed_in else 0,
            )

        @routes.post(
            "/api/screen-key", responses=responses(401, 403, 415, 422),
            summary="Get a lasting key of a session's hall screen (its staff)",
        )  # fmt: skip
        async def screen_key(
            body: ScreenBody, request: Request, _guarded: Annotated[None, Depends(self.guard)]
        ) -> ScreenKeyBody:
            if not self.signed_in(request).roles.intersection(STAGE):
                raise Problem(403, "FORBIDDEN")
            issued = self.door.screen_key(body.session_id)
            return ScreenKeyBody(key=issued.token, expires_at_ms=issued.expires_at_ms)

        @routes.post(
            "/api/screen-token", responses=responses(401, 403, 415, 422),
            summary="Get what opens the socket of a hall's screen, for its key",
        )  # fmt: skip
        async def screen_token(body: ScreenKey, request: Request) -> PushTokenBody:
            self._check_origin(request)
            screen = self.door.screen_of(body.key)
            if isinstance(screen, TokenFault):
                raise Problem(401, "SCREEN_KEY_OVER")
            return self._push_token(screen)

    def _push_token(self, subject: Subject) -> PushTokenBody:
        issued = self.door.push_token(subject)
        return PushTokenBody(
            token=issued.token, expires_at_ms=issued.expires_at_ms, url=self._settings.push_url
        )

    def _lives_ms(self, request: Request) -> int:
        return self.door.lives_ms(self._cookies.read(request, SESSION))

    def _over(self, request: Request, problem: Problem) -> Response:
        """Answer that a sign-in cannot go on, and take it away."""
        response = answer(request, problem)
        self._cookies.take(response)
        return response

    def _given(self, response: Response, found: SignedIn) -> SignedInBody:
        subject = found.subject
        assert subject.account_id is not None, "who signs in has an account"
        self._cookies.give(response, found)
        return SignedInBody(
            account_id=subject.account_id,
            display_name=subject.display_name,
            org_id=subject.org_id,
            roles=sorted(subject.roles),
            csrf=found.csrf,
            expires_at_ms=found.session.expires_at_ms,
            lives_ms=self.door.lives_ms(found.session.token),
        )


def _problem(error: Refused) -> Problem:
    if not error.retry_after_ms:
        return Problem(error.status, error.code)
    seconds = -(-error.retry_after_ms // 1_000)
    return Problem(
        error.status, error.code, {"seconds": seconds}, temporary=True,
        headers={"retry-after": str(seconds)},
    )  # fmt: skip
