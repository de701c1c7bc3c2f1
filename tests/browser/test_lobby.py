"""大厅: the showcase is searched and filtered, and what is live moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from roadshow.showcase.commands import ACHIEVEMENT_CLASSES, INDUSTRIES, STAGES
from tests.browser import gallery
from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import NOW, VISITOR, WAN, me
from tests.browser.gallery import card
from tests.browser.stack import Stack

pytestmark = pytest.mark.browser

Fake = Callable[..., tuple[FakeGateway, Page]]
Seat = Callable[..., Page]


def lobby(fake: Fake, *cards: Any, path: str = "/", phone: bool = False) -> Any:
    gateway, page = fake(phone=phone)
    gateway.states["market"] = {"rows": []}
    gateway.answers["/api/lobby"] = {"live": [], "upcoming": [], "results": []}
    found = {"cards": [*cards], "count": len(cards), "fields": ["材料", "海洋"]}
    gateway.answers["/api/showcase"] = found
    open_page(page, path)
    expect(page.locator("#showcase-count")).to_have_text(f"{len(cards)} 项")
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    return gateway, page


def asked(gateway: FakeGateway) -> str:
    return [one for one in gateway.gets if one.startswith("/api/showcase")][-1]


def test_each_filter_asks_for_what_it_says_and_stands_in_the_address(fake: Fake) -> None:
    """On a phone, where the lists are folded; a reload keeps them, in either language."""
    gateway, page = lobby(fake, card(1), phone=True)
    expect(page.get_by_label("转化阶段")).to_be_hidden()
    page.locator(".sieve summary").click()
    page.get_by_label("“10+1”产业").select_option(label="生命健康")
    page.get_by_label("成果类别").select_option(label="产业科技创新成果")
    page.get_by_label("转化阶段").select_option(label="中试")
    page.get_by_label("技术成熟度").select_option("5")
    page.get_by_label("领域", exact=True).select_option("海洋")
    page.get_by_label("搜索成果").fill("酶 100%")
    wanted = "industry=life_health&achievement_class=industry_urgent&stage=pilot_scale&trl_min=5"
    expect(page).to_have_url(re.compile(re.escape(wanted)))
    expect(page).to_have_url(re.compile("q="))
    page.wait_for_function("() => !document.querySelector('#showcase-reset').hidden")
    assert wanted in asked(gateway)
    assert "field=海洋" in asked(gateway)
    tags = page.locator("#showcase li").first.locator(".tag")
    expect(tags).to_have_text(["生命健康", "产业科技创新成果", "中试"])
    page.locator("#showcase-reset").click()
    expect(page).to_have_url(re.compile(r"/$"))
    assert asked(gateway) == "/api/showcase?"
    open_page(page, "/?industry=life_health&field=海洋&trl_min=6&q=酶")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.reload()
    expect(page.get_by_label("“10+1”产业")).to_have_value("life_health")
    expect(page.get_by_label("领域", exact=True)).to_have_value("海洋")
    expect(page.get_by_label("技术成熟度")).to_have_value("6")
    expect(page.get_by_label("搜索成果")).to_have_value("酶")
    expect(page.get_by_label("搜索成果")).to_be_visible()
    page.locator("#language").click()
    expect(page.get_by_label('"10+1" industry')).to_have_value("life_health")


def test_the_showcase_lists_what_cards_are_classified_by_a_dozen_at_a_time(fake: Fake) -> None:
    gateway, page = lobby(fake, *(card(number) for number in range(30)))
    for label, words in (
        ("“10+1”产业", INDUSTRIES),
        ("成果类别", ACHIEVEMENT_CLASSES),
        ("转化阶段", STAGES),
    ):
        options = page.get_by_label(label).locator("option")
        values = options.evaluate_all("(all) => all.map((one) => one.value)")
        assert values == ["", *words]
        assert not set(options.all_inner_texts()) & {f"industry.{word}" for word in words}
    for count in (12, 24, 30):
        expect(page.locator("#showcase > li")).to_have_count(count)
        if count < 30:
            page.locator("#showcase-more").click()
    expect(page.locator("#showcase-more")).to_be_hidden()
    gateway.answers["/api/showcase"] = {"cards": [], "count": 0, "fields": []}
    page.get_by_label("转化阶段").select_option("maturation")  # a late answer is not shown
    expect(page.locator("#showcase-count")).to_have_text("0 项")
    expect(page.locator("main")).to_contain_text("没有符合条件的成果")


def test_the_lobby_says_what_its_figures_are_and_reminds(fake: Fake) -> None:
    """Live apart from announced; a start price is called one; results with premium or why not."""
    gateway, page = fake(me=me())
    gallery.furnish(gateway)
    open_page(page, "/")
    live, coming = page.locator("#live"), page.locator("#coming")
    expect(page.locator("#live-title")).to_have_text("此刻 3 场，312 人在看")
    expect(live.get_by_role("link")).to_have_count(3)
    room = live.get_by_role("link").filter(has_text=gallery.ENZYME)
    expect(room).to_contain_text("¥1,260 万元")
    expect(room).to_contain_text("起始价 ¥860 万元")
    expect(room).to_contain_text("17 次出价")
    expect(room.locator(".step")).to_have_attribute("d", re.compile("^M0 .*V.*H320$"))
    expect(coming.get_by_role("listitem")).to_have_text(
        [
            re.compile("竞价起始价 ¥320 万元水下无线充电坞站已设提醒"),
            re.compile("明天路演国际会议中心新一代信息技术专场提醒我"),
        ]
    )
    expect(page.locator("#results li")).to_have_text(
        [
            re.compile("船舶氢燃料电池核心膜电极¥310 万元溢价 24 %"),
            re.compile("海带源岩藻黄素提取工艺未成交未达到保留价"),
        ]
    )
    gateway.replies.clear()
    wishes: list[dict[str, Any]] = []
    gateway.answers["/api/my/reminders"] = lambda: {"reminders": wishes}
    remind = coming.get_by_role("button", name="提醒我：新一代信息技术专场")
    wishes.append({"root": "s-2", "kind": "session", "title": "新", "starts_at_ms": NOW + 9})
    remind.click()
    expect(remind).to_have_attribute("aria-pressed", "true")  # it says what the server has
    wishes.clear()
    page.reload()
    expect(remind).to_have_attribute("aria-pressed", "false")
    page.locator("#showcase").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/achievements/c-1$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(gallery.SHIP)
    expect(page.locator("#appearances > li")).to_have_text(
        [
            re.compile("限时报价¥1,260 万元"),
            re.compile("直播海洋装备专场.*26 家登记意向"),
            re.compile("成交¥310 万元.*溢价 24 %"),
            re.compile("已发布总结春季专场"),
        ]
    )
    open_page(page, "/achievements/nothing")
    expect(page.locator("main")).to_contain_text("没有这项成果")
    expect(page.locator("main").get_by_role("link", name="返回大厅")).to_be_visible()


def test_a_guest_may_take_a_date_into_his_own_calendar(fake: Fake) -> None:
    gateway, page = fake(me=VISITOR)
    gallery.furnish(gateway)
    open_page(page, "/")
    link = page.get_by_role("link", name="把“新一代信息技术专场”加入日历")
    expect(link).to_have_attribute("href", "/api/calendar/s-2")


def test_a_row_of_the_market_moves_its_card_and_a_closed_one_leaves(fake: Fake) -> None:
    gateway, page = lobby(fake)
    row: dict[str, Any] = {"key": "b", "root": "b", "kind": "bidding", "title": "酶"}
    row |= {"phase": "free_bidding", "price_fen": None, "ends_at_ms": NOW + 60_000, "heat": None}
    gateway.publish("market", row)
    live = page.locator("#live a")
    expect(live).to_contain_text("尚无报价")
    gateway.publish("market", row | {"price_fen": 900 * WAN})
    expect(live).to_contain_text("¥900 万元")
    gateway.publish("market", row | {"phase": "closed_sold"})
    expect(live).to_have_count(0)


def test_what_could_not_be_loaded_is_not_said_to_be_empty(fake: Fake) -> None:
    gateway, page = fake()
    gateway.states["market"] = {"rows": []}
    open_page(page, "/")
    main = page.locator("main")
    expect(main.get_by_text("未能载入，稍后会自动重试。")).to_have_count(4)
    expect(main).not_to_contain_text("还没有结果")
    expect(main).not_to_contain_text("暂无已发布的场次")


def test_what_the_desk_has_classified_is_found_in_the_running_lobby(
    stack: Stack, seat: Seat
) -> None:
    desk, reviewer, broker = (stack.person(one) for one in ("officer", "reviewer", "broker"))
    content = {
        "title": "海上测风浮标", "problem": "近海测风成本高", "principle": "激光雷达与波浪补偿",
        "field": "海洋装备", "holder": "o-seller", "trl": 7, "ip": ["ZL1"], "offer": ["license"],
    }  # fmt: skip
    at = {"card_id": "c-live-lobby"}
    broker.must(
        "card.nominate", content=content, consent_reference="r", achievement_reference="r", **at
    )
    checks = ("not_secret", "not_prohibited", "right_convertible", "no_duplicate")
    desk.must("card.screen", evidence="r", **dict.fromkeys(checks, True), **at)
    desk.must(
        "card.evaluate", experts_count=3, agency="", trl=7, innovation_level=8,
        values=[80, 80, 80, 80, 80], report="r", **at,
    )  # fmt: skip
    desk.must(
        "card.classify", industry="green_energy", achievement_class="enterprise_demand",
        stage="maturation", **at,
    )  # fmt: skip
    reviewer.must("card.publish", **at)
    stack.wait(lambda: broker.get("/api/showcase?industry=green_energy")["count"] > 0)
    page = seat()
    page.goto(f"{stack.url}/?industry=green_energy&stage=maturation")
    found = page.locator("#showcase li").filter(has_text="海上测风浮标")
    expect(found).to_contain_text("绿色能源")
    expect(found).to_contain_text("企业需求技术成果")
    page.get_by_label("转化阶段").select_option("pilot_scale")
    expect(found).to_have_count(0)
