"""The bidding room against the running stack: what two people with browsers see of one bidding."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.stack import Stack, open_bidding

Seat = Callable[..., Page]


def enter(page: Page, stack: Stack, bidding_id: str) -> Page:
    page.goto(f"{stack.url}/bidding/{bidding_id}")
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    return page


def test_a_bid_goes_from_sent_to_received_to_accepted(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-live-accepted")
    page = enter(seat("investor1"), stack, room)
    expect(page.locator("#send-bid")).to_have_text("出价 ¥860 万元")
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "accepted")
    expect(page.locator("[data-role=standing]")).to_have_attribute("data-standing", "leading")
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", "860000000")
    expect(page.locator("#track li").nth(1)).to_contain_text("已收到")
    receipt = page.locator("#receipts details").first
    receipt.locator("summary").click()
    expect(receipt).to_contain_text("裁定位置")


def test_the_other_is_told_at_once_that_he_is_outbid(stack: Stack, seat: Seat) -> None:
    room = open_bidding(stack, "b-live-outbid")
    first = enter(seat("investor1"), stack, room)
    second = enter(seat("investor2"), stack, room)
    first.locator("#send-bid").click()
    expect(first.locator("[data-role=standing]")).to_have_attribute("data-standing", "leading")
    expect(second.locator("#send-bid")).to_have_text("出价 ¥880 万元")
    second.locator("#send-bid").click()
    expect(first.locator("[data-role=standing]")).to_have_attribute("data-standing", "outbid")
    expect(first.locator("#assertive")).to_contain_text("您已被超过")
    expect(first).to_have_title("● 您的报价已被超过")
    assert first.evaluate("() => document.documentElement.dataset.alerted").count("title") == 1
