"""Who has signed in at this terminal, and asking the gateway as that person.

Rule 1: the session is a file that only its owner may read, in his configuration folder.
Rule 2: it counts for the server it was made at, and for no other.
Rule 3: a password goes over TLS, or to this machine itself.
"""

import http.client
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, Final

from infra.cli.exits import CliError, Exit, no_broker
from infra.private import write_whole
from infra.running import Running

ANSWER_SECONDS_MAX: Final = 15.0
ANSWER_BYTES_MAX: Final = 1024 * 1024
CSRF_HEADER: Final = "x-csrf-token"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in at a server. Its cookies are secrets."""

    url: str
    login: str
    account_id: str
    display_name: str
    roles: tuple[str, ...]
    cookies: Mapping[str, str]
    csrf: str

    def __repr__(self) -> str:
        return f"Session({self.account_id} at {self.url})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway said; `body` of a problem has its code and texts."""

    status: int
    body: Mapping[str, Any]
    cookies: Mapping[str, str]

    @property
    def code(self) -> str:
        """The code of a problem; "" where it is none."""
        return str(self.body.get("code", "")) if self.status >= http.client.BAD_REQUEST else ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A secret is sent to whom it was meant for."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())


def session_path() -> Path:
    """Return where the session is kept."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "shuoguo" / "session.json"


def read_session() -> Session | None:
    """Return who has signed in; None where nobody has."""
    try:
        found = json.loads(session_path().read_text(encoding="utf-8"))
        return Session(
            str(found["url"]),
            str(found["login"]),
            str(found["account_id"]),
            str(found["display_name"]),
            tuple(map(str, found["roles"])),
            {str(name): str(value) for name, value in found["cookies"].items()},
            str(found["csrf"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_session(session: Session) -> None:
    """Keep it, readable by its owner alone, all or nothing."""
    path = session_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, json.dumps(asdict(session)))


def forget_session() -> None:
    """Nobody is signed in any more."""
    session_path().unlink(missing_ok=True)


def signed_in_at(running: Running | None, bootstrap: str | None) -> bool:
    """Whether somebody has signed in at what runs here; or anywhere, where nothing runs here."""
    if bootstrap is not None:
        return False
    session = read_session()
    if session is None or running is None:
        return session is not None
    return session.url == running.http


def sign_in(url: str, login: str, password: str) -> Session:
    """Sign in at a server; raises `CliError`."""
    url = url.rstrip("/")
    check_url(url)
    answer = _send(url, "/api/login", {"login": login, "password": password}, {}, "")
    if answer.code:
        raise refusal_of(answer)
    body = answer.body
    return Session(
        url, login, str(body["account_id"]), str(body["display_name"]),
        tuple(map(str, body["roles"])), answer.cookies, str(body["csrf"]),
    )  # fmt: skip


def sign_out(session: Session) -> None:
    """End the sign-in at its server, where that still answers; the file goes in any case."""
    with suppress(CliError):
        _send(session.url, "/api/logout", {}, session.cookies, session.csrf)
    forget_session()


def ask(session: Session, path: str, body: Mapping[str, Any]) -> Answer:
    """Ask as the person who has signed in; goes on with the sign-in where it has run out."""
    answer = _send(session.url, path, body, session.cookies, session.csrf)
    if answer.code != "SESSION_OVER":
        return answer
    further = _send(session.url, "/api/refresh", {}, session.cookies, session.csrf)
    if further.code:
        forget_session()
        raise refusal_of(further)
    cookies = {**session.cookies, **further.cookies}
    session = replace(session, cookies=cookies, csrf=str(further.body["csrf"]))
    write_session(session)
    return _send(session.url, path, body, session.cookies, session.csrf)


def refusal_of(answer: Answer) -> CliError:
    """Return a problem document as an error to be told."""
    texts = answer.body.get("texts")
    told: Mapping[str, Any] = texts if isinstance(texts, dict) else {}
    code = answer.code or f"HTTP_{answer.status}"
    return CliError(Exit.REFUSED, code, str(told.get("zh", "")), str(told.get("en", "")))


def check_url(url: str) -> None:
    """Raise `CliError` where a password must not go."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = urllib.parse.SplitResult("", "", "", "", ""), None
    if parts.scheme == "https" and host:
        return
    if parts.scheme == "http" and host in _LOOPBACK:
        return
    raise CliError(
        Exit.USAGE,
        "BAD_URL",
        f"{url} 不是 https 地址；明文只用于本机。",
        f"{url} is no https address; plain http is for this machine alone.",
    )


def _send(
    url: str, path: str, body: Mapping[str, Any], cookies: Mapping[str, str], csrf: str
) -> Answer:
    headers = {"content-type": "application/json", "origin": url}
    if cookies:
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers[CSRF_HEADER] = csrf
    data = json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, headers, method="POST")  # noqa: S310 - checked
    try:
        with _opener.open(request, timeout=ANSWER_SECONDS_MAX) as response:
            return _answer(response.status, response.headers, response.read(ANSWER_BYTES_MAX))
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error.headers, error.read(ANSWER_BYTES_MAX))
    except (OSError, http.client.HTTPException) as error:
        raise no_broker(url) from error


def _answer(status: int, headers: Any, content: bytes) -> Answer:
    cookies: dict[str, str] = {}
    for line in headers.get_all("set-cookie") or ():
        with suppress(CookieError):
            cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
    try:
        body = json.loads(content) if content else {}
    except ValueError:
        body = {}
    return Answer(status, body if isinstance(body, dict) else {}, cookies)
