"""Every page with a gateway of fixtures: texts, links, roles, hostile text, both widths."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from gateway.web import ROUTES
from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import (
    HEAT,
    NOW,
    VISITOR,
    WAN,
    bidder,
    bidding,
    me,
    roadshow,
)  # fmt: skip

pytestmark = pytest.mark.browser

Fake = Callable[..., tuple[FakeGateway, Page]]
SHOW: Final = "roadshow:s-demo"
STAFF_SHOW: Final = "roadshow.staff:s-demo"
ROOM: Final = "s-demo.i-3.1"
ALL_ROLES: Final = (
    "host", "stage_controller", "bid_controller", "supervisor", "expert", "presenter", "broker",
    "investor",
)  # fmt: skip
PATHS: Final = (
    "/", "/login", "/me", "/shows/s-demo", "/shows/s-demo/host", "/shows/s-demo/screen",
    f"/bidding/{ROOM}",
)  # fmt: skip


def furnish(gateway: FakeGateway, **changed: Any) -> None:
    """Give every page something to show."""
    show = roadshow(**changed)
    for channel in (SHOW, STAFF_SHOW):
        gateway.states[channel] = show
        gateway.latest[channel] = HEAT
    for channel in (f"bidding:{ROOM}", f"bidding.public:{ROOM}"):
        gateway.states[channel] = bidding()
    gateway.states[f"bidder:{ROOM}.037"] = bidder()
    gateway.states["market"] = {"rows": []}
    gateway.states["user:a-0123456789abcdef"] = {"notices": [], "unread_count": 0}
    row = {"root": ROOM, "kind": "bidding", "title": "酶", "phase": "limited_bidding"}
    card = {"card_id": "c", "title": "酶", "problem": "难", "field": "海洋", "trl": 6, "offer": []}
    result = {"bidding_id": "b9", "lot": "敷料", "outcome": "sold", "price_fen": WAN, "winner": "1"}
    coming = {"session_id": "s-2", "title": "装备", "starts_at_ms": NOW, "phase": "published"}
    gateway.answers["/api/lobby"] = {
        "live": [row | {"price_fen": WAN, "ends_at_ms": NOW + 60_000}],
        "upcoming": [coming | {"place": "厅"}],
        "results": [result | {"closed_at_ms": NOW}],
    }
    gateway.answers["/api/showcase"] = {"cards": [card]}
    for name in ("bids", "interests", "notices"):
        gateway.answers[f"/api/my/{name}"] = {name: []}


def visit(fake: Fake, path: str, *roles: str, phone: bool = False, **changed: Any) -> Any:
    person = me(*roles, numbers={ROOM: "037"}) if roles else VISITOR
    gateway, page = fake(me=person, phone=phone)
    furnish(gateway, **changed)
    open_page(page, path)
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    return gateway, page


RAW_KEYS: Final = (
    """() => document.body.innerText.match(/\\b(ui\\.)?[a-z_]{2,}\\.[a-z_]{2,}\\b/g) ?? []"""
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_every_text_of_a_page_is_in_the_catalogue(fake: Fake, path: str, language: str) -> None:
    gateway, page = fake(me=me(*ALL_ROLES, numbers={ROOM: "037"}))
    page.add_init_script(f"localStorage.setItem('shuoguo.language', '\"{language}\"')")
    furnish(gateway)
    open_page(page, path)
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("main")).not_to_be_empty()
    assert page.evaluate(RAW_KEYS) == []


@pytest.mark.parametrize("path", PATHS)
def test_no_link_leads_to_a_page_that_is_not_there(fake: Fake, path: str) -> None:
    _gateway, page = visit(fake, path, *ALL_ROLES)
    patterns = [re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", route) + "$") for route in ROUTES]
    found = page.evaluate("() => [...document.querySelectorAll('a[href]')].map((a) => a.pathname)")
    for link in found:
        fits = any(pattern.match(link) for pattern in patterns)
        assert fits or link.startswith("/api/biddings/"), link


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("path", PATHS)
def test_no_page_scrolls_sideways(fake: Fake, path: str, *, phone: bool) -> None:
    _gateway, page = visit(fake, path, *ALL_ROLES, phone=phone)
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


ALONE: Final = (
    '"><svg onload=globalThis.pwned=1>', "'-globalThis.pwned=1-'", "javascript:globalThis.pwned=1",
)  # fmt: skip
MARKUP: Final = (
    "<script>globalThis.pwned = 1</script>",
    "<img src=x onerror='globalThis.pwned = 1'>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "{{constructor.constructor('globalThis.pwned=1')()}}",
    "<style>*{display:none}</style>",
    "\u202etxet desrever",
    "<a href=javascript:globalThis.pwned=1>x</a>",
)


def hostile(value: Any, payload: str) -> Any:
    """Put the payload into every text that a person could have written."""
    written = {
        "title", "summary", "presenter", "org", "ip", "text", "answer", "place", "lot", "reason",
        "display_name", "stream_url", "problem", "field", "value", "evidence", "asker", "winner",
    }  # fmt: skip
    if isinstance(value, dict):
        return {
            key: payload if key in written and isinstance(each, str) else hostile(each, payload)
            for key, each in value.items()
        }
    return [hostile(each, payload) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("payload", ["".join(MARKUP), *ALONE])
def test_text_is_only_ever_text(fake: Fake, payload: str) -> None:
    person = me(*ALL_ROLES, numbers={ROOM: "037"})
    gateway, page = fake(me=hostile(person, payload))
    furnish(gateway, phase="paused", paused={"reason": payload, "at_ms": NOW}, stream_url=payload)
    gateway.states = {name: hostile(state, payload) for name, state in gateway.states.items()}
    for path in ("/api/lobby", "/api/showcase"):
        gateway.answers[path] = hostile(gateway.answers[path], payload)
    for path in PATHS:
        open_page(page, path)
        expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
        expect(page.locator("main")).not_to_be_empty()
        planted = "main :is(script, img, iframe, style), main svg[onload], a[href^='javascript']"
        expect(page.locator(planted)).to_have_count(0)
        assert page.evaluate("() => globalThis.pwned") is None


def test_a_refused_sign_in_says_one_thing_and_next_stays_at_home(fake: Fake) -> None:
    gateway, page = fake()
    furnish(gateway)
    open_page(page, "/login?next=//evil.example/")
    page.locator("#login").fill("x")
    page.locator("#password").fill("y")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#login-problem")).to_be_visible()
    expect(page.locator("#password")).to_have_value("")
    gateway.answers["/api/login"] = {"account_id": "a", "display_name": "甲", "roles": []}
    page.locator("#password").fill("y")
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile(r"^http://localhost:9/$"))


def test_a_notice_can_be_marked_as_read_and_a_new_one_comes_by_itself(fake: Fake) -> None:
    gateway, page = fake(me=me())
    furnish(gateway)
    old = {"notice_id": "n-1", "code": "TOO_LATE", "params": {}, "priority": "P2", "root": ROOM}
    gateway.answers["/api/my/notices"] = {"notices": [old | {"at_ms": NOW, "read_at_ms": None}]}
    gateway.answers["/api/my/notices/n-1/read"] = {}
    open_page(page, "/me")
    notices = page.locator("#my-notices li")
    expect(notices).to_have_count(1)
    notices.get_by_role("button", name="标为已读").click()
    expect(page.get_by_text("0 条未读")).to_be_visible()
    channel = "user:a-0123456789abcdef"
    gateway.offsets[channel] = 7
    gateway.publish_at(channel, old | {"notice_id": "n-2", "at_ms": NOW + 1, "fallback_due": True})
    expect(notices).to_have_count(2)
    expect(page.get_by_text("1 条未读")).to_be_visible()


UNDER_44: Final = """() => [...document.querySelectorAll('button, .button, select, summary, nav a')]
  .filter((each) => each.checkVisibility() && !each.closest('.unseen, .skip'))
  .filter((each) => each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("path", PATHS)
def test_on_a_phone_what_one_presses_is_44_pixels_high(fake: Fake, path: str) -> None:
    _gateway, page = visit(fake, path, *ALL_ROLES, phone=True)
    page.wait_for_function("() => document.querySelector('main').childElementCount > 0")
    assert page.evaluate(UNDER_44) == []
