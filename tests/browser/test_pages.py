"""Every page with a gateway of fixtures: texts, links, roles, hostile text, both widths."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from gateway.web import ROUTES
from tests.browser import gallery
from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import (
    HEAT,
    NOW,
    VISITOR,
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
    f"/bidding/{ROOM}", "/achievements/c-1", "/desk", "/seller", "/notices", "/nowhere",
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
    gallery.furnish(gateway)


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


UNDER_44: Final = """() => [...document.querySelectorAll('button, .button, select, summary, nav a')]
  .filter((each) => each.checkVisibility() && !each.closest('.unseen, .skip'))
  .filter((each) => each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML.slice(0, 80))"""
SIDEWAYS: Final = "() => document.documentElement.scrollWidth - innerWidth"
LINKS: Final = "() => [...document.querySelectorAll('a[href^=\"/\"]')].map((a) => a.pathname)"
SETTLED: Final = """() => !document.querySelector('main[aria-busy]')
  && !/正在载入|Loading/.test(document.querySelector('main').innerText)"""


@pytest.mark.parametrize("path", PATHS)
def test_each_page_holds_in_both_languages_and_at_each_size(fake: Fake, path: str) -> None:
    """Words are there, links lead somewhere, nothing is too wide or too low to press."""
    gateway, page = fake(me=me(*ALL_ROLES, numbers={ROOM: "037"}), phone=True)
    furnish(gateway)
    open_page(page, path)
    page.wait_for_function(SETTLED)
    assert page.evaluate(RAW_KEYS) == []
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(UNDER_44) == []
    page.set_viewport_size({"width": 720, "height": 450})
    assert page.evaluate(SIDEWAYS) <= 0
    page.set_viewport_size({"width": 1440, "height": 900})
    page.evaluate("""localStorage.setItem('shuoguo.language', '"en"')""")
    page.reload()
    page.wait_for_function(SETTLED)
    assert page.evaluate(RAW_KEYS) == []
    assert page.evaluate(SIDEWAYS) <= 0
    patterns = [re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", route) + "$") for route in ROUTES]
    for link in page.evaluate(LINKS):
        fits = any(pattern.match(link) for pattern in patterns)
        assert fits or link.startswith(("/api/biddings/", "/api/calendar/")), link


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
        "about", "who", "principle", "session_title",
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
    for path, answer in gateway.answers.items():
        if isinstance(answer, dict) and path != "/api/me":
            gateway.answers[path] = hostile(answer, payload)
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
    gateway.answers["/api/login"] = {"account_id": "a", "display_name": "甲", "roles": ["host"]}
    page.locator("#password").fill("y")
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile(r"^http://localhost:9/desk$"))
