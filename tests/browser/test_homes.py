"""Homes: each role finds every page of its own from the header; notices and one's own bids."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from gateway.web import ROUTES
from tests.browser import gallery
from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import NOW
from tests.browser.test_pages import LINKS, SETTLED, furnish

pytestmark = pytest.mark.browser

Fake = Callable[..., tuple[FakeGateway, Page]]
PATTERNS: Final = {
    name: re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", path) + "$") for path, name in ROUTES.items()
}
HOMES: Final = {
    "竞价监控": gallery.CONTROL, "主持台": gallery.HOST, "卖方中心": gallery.SELLER,
    "评分": gallery.EXPERT, "交易台": gallery.OFFICER, "我的": gallery.BIDDER,
}  # fmt: skip


def route_of(path: str) -> str | None:
    return next((name for name, pattern in PATTERNS.items() if pattern.match(path)), None)


def crawled(page: Page, home: str) -> set[str]:
    """Follow every link, one page of each kind; returns the kinds."""
    found, ahead = set[str](), [home]
    while ahead:
        path = ahead.pop(0)
        name = route_of(path)
        if name is None or name in found:
            continue
        found.add(name)
        open_page(page, path)
        page.wait_for_function(SETTLED)
        if name != "screen":  # nothing is pressed in the hall
            expect(page.locator("header .home, .login")).not_to_have_count(0)
        ahead += page.evaluate(LINKS)
    return found


def test_every_page_is_reached_from_the_home_of_somebody(fake: Fake) -> None:
    reached = set[str]()
    for label, person in HOMES.items():
        gateway, page = fake(me=person)
        furnish(gateway)
        open_page(page, "/")
        home = page.locator("#home")
        expect(home).to_contain_text(label)
        reached |= crawled(page, str(home.get_attribute("href")))
        page.context.close()
    _gateway, page = fake()
    furnish(_gateway)
    reached |= crawled(page, "/")
    assert reached == {*ROUTES.values()}


def test_notices_are_groups_that_are_named_filtered_marked_and_come_by_themselves(
    fake: Fake,
) -> None:
    gateway, page = fake(me=gallery.SELLER)
    gallery.furnish(gateway)
    told: list[dict[str, Any]] = gallery.notices()
    waiting = {"unread_count": 3, "to_do_count": 2, "channels": ["seller:o-1"]}
    waiting["next_due_ms"] = None
    gateway.answers["/api/my/notices"] = lambda: {"notices": told, "unread_count": 3}
    gateway.answers["/api/my/waiting"] = lambda: waiting
    gateway.answers["/api/my/notices/read"] = {}
    open_page(page, "/seller")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 件事等您")
    expect(page.locator("#bell .count")).to_have_text("3")
    groups = page.locator("#my-notices > li")
    first = groups.first
    expect(first).to_contain_text("极地海域自主航行系统：12 项新意向")
    first.get_by_text("展开").click()
    expect(first.locator(".told li").first).to_contain_text("青岛远望航运科技 周女士，意向：")
    expect(first.locator(".told li").nth(1)).to_contain_text("经交易台转达")
    expect(first.get_by_role("link", name="查看")).to_have_attribute("href", "/shows/s-demo")
    expect(groups.last.get_by_role("link")).to_have_count(0)  # no page, no link
    page.locator("[data-filter=question]").click()
    expect(groups).to_have_count(1)
    page.locator("[data-filter=all]").click()
    told = [one | {"read_at_ms": NOW} for one in told]
    waiting |= {"unread_count": 0, "to_do_count": 0}
    page.get_by_role("button", name="全部已读").click()
    expect(page.locator("#bell .count")).to_be_hidden()
    expect(first).to_contain_text("极地海域自主航行系统：12 项意向")
    told = [gallery.notice(0, "QUESTION_ASKED", "声呐", to_do=True), *told]
    waiting |= {"unread_count": 1, "to_do_count": 1}
    gateway.publish("seller:o-1", {"notice_id": "n-0"})
    expect(page.locator("#bell .count")).to_have_text("1")
    expect(first).to_contain_text("声呐：1 个新提问")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 件事等您")


def test_a_limit_is_shown_as_a_limit_and_a_reminder_comes_when_it_is_due(fake: Fake) -> None:
    gateway, page = fake(me=gallery.BIDDER)
    gallery.furnish(gateway)
    waiting: dict[str, Any] = {"unread_count": 0, "to_do_count": 0, "channels": []}
    gateway.answers["/api/my/waiting"] = waiting | {"next_due_ms": NOW + 4_000}
    due = gallery.notice(0, "REMINDED", "水下无线充电坞站", params={"starts_at_ms": NOW + 604_000})
    gateway.answers["/api/my/notices"] = lambda: {"notices": [due], "unread_count": 1}
    open_page(page, "/me")
    won = page.locator("#my-bids > li").first
    expect(won).to_contain_text("成交价 ¥215 万元")
    won.get_by_text("出价与回执（2）").click()
    acts = won.locator("ul > li")
    expect(acts.first).to_contain_text("委托上限 ¥260 万元")
    expect(acts.last).to_contain_text("出价 ¥200 万元")
    expect(won.get_by_text("分区 1 位置 1943").first).to_be_hidden()  # folded
    refused = page.locator("#my-bids > li").last
    expect(refused).not_to_contain_text("成交价")
    expect(page.locator("#reminder")).to_contain_text("水下无线充电坞站：10 分钟内开始")
    page.locator("#reminder").get_by_role("button", name="知道了").click()
    expect(page.locator("#reminder")).to_be_hidden()
