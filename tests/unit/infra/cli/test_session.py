"""The terminal's session: kept for its owner alone, good for its server alone, refreshed once."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from infra.cli.exits import CliError, Exit
from infra.cli.session import (
    Session,
    ask,
    check_url,
    forget_session,
    read_session,
    session_path,
    sign_in,
    sign_out,
    signed_in_at,
    write_session,
)
from infra.running import Running

WHO = {"account_id": "a-1", "display_name": "林", "roles": ["investor"], "csrf": "c-1"}
OVER = {"code": "SESSION_OVER", "texts": {"zh": "已失效", "en": "over"}}


class Gateway:
    """A server that answers as told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.answers: list[tuple[int, dict[str, Any], list[str]]] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                said = {name.lower(): value for name, value in self.headers.items()}
                gateway.asked.append((self.path, said, body))
                status, answer, cookies = gateway.answers.pop(0)
                content = json.dumps(answer).encode()
                self.send_response(status)
                for cookie in cookies:
                    self.send_header("set-cookie", cookie)
                if status == 302:
                    self.send_header("location", "http://127.0.0.1:1/stolen")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    running = Gateway()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def signed_in(gateway: Gateway) -> Session:
    gateway.answers.append((200, WHO, ["s=1; HttpOnly; Path=/", "r=2; Path=/api; SameSite=strict"]))
    session = sign_in(gateway.url + "/", "lin", "a long secret")
    write_session(session)
    return session


def test_a_session_is_kept_for_its_owner_alone_and_without_the_password(gateway: Gateway) -> None:
    session = signed_in(gateway)
    assert read_session() == session
    assert (session.cookies, session.csrf, session.roles) == (
        {"s": "1", "r": "2"},
        "c-1",
        ("investor",),
    )
    assert session_path().stat().st_mode & 0o777 == 0o600
    assert "a long secret" not in session_path().read_text() + repr(session)
    forget_session()
    assert read_session() is None


def test_a_refused_sign_in_is_told_in_both_languages(gateway: Gateway) -> None:
    texts = {"zh": "不正确", "en": "wrong"}
    gateway.answers.append((401, {"code": "WRONG_LOGIN", "texts": texts}, []))
    with pytest.raises(CliError) as told:
        sign_in(gateway.url, "lin", "wrong")
    assert (told.value.exit_code, told.value.line.split()) == (
        Exit.REFUSED, ["WRONG_LOGIN", "不正确", "wrong"],
    )  # fmt: skip


def test_a_question_bears_cookies_and_the_pages_token(gateway: Gateway) -> None:
    session = signed_in(gateway)
    gateway.answers.append((200, {"ok": 1}, []))
    assert ask(session, "/api/commands/bid.place?wait=1", {"a": 1}).body == {"ok": 1}
    path, said, body = gateway.asked[-1]
    assert (path, body) == ("/api/commands/bid.place?wait=1", {"a": 1})
    assert (said["cookie"], said["x-csrf-token"], said["origin"]) == (
        "s=1; r=2",
        "c-1",
        gateway.url,
    )


def test_a_session_that_has_run_out_goes_on_once_and_is_kept(gateway: Gateway) -> None:
    session = signed_in(gateway)
    gateway.answers += [
        (401, OVER, []), (200, {**WHO, "csrf": "c-2"}, ["s=3", "r=4"]), (200, {"ok": 1}, []),
    ]  # fmt: skip
    assert ask(session, "/api/x", {}).body == {"ok": 1}
    assert [path for path, _, _ in gateway.asked[1:]] == ["/api/x", "/api/refresh", "/api/x"]
    assert gateway.asked[-1][1]["cookie"] == "s=3; r=4"
    kept = read_session()
    assert kept is not None
    assert (kept.cookies, kept.csrf) == ({"s": "3", "r": "4"}, "c-2")


def test_a_sign_in_that_is_over_is_forgotten(gateway: Gateway) -> None:
    session = signed_in(gateway)
    gateway.answers += [(401, OVER, []), (401, OVER, [])]
    with pytest.raises(CliError, match="SESSION_OVER"):
        ask(session, "/api/x", {})
    assert read_session() is None


def test_a_secret_does_not_follow_a_redirect(gateway: Gateway) -> None:
    session = signed_in(gateway)
    gateway.answers.append((302, {}, []))
    assert ask(session, "/api/x", {}).status == 302
    assert len(gateway.asked) == 2


def test_signing_out_forgets_even_where_nobody_answers(gateway: Gateway) -> None:
    session = signed_in(gateway)
    gateway.close()
    sign_out(session)
    assert read_session() is None


def test_nobody_there_is_told(gateway: Gateway) -> None:
    session = signed_in(gateway)
    gateway.close()
    with pytest.raises(CliError, match="NO_BROKER"):
        ask(session, "/api/x", {})


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"url":1,"cookies":[]}', "\x00"])
def test_a_damaged_file_is_no_session(content: str) -> None:
    session_path().parent.mkdir(parents=True)
    session_path().write_text(content)
    assert read_session() is None


@pytest.mark.parametrize(
    "url",
    ["http://shuoguo.example", "ftp://127.0.0.1", "127.0.0.1:9380", "", "http://", "http://[",
     "http://127.0.0.1.evil.example", "file:///etc/passwd"],
)  # fmt: skip
def test_a_password_does_not_go_in_the_open(url: str) -> None:
    with pytest.raises(CliError, match="BAD_URL"):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    ["https://shuoguo.example", "http://127.0.0.1:1", "http://localhost", "http://[::1]:9380"],
)
def test_it_goes_over_tls_or_to_this_machine(url: str) -> None:
    check_url(url)


def test_a_session_counts_for_the_server_it_was_made_at(gateway: Gateway) -> None:
    here = Running("127.0.0.1:1", "log", 1, "standard", gateway.url, "")
    assert not signed_in_at(here, None)
    assert not signed_in_at(None, None)
    signed_in(gateway)
    assert signed_in_at(here, None)
    assert signed_in_at(None, None)
    assert not signed_in_at(here, "127.0.0.1:1")
    assert not signed_in_at(Running("127.0.0.1:1", "log", 1, "standard", "http://x", ""), None)
