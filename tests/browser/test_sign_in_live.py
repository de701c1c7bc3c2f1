"""Signing in at the running stack: it lasts while one sits there, and ends in a guest's view."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from gateway.demo_people import PASSWORD
from gateway.http.cookies import CSRF, SESSION
from infra.clock import now_ms
from infra.identity.tokens import SESSION_MS, TokenFault, open_tokens
from tests.browser.session import prepare
from tests.browser.stack import Stack, open_bidding

pytestmark = pytest.mark.browser

Seat = Callable[..., Page]
ASLEEP = """() => {
  const kept = JSON.parse(localStorage.getItem("shuoguo.sign_in"));
  localStorage.setItem("shuoguo.sign_in", JSON.stringify({ ...kept, until: 1, renewAt: 1 }));
}"""
"""As the storage is when the device wakes after its session has run out."""


def sign_in(page: Page, stack: Stack, login: str, path: str) -> None:
    """As a person does; a sign-in of its own, which others of the stack do not share."""
    page.goto(f"{stack.url}/login?next={path}")
    fill_in(page, login)
    expect(page).to_have_url(re.compile(re.escape(path)))
    expect(page.locator("html")).to_have_attribute("data-link", "connected")


def fill_in(page: Page, login: str) -> None:
    page.locator("#login").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.locator("form button[type=submit]").click()


def cookie_of(context: BrowserContext, of: str) -> tuple[str, str]:
    found = next(one for one in context.cookies() if of in str(one.get("name")))
    return str(found.get("name")), str(found.get("value"))


def run_out(context: BrowserContext, stack: Stack) -> None:
    """Put an old session in the place of the living one, as after a quarter of an hour."""
    name, token = cookie_of(context, SESSION)
    tokens = open_tokens(stack.data, now_ms())
    who = tokens.read_session(token, now_ms())
    assert not isinstance(who, TokenFault)
    old = tokens.issue_session(who, now_ms() - SESSION_MS - 1_000).token
    assert tokens.read_session(old, now_ms()) is TokenFault.EXPIRED
    context.add_cookies([{"name": name, "value": old, "url": stack.url}])


def renewals_of(context: BrowserContext) -> list[str]:
    asked: list[str] = []

    def heard(request: Request) -> None:
        if request.url.endswith("/api/refresh"):
            asked.append(request.url)

    context.on("request", heard)
    return asked


def test_a_reload_after_the_session_ran_out_puts_the_bidder_back_in(
    stack: Stack, seat: Seat
) -> None:
    room = open_bidding(stack, "b-signin-reload")
    page = seat()
    sign_in(page, stack, "investor1", f"/bidding/{room}")
    run_out(page.context, stack)
    page.evaluate("() => localStorage.clear()")  # not even a word of when it would end
    page.reload()
    expect(page.locator("#own-number .wide")).to_contain_text("037")
    expect(page.locator("#sign-in-band")).to_be_hidden()
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "accepted")


def test_two_tabs_that_wake_together_renew_once_and_both_go_on(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-signin-tabs")
    page = seat()
    sign_in(page, stack, "investor1", f"/bidding/{room}")
    tab = page.context.new_page()
    tab.goto(page.url)
    expect(tab.locator("#own-number .wide")).to_contain_text("037")
    asked = renewals_of(page.context)
    run_out(page.context, stack)
    page.evaluate(ASLEEP)
    for one in (page, tab):
        one.evaluate("() => void setTimeout(() => location.reload(), 50)")
    for one in (page, tab):
        expect(one.locator("#own-number .wide")).to_contain_text("037")
        expect(one.locator("html")).to_have_attribute("data-link", "connected")
        expect(one.locator("#sign-in-band")).to_be_hidden()
    stack.wait(lambda: len(asked) >= 1)
    assert len(asked) == 1


def test_an_open_page_renews_by_itself_before_its_session_runs_out(
    stack: Stack, seat: Seat
) -> None:
    room = open_bidding(stack, "b-signin-open")
    page = seat()
    sign_in(page, stack, "investor1", f"/bidding/{room}")
    before = cookie_of(page.context, SESSION)
    with page.expect_response("**/api/refresh") as renewed:
        page.evaluate(ASLEEP)
    assert renewed.value.ok
    page.wait_for_function("() => JSON.parse(localStorage['shuoguo.sign_in']).until > Date.now()")
    assert cookie_of(page.context, SESSION) != before
    expect(page.locator("#own-number .wide")).to_contain_text("037")


def test_where_it_is_over_one_watches_as_a_guest_and_comes_back_to_his_draft(
    stack: Stack, seat: Seat
) -> None:
    room = open_bidding(stack, "b-signin-over")
    page = seat()
    sign_in(page, stack, "investor1", f"/bidding/{room}")
    page.locator("#amount").fill("1280")
    end_elsewhere(page.context, stack)
    band = page.locator("#sign-in-band")
    expect(band).to_be_visible(timeout=20_000)
    expect(band).to_contain_text("登录已失效")
    expect(page.locator("#own-number .wide")).to_be_empty()
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    expect(page.locator("[data-role=price]")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("无法进入")
    page.reload()
    expect(band).to_be_visible()
    page.locator("#sign-in-again").click()
    fill_in(page, "investor1")
    expect(page).to_have_url(re.compile(f"/bidding/{re.escape(room)}$"))
    expect(page.locator("#own-number .wide")).to_contain_text("037")
    expect(page.locator("#amount")).to_have_value("1280")
    expect(band).to_be_hidden()


def end_elsewhere(context: BrowserContext, stack: Stack) -> None:
    """Somebody with the same sign-in ends it, at another place."""
    cookies = {str(one.get("name")): str(one.get("value")) for one in context.cookies()}
    headers = {"x-csrf-token": cookie_of(context, CSRF)[1]}
    reply = httpx.post(f"{stack.url}/api/logout", cookies=cookies, headers=headers, timeout=15)
    assert reply.status_code == 204, reply.text


def test_who_signs_out_in_one_tab_is_a_guest_in_all(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-signin-out")
    page = seat()
    sign_in(page, stack, "investor1", f"/bidding/{room}")
    tab = page.context.new_page()
    tab.goto(f"{stack.url}/")
    tab.locator("summary[data-account]").click()
    tab.get_by_role("button", name="退出登录").click()
    expect(page.locator("#sign-in-band")).to_contain_text("您已退出登录")
    expect(page.locator("#own-number .wide")).to_be_empty()


def test_the_screen_in_the_hall_goes_on_whoever_signs_out(stack: Stack, seat: Seat) -> None:
    session = prepare(stack, "S-signin-screen").session_id
    page = seat()
    sign_in(page, stack, "host", f"/shows/{session}/host")
    screen = page.context.new_page()
    screen.goto(f"{stack.url}/shows/{session}/screen")
    expect(screen).to_have_url(re.compile("#key="))
    expect(screen.locator("html")).to_have_attribute("data-link", "connected")
    end_elsewhere(page.context, stack)
    page.context.clear_cookies()
    screen.reload()
    expect(screen.locator("html")).to_have_attribute("data-link", "connected")
    expect(screen.locator("main")).to_have_attribute("data-seq", re.compile(r"\d+"))
    elsewhere = seat()
    elsewhere.goto(screen.url)
    expect(elsewhere.locator("html")).to_have_attribute("data-link", "connected")
    expect(elsewhere.locator("main")).to_have_attribute("data-seq", re.compile(r"\d+"))
