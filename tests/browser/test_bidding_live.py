"""The bidding room against the running stack: what two people with browsers see of one bidding."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gateway.demo_people import PASSWORD
from tests.browser.stack import Stack, open_bidding

pytestmark = pytest.mark.browser

Seat = Callable[..., Page]


def enter(page: Page, stack: Stack, bidding_id: str) -> Page:
    page.goto(f"{stack.url}/bidding/{bidding_id}")
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    return page


def test_a_bid_goes_from_sent_to_received_to_accepted(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-live-accepted")
    page = enter(seat("investor1"), stack, room)
    expect(page.locator("#send-bid b")).to_have_text("出价 ¥860 万元")
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "accepted")
    expect(page.locator("[data-role=standing]")).to_have_attribute("data-standing", "leading")
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", "860000000")
    expect(page.locator("#track li").nth(1)).to_contain_text("已收到")
    page.locator("#receipts-card > summary").click()
    receipt = page.locator("#receipts details").first
    receipt.locator("summary").click()
    expect(receipt).to_contain_text("裁定位置")


def test_the_other_is_told_at_once_that_he_is_outbid(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-live-outbid")
    first = enter(seat("investor1"), stack, room)
    second = enter(seat("investor2"), stack, room)
    first.locator("#send-bid").click()
    expect(first.locator("[data-role=standing]")).to_have_attribute("data-standing", "leading")
    expect(second.locator("#send-bid b")).to_have_text("出价 ¥880 万元")
    second.locator("#send-bid").click()
    expect(first.locator("[data-role=standing]")).to_have_attribute("data-standing", "outbid")
    expect(first.locator("#assertive")).to_contain_text("您已被超过")
    expect(first).to_have_title("● 您的报价已被超过")
    assert first.evaluate("() => document.documentElement.dataset.alerted").count("title") == 1


def test_a_reload_and_a_second_tab_show_the_same_truth(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-live-reload")
    page = enter(seat("investor1"), stack, room)
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "accepted")
    page.reload()
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", "860000000")
    expect(page.locator("[data-role=standing]")).to_have_attribute("data-standing", "leading")
    expect(page.locator("#receipts li")).to_have_count(1)
    tab = enter(page.context.new_page(), stack, room)
    expect(tab.locator("[data-role=standing]")).to_have_attribute("data-standing", "leading")
    expect(tab.locator("#receipts li")).to_have_count(1)


def test_a_device_30_s_wrong_counts_down_with_the_server(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-live-clock")
    wrong = "const now = Date.now; Date.now = () => now() + 30_000;"
    page = enter(seat("investor1", script=wrong), stack, room)
    right = enter(seat("investor2"), stack, room)
    shown = [one.locator("countdown-ring b") for one in (page, right)]
    expect(shown[1]).to_have_text(re.compile(r"^00:\d\d$"))
    left = [int((one.text_content() or "0:0").split(":")[1]) for one in shown]
    assert abs(left[0] - left[1]) <= 2


def test_the_history_is_read_and_taken_away_as_csv(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-live-history")
    stack.person("investor1").must("bid.place", bidding_id=room, amount_fen=860_000_000)
    page = enter(seat(), stack, room)
    expect(page.locator("#bid-rows tr")).to_have_count(1)
    with page.expect_download() as got:
        page.get_by_role("link", name="下载 CSV").click()
    text = got.value.path().read_text(encoding="utf-8-sig")
    assert "8600000.00,860000000" in text
    expect(page.locator("[data-role=standing]")).to_contain_text("您正在旁观")


def test_two_people_resume_what_one_suspended(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-live-pause", two_person_window_ms=10_000)
    bidder = enter(seat("investor1"), stack, room)
    control = enter(seat("control"), stack, room)
    supervisor = enter(seat("supervisor"), stack, room)
    control.locator("[data-act=suspend]").click()
    control.get_by_label("暂停原因").select_option("dispute")
    control.locator("#ask-yes").click()
    expect(control.locator("#control-card .act-line")).to_have_text(
        "竞价已暂停，计时已停，原因已显示。"
    )
    standing = bidder.locator("[data-role=standing]")
    expect(standing).to_contain_text("竞价已暂停：权属争议")
    expect(bidder.locator("#send-bid")).to_be_disabled()
    expect(control.locator("#resume-at")).not_to_have_value("")
    control.locator("[data-act=resume]").click()
    expect(control.locator("#resume-asked")).to_contain_text("等待另一人")
    confirm = supervisor.locator("[data-act=confirm-resume]")
    expect(confirm).to_be_enabled()
    when = re.search(r"\d\d:\d\d:\d\d", confirm.inner_text())
    assert when is not None
    confirm.click()
    expect(standing).to_contain_text(f"{when.group()} 恢复")
    expect(bidder.locator("#send-bid")).to_be_enabled(timeout=45_000)


def test_nobody_signs_in_through_the_page_with_a_wrong_password(stack: Stack, seat: Seat) -> None:
    page = seat()
    page.goto(f"{stack.url}/login?next=/me")
    page.locator("#login").fill("investor3")
    page.locator("#password").fill("not this")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#login-problem")).to_have_text("账号或密码不正确。")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{stack.url}/me")
    expect(page.locator("h1")).to_have_text("陈海峰")


def test_the_lobby_shows_what_is_live(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-live-lobby")
    page = seat()
    page.goto(stack.url)
    card = page.locator(f"a.live-card[href='/bidding/{room}']")
    expect(card).to_contain_text("自由报价")
    stack.person("investor1").must("bid.place", bidding_id=room, amount_fen=860_000_000)
    expect(card).to_contain_text("¥860 万元")
