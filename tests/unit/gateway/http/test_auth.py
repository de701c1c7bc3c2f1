"""Signing in over HTTP, as a browser does, and as another site would have a browser do."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Request
from httpx import ASGITransport, AsyncClient, Response

from gateway.http import problems
from gateway.http.auth import CSRF_HEADER, SCREEN_HEADER, Auth, AuthSettings
from gateway.http.cookies import CSRF, DEVICE, REFRESH, SESSION, instance_of
from gateway.origins import allowed_origins
from infra.identity.login_limits import FIRST_DELAY_MS, FREE, PER_ACCOUNT_MANY
from infra.identity.passwords import Busy
from infra.identity.sign_ins import GRACE_MS, IDLE_MS
from infra.identity.subject import Subject
from infra.identity.tokens import SCREEN_MS, SESSION_MS, TokenFault
from tests.support.door import PASSWORD, World
from tests.support.eventually import eventually

PORT = 9380
ORIGIN = {"origin": f"http://127.0.0.1:{PORT}"}
PUSH_URL = "ws://127.0.0.1:9381/connection/websocket"


def app_of(
    world: World, *, is_tls: bool = False, public_url: str | None = None, instance: str = ""
) -> FastAPI:
    settings = AuthSettings(PUSH_URL, allowed_origins(PORT, public_url), is_tls, instance)
    auth, app = Auth(world.door, settings), FastAPI()
    problems.install(app)
    app.include_router(auth.router)

    @app.post("/api/act", dependencies=[Depends(auth.guard)])
    async def act(request: Request) -> dict[str, Any]:
        return {"account_id": auth.signed_in(request).account_id}

    @app.get("/api/look")
    async def look(who: Annotated[Subject, Depends(auth.subject_of)]) -> dict[str, Any]:
        return {"roles": sorted(who.roles), "screen_of": who.screen_of}

    return app


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.door.close()


def client_of(
    app: FastAPI, headers: Mapping[str, str] = ORIGIN, base_url: str = "http://shuoguo"
) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app), base_url=base_url, headers=headers)


@pytest.fixture
async def browser(world: World) -> AsyncIterator[AsyncClient]:
    async with client_of(app_of(world)) as client:
        yield client


async def login(browser: AsyncClient, name: str = "lin", password: str = PASSWORD) -> Response:
    return await browser.post("/api/login", json={"login": name, "password": password})


async def post(browser: AsyncClient, path: str, **headers: str) -> Response:
    csrf = browser.cookies.get(CSRF) or ""
    return await browser.post(path, headers={CSRF_HEADER: csrf, **headers})


async def is_nobody(browser: AsyncClient) -> bool:
    return (await browser.get("/api/me")).json()["account_id"] is None


def code_of(response: Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


async def test_who_signs_in_is_known_from_then_on(world: World, browser: AsyncClient) -> None:
    him = world.account("lin", "investor", "broker")
    world.memberships.numbers[him.account_id] = {"b-1": "207"}
    told = (await login(browser, "LIN")).json()
    assert told == {
        "account_id": him.account_id, "display_name": "名 lin", "org_id": None,
        "roles": ["broker", "investor"], "csrf": browser.cookies[CSRF],
        "expires_at_ms": world.now_ms + SESSION_MS, "lives_ms": SESSION_MS,
    }  # fmt: skip
    assert (await browser.get("/api/me")).json() == {
        "account_id": him.account_id, "display_name": "名 lin", "org_id": None,
        "roles": ["broker", "investor"], "numbers": {"b-1": "207"}, "expired": False,
        "lives_ms": SESSION_MS,
    }  # fmt: skip
    assert (await post(browser, "/api/act")).json() == {"account_id": him.account_id}


async def test_the_public_is_nobody(browser: AsyncClient) -> None:
    me = (await browser.get("/api/me")).json()
    assert (me["account_id"], me["roles"], me["expired"]) == (None, ["public"], False)
    assert code_of(await post(browser, "/api/act")) == (401, "NOT_SIGNED_IN")


async def test_cookies_are_out_of_reach(world: World, browser: AsyncClient) -> None:
    world.account("lin")
    said = {one.split("=")[0]: one for one in (await login(browser)).headers.get_list("set-cookie")}
    assert "HttpOnly" in said[SESSION]
    assert "SameSite=lax" in said[SESSION]
    assert "HttpOnly" in said[REFRESH]
    assert "SameSite=strict" in said[REFRESH]
    assert "Path=/api;" in said[REFRESH]
    assert "HttpOnly" not in said[CSRF]
    assert not any("Secure" in one or "Domain" in one for one in said.values())
    assert all("HttpOnly" in said[DEVICE] and part in said[DEVICE] for part in ("strict", "/api;"))


async def test_under_tls_cookies_bear_the_prefixes_that_browsers_enforce(world: World) -> None:
    world.account("lin")
    url = "https://shuoguo.example"
    async with client_of(app_of(world, is_tls=True, public_url=url), {}, url) as client:
        sent = {"json": {"login": "lin", "password": PASSWORD}, "headers": {"origin": url}}
        said = (await client.post("/api/login", **sent)).headers.get_list("set-cookie")  # type: ignore[arg-type]
        assert {one.split("=")[0] for one in said} == {
            f"__Host-{SESSION}", f"__Secure-{REFRESH}", f"__Host-{CSRF}", f"__Secure-{DEVICE}",
        }  # fmt: skip
        assert all("Secure" in one for one in said)
        assert all("Path=/;" in one for one in said if one.startswith("__Host-"))
        assert (await client.get("/api/me")).json()["display_name"] == "名 lin"


# what is wrong with login and password is never told


async def test_wrong_password_unknown_login_and_disabled_account_are_one_answer(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    world.door.people.disable(world.account("chen").account_id, world.now_ms)
    answers = [
        (await login(browser, "lin", "wrong")),
        (await login(browser, "nobody")),
        (await login(browser, "chen")),
    ]
    assert {code_of(one) for one in answers} == {(401, "WRONG_LOGIN")}
    assert len({str(one.json() | {"instance": ""}) for one in answers}) == 1
    assert not browser.cookies


async def test_brute_force_is_stopped_even_with_the_right_password(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    for guess in range(FREE):
        assert code_of(await login(browser, "lin", f"guess {guess}")) == (401, "WRONG_LOGIN")
    stopped = await login(browser)
    assert code_of(stopped) == (429, "TOO_MANY_LOGINS")
    assert int(stopped.headers["retry-after"]) == FIRST_DELAY_MS // 1_000
    assert stopped.json()["temporary"]
    world.now_ms += FIRST_DELAY_MS
    assert (await login(browser)).status_code == 200


async def test_a_device_that_signed_in_before_gets_in_whatever_others_fail(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    await post(browser, "/api/logout")
    assert list(browser.cookies) == [DEVICE]
    async with client_of(app_of(world)) as stranger:
        for guess in range(PER_ACCOUNT_MANY):
            await login(stranger, "lin", f"guess {guess}")
        assert code_of(await login(stranger)) == (429, "TOO_MANY_LOGINS")
    assert (await login(browser)).status_code == 200


async def test_a_hall_of_people_behind_one_address_signs_in_while_somebody_guesses(
    world: World,
) -> None:
    for i in range(20):
        world.account(f"guest{i}")
    async with client_of(app_of(world)) as stranger:
        for guess in range(120):
            await login(stranger, f"other{guess}", "guess")
    for i in range(20):
        async with client_of(app_of(world)) as phone:
            assert (await login(phone, f"guest{i}")).status_code == 200


async def test_two_instances_on_one_host_keep_two_sign_ins(world: World) -> None:
    """Cookies know no ports: a browser sends both instances' to both."""
    him = world.account("lin")
    one, other = (app_of(world, instance=instance_of(log)) for log in ("log 1", "log 2"))
    jar: dict[str, str] = {}
    for app in (one, other):
        async with client_of(app) as browser:
            browser.cookies.update(jar)
            await login(browser)
            jar |= {cookie.name: str(cookie.value) for cookie in browser.cookies.jar}
    assert len(jar) == 8
    for app in (one, other):
        async with client_of(app) as browser:
            browser.cookies.update(jar)
            assert (await browser.get("/api/me")).json()["account_id"] == him.account_id


async def test_what_cannot_go_on_is_taken_away_and_a_guest_again(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    world.now_ms += IDLE_MS
    assert code_of(await post(browser, "/api/push-token")) == (401, "SESSION_OVER")
    assert code_of(await post(browser, "/api/refresh")) == (401, "SESSION_OVER")
    assert list(browser.cookies) == [DEVICE]
    me = (await browser.get("/api/me")).json()
    assert (me["account_id"], me["expired"], me["lives_ms"]) == (None, False, 0)
    assert (await browser.post("/api/push-token")).status_code == 200


async def test_a_page_learns_how_long_its_session_lives_however_wrong_its_clock(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    world.now_ms += 60_000
    assert (await browser.get("/api/me")).json()["lives_ms"] == SESSION_MS - 60_000
    assert (await post(browser, "/api/refresh")).json()["lives_ms"] == SESSION_MS


# the screen in the hall


async def screen_key(browser: AsyncClient, session_id: str = "s-1") -> Response:
    csrf = {CSRF_HEADER: browser.cookies.get(CSRF) or ""}
    return await browser.post("/api/screen-key", json={"session_id": session_id}, headers=csrf)


async def test_a_screen_shows_its_session_long_after_its_opener_has_gone(
    world: World, browser: AsyncClient
) -> None:
    world.account("host", "host")
    await login(browser, "host")
    key = (await screen_key(browser)).json()["key"]
    await post(browser, "/api/logout")
    world.now_ms += 10 * 3_600_000
    told = await browser.post("/api/screen-token", json={"key": key})
    found = world.door.tokens.read_push(told.json()["token"], world.now_ms)
    assert not isinstance(found, TokenFault)
    assert (found.screen_of, found.account_id, found.roles) == ("s-1", None, frozenset({"public"}))
    looked = await browser.get("/api/look", headers={SCREEN_HEADER: key})
    assert looked.json() == {"roles": ["public"], "screen_of": "s-1"}


@pytest.mark.parametrize(("role", "status"), [("investor", 403), ("seller", 403), ("host", 200)])
async def test_only_who_runs_the_session_hangs_a_screen(
    role: str, status: int, world: World, browser: AsyncClient
) -> None:
    assert code_of(await screen_key(browser)) == (401, "NOT_SIGNED_IN")
    world.account("lin", role)
    await login(browser)
    assert (await screen_key(browser)).status_code == status


async def test_a_key_that_is_none_or_over_shows_nothing(world: World, browser: AsyncClient) -> None:
    world.account("host", "host")
    session = (await login(browser, "host")).cookies[SESSION]
    key = (await screen_key(browser)).json()["key"]
    for wrong in ("x", session):
        answer = await browser.post("/api/screen-token", json={"key": wrong})
        assert code_of(answer) == (401, "SCREEN_KEY_OVER")
    world.now_ms += SCREEN_MS
    assert code_of(await browser.post("/api/screen-token", json={"key": key}))[0] == 401
    looked = await browser.get("/api/look", headers={SCREEN_HEADER: key})
    assert looked.json()["screen_of"] is None


async def test_a_screens_key_changes_nothing(world: World, browser: AsyncClient) -> None:
    world.account("host", "host")
    await login(browser, "host")
    key = (await screen_key(browser)).json()["key"]
    await post(browser, "/api/logout")
    answer = await browser.post("/api/act", headers={SCREEN_HEADER: key})
    assert code_of(answer) == (401, "NOT_SIGNED_IN")


async def test_signing_in_many_times_is_no_brute_force(world: World, browser: AsyncClient) -> None:
    world.account("lin")
    for _ in range(FREE * 2):
        assert (await login(browser)).status_code == 200


async def test_too_many_at_once_are_told_to_come_again_and_not_counted(
    world: World, browser: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.account("lin")

    async def busy(*_: object, **__: object) -> bool:
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr(world.passwords, "fits_off_loop", busy)
        for _ in range(FREE * 2):
            assert code_of(await login(browser)) == (503, "BUSY")
    assert (await login(browser)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {}, {"login": "lin"}, {"login": "lin", "password": ""}, {"login": "", "password": "x"},
        {"login": ["lin"], "password": "x"}, {"login": "lin", "password": {"$ne": ""}},
        {"login": "lin", "password": "x", "admin": True}, {"login": "x" * 129, "password": "x"},
        {"login": "lin", "password": "x" * 513}, [], "lin", None,
    ],
)  # fmt: skip
async def test_a_body_of_another_form_is_refused(body: object, browser: AsyncClient) -> None:
    answer = await browser.post("/api/login", json=body)
    assert code_of(answer) == (422, "INVALID_REQUEST")


async def test_a_refused_body_does_not_come_back_with_its_password(browser: AsyncClient) -> None:
    answer = await browser.post("/api/login", json={"login": 7, "password": "canary-secret"})
    assert "canary-secret" not in answer.text


@pytest.mark.parametrize("field", ["login", "password"])
async def test_half_a_character_is_refused(field: str, browser: AsyncClient) -> None:
    body = {"login": "lin", "password": "x", field: "HALF"}
    sent = json.dumps(body).replace("HALF", "\\ud800")
    answer = await browser.post(
        "/api/login", content=sent, headers={"content-type": "application/json"}
    )
    assert code_of(answer) == (422, "INVALID_REQUEST")


async def test_a_login_that_is_no_text_of_a_database_is_only_wrong(browser: AsyncClient) -> None:
    assert code_of(await login(browser, "a\x00b")) == (401, "WRONG_LOGIN")


# CSRF and origins


@pytest.mark.parametrize("path", ["/api/act", "/api/push-token", "/api/logout", "/api/refresh"])
@pytest.mark.parametrize("said", ["", "wrong", "0" * 32, "é"])
async def test_without_the_pages_token_nothing_is_done(
    path: str, said: str, world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    answer = await browser.post(path, headers=[(CSRF_HEADER.encode(), said.encode())])
    assert code_of(answer) == (403, "BAD_CSRF")
    assert (await browser.get("/api/me")).json()["account_id"] is not None


async def test_the_token_of_another_sign_in_does_not_help(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    world.account("mallory")
    async with client_of(app_of(world)) as mallorys:
        hers = (await login(mallorys, "mallory")).json()["csrf"]
    await login(browser)
    browser.cookies.set(CSRF, hers)  # planted from a sister domain
    assert code_of(await browser.post("/api/act", headers={CSRF_HEADER: hers})) == (
        403,
        "BAD_CSRF",
    )


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", f"http://127.0.0.1:{PORT + 1}", f"https://127.0.0.1:{PORT}",
     f"http://127.0.0.1:{PORT}.evil.example", f"http://evil.example:{PORT}"],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/api/login", "/api/act", "/api/push-token", "/api/logout", "/api/refresh"]
)
async def test_another_sites_page_is_refused(
    path: str, origin: str, world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    csrf, host = browser.cookies[CSRF], origin.removeprefix("http://")
    answer = (await browser.post(
        path, json={"login": "lin", "password": PASSWORD},
        headers={"origin": origin, "host": host or "x", CSRF_HEADER: csrf},
    ))  # fmt: skip
    assert code_of(answer) == (403, "WRONG_ORIGIN")


async def test_a_program_without_an_origin_may_ask_but_a_browser_may_not(world: World) -> None:
    him = world.account("lin")
    async with client_of(app_of(world), {}) as program:
        await login(program)
        assert (await post(program, "/api/act")).json() == {"account_id": him.account_id}
        cross = await post(program, "/api/act", **{"sec-fetch-site": "cross-site"})
        assert code_of(cross) == (403, "WRONG_ORIGIN")


# going on, and the end


async def test_a_session_that_has_run_out_is_told_apart_and_goes_on(
    world: World, browser: AsyncClient
) -> None:
    him = world.account("lin", "investor")
    await login(browser)
    world.now_ms += SESSION_MS
    assert code_of(await post(browser, "/api/act")) == (401, "SESSION_OVER")
    assert code_of(await post(browser, "/api/push-token")) == (401, "SESSION_OVER")
    me = (await browser.get("/api/me")).json()
    assert (me["account_id"], me["expired"]) == (None, True)
    assert (await post(browser, "/api/refresh")).json()["account_id"] == him.account_id
    assert (await post(browser, "/api/act")).status_code == 200


async def test_a_copied_refresh_token_ends_the_sign_in_for_both(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    copied = {name: browser.cookies[name] for name in (SESSION, REFRESH, CSRF)}
    await post(browser, "/api/refresh")
    await post(browser, "/api/refresh")
    world.now_ms += GRACE_MS + 1
    async with client_of(app_of(world)) as thief:
        for name, value in copied.items():
            thief.cookies.set(name, value)
        assert code_of(await post(thief, "/api/refresh")) == (401, "SESSION_OVER")
    assert code_of(await post(browser, "/api/refresh")) == (401, "SESSION_OVER")


async def test_after_reuse_the_session_itself_ends_within_a_second(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    old = browser.cookies[REFRESH]
    await post(browser, "/api/refresh")
    await post(browser, "/api/refresh")
    world.now_ms += GRACE_MS + 1
    browser.cookies.delete(REFRESH)
    browser.cookies.set(REFRESH, old)
    assert code_of(await post(browser, "/api/refresh")) == (401, "SESSION_OVER")
    await eventually(lambda: is_nobody(browser))


async def test_a_page_left_open_overnight_must_sign_in_again(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    world.now_ms += IDLE_MS
    assert code_of(await post(browser, "/api/refresh")) == (401, "SESSION_OVER")


async def test_signing_out_ends_it_for_a_copy_of_its_cookies_too(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    copied = {name: browser.cookies[name] for name in (SESSION, REFRESH, CSRF)}
    assert (await post(browser, "/api/logout")).status_code == 204
    assert list(browser.cookies) == [DEVICE]
    async with client_of(app_of(world)) as thief:
        for name, value in copied.items():
            thief.cookies.set(name, value)
        assert code_of(await post(thief, "/api/act")) == (401, "SESSION_OVER")
        assert code_of(await post(thief, "/api/refresh")) == (401, "SESSION_OVER")


async def test_an_ended_sign_in_is_told_on_the_log_once(world: World, browser: AsyncClient) -> None:
    world.account("lin")
    await login(browser)
    ended = world.door.tokens.read_session(browser.cookies[SESSION], world.now_ms)
    assert not isinstance(ended, TokenFault)
    kept = {name: browser.cookies[name] for name in (SESSION, REFRESH, CSRF)}
    await post(browser, "/api/logout")
    for name, value in kept.items():
        browser.cookies.set(name, value)
    await post(browser, "/api/logout")
    assert world.told == [ended.session_id]


async def test_a_copied_refresh_token_ends_the_sockets_too(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    old = browser.cookies[REFRESH]
    await post(browser, "/api/refresh")
    await post(browser, "/api/refresh")
    world.now_ms += GRACE_MS + 1
    browser.cookies.delete(REFRESH)
    browser.cookies.set(REFRESH, old)
    for _ in range(2):
        await post(browser, "/api/refresh")
    assert len(world.told) == 1


async def test_what_the_log_says_has_ended_is_over_here_at_once(
    world: World, browser: AsyncClient
) -> None:
    world.account("lin")
    await login(browser)
    found = world.door.tokens.read_session(browser.cookies[SESSION], world.now_ms)
    assert not isinstance(found, TokenFault)
    world.memberships.ended.add(str(found.session_id))
    assert code_of(await post(browser, "/api/act")) == (401, "SESSION_OVER")


async def test_signing_out_twice_or_without_a_sign_in_is_no_error(browser: AsyncClient) -> None:
    assert (await browser.post("/api/logout")).status_code == 204


async def test_what_another_process_ends_is_known_here_soon(
    world: World, browser: AsyncClient
) -> None:
    him = world.account("lin")
    await login(browser)
    world.door._sign_ins.revoke_all(him.account_id, world.now_ms + 1, "password changed")
    world.now_ms += 1_000
    await eventually(lambda: is_nobody(browser))


async def test_sessions_revoked_on_the_log_end_what_began_before(
    world: World, browser: AsyncClient
) -> None:
    him = world.account("lin")
    await login(browser)
    world.memberships.revoked[him.account_id] = world.now_ms
    assert code_of(await post(browser, "/api/act")) == (401, "SESSION_OVER")
    assert code_of(await post(browser, "/api/refresh")) == (401, "SESSION_OVER")
    world.now_ms += 1
    assert (await login(browser)).status_code == 200
    assert (await post(browser, "/api/act")).status_code == 200


async def test_who_is_shut_out_is_out_at_once_and_cannot_come_back(
    world: World, browser: AsyncClient
) -> None:
    him = world.account("lin")
    await login(browser)
    world.memberships.banned.add(him.account_id)
    assert code_of(await post(browser, "/api/act")) == (401, "SESSION_OVER")
    assert code_of(await login(browser)) == (403, "ACCOUNT_BANNED")


async def test_a_disabled_account_does_not_go_on(world: World, browser: AsyncClient) -> None:
    him = world.account("lin")
    await login(browser)
    world.door.people.disable(him.account_id, world.now_ms)
    assert code_of(await post(browser, "/api/refresh")) == (401, "SESSION_OVER")


async def test_a_role_lost_on_the_log_is_lost_in_a_session_that_has_it(
    world: World, browser: AsyncClient
) -> None:
    him = world.account("lin", "host", "broker")
    await login(browser)
    world.memberships.roles[him.account_id] = frozenset({"broker"})
    assert (await browser.get("/api/me")).json()["roles"] == ["broker"]
    assert (await browser.get("/api/look")).json()["roles"] == ["broker"]


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 9, "x" * 9_000])
async def test_a_forged_session_is_the_publics(token: str, browser: AsyncClient) -> None:
    sent = {"cookie": f"{SESSION}={token}".encode()}
    me = await browser.get("/api/me", headers=sent)  # type: ignore[arg-type]
    assert (me.status_code, me.json()["account_id"], me.json()["expired"]) == (200, None, False)


# the token of the socket


async def test_a_push_token_is_bound_to_the_sign_in(world: World, browser: AsyncClient) -> None:
    him = world.account("lin", "investor")
    await login(browser)
    told = (await post(browser, "/api/push-token")).json()
    assert told["url"] == PUSH_URL
    found = world.door.tokens.read_push(told["token"], world.now_ms)
    assert not isinstance(found, TokenFault)
    assert (found.account_id, found.roles) == (him.account_id, frozenset({"investor"}))
    assert found.session_id is not None
    assert world.door.current(found) == found
    world.memberships.revoked[him.account_id] = world.now_ms
    assert world.door.current(found) is TokenFault.EXPIRED


async def test_the_public_gets_a_token_too(world: World, browser: AsyncClient) -> None:
    token = (await browser.post("/api/push-token")).json()["token"]
    found = world.door.tokens.read_push(token, world.now_ms)
    assert not isinstance(found, TokenFault)
    assert not found.is_signed_in


async def test_a_push_token_is_no_session(world: World, browser: AsyncClient) -> None:
    world.account("lin")
    await login(browser)
    token = (await post(browser, "/api/push-token")).json()["token"]
    browser.cookies.clear()
    browser.cookies.set(SESSION, token)
    assert (await browser.get("/api/me")).json()["account_id"] is None
