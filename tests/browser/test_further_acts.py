"""What a bidder does beside bidding: 委托出价, priority, 到场; and words of notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import gallery
from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import NOW, WAN, bidder, bidding, me, outcome, terms

pytestmark = pytest.mark.browser

ROOM = "s-demo.i-3.1"
CHANNEL = f"bidding:{ROOM}"
OWN = f"bidder:{ROOM}.037"
HOLDER = me("investor", "priority_holder", numbers={ROOM: "037"})
INVESTOR = me("investor", numbers={ROOM: "037"})
Fake = Callable[..., tuple[FakeGateway, Page]]
Entered = tuple[FakeGateway, Page]


def enter(fake: Fake, own: Any = None, *, person: Any = INVESTOR, **state: Any) -> Entered:
    phone = state.pop("phone", False)
    gateway, page = fake(me=person, phone=phone)
    gateway.states[CHANNEL] = bidding(**({"leader": "112"} | state))
    gateway.states[OWN] = bidder(**({"standing": "outbid"} | (own or {})))
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    return gateway, page


def sent(gateway: FakeGateway, method: str) -> dict[str, Any]:
    """Return the one command of a method, without its id."""
    (body,) = [data for asked, data in gateway.commands if asked == method]
    return {name: value for name, value in body.items() if name != "command_id"}


def answered(gateway: FakeGateway, method: str, **changed: Any) -> None:
    """Answer a command on the private channel."""
    body = next(data for asked, data in gateway.commands if asked == method)
    found = outcome(9, command_id=body["command_id"], events=[], standing="outbid")
    gateway.offsets[OWN] += 1
    told = {"kind": "outcome", "outcome": found, "standing": "outbid"}
    gateway.publish_at(OWN, told | changed)


@pytest.mark.parametrize("phone", [False, True])
def test_a_proxy_limit_is_said_in_words_confirmed_and_then_stands(
    fake: Fake, *, phone: bool
) -> None:
    gateway, page = enter(fake, phone=phone)
    section = page.locator("#proxy")
    expect(section).to_be_hidden()
    page.locator("#open-proxy").click()
    page.locator("#proxy-limit").fill("1,505")
    expect(page.locator("#proxy-words")).to_contain_text("人民币壹仟伍佰零伍万元整")
    page.locator("#set-proxy").click()
    expect(section.get_by_role("group")).to_contain_text("委托限价 ¥1,505 万元")
    assert gateway.commands == []
    section.get_by_role("button", name="确认限价 ¥1,505 万元").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    expect(section).to_be_hidden()
    expect(page.locator("[data-role=proxy-limit]")).to_have_text("现在：未设定")
    assert sent(gateway, "bid.proxy") == {"bidding_id": ROOM, "limit_fen": 1505 * WAN}
    answered(gateway, "bid.proxy", proxy_limit_fen=1505 * WAN)
    expect(page.locator("[data-role=proxy-limit]")).to_have_text("现在：限价 ¥1,505 万元")
    expect(page.locator("#track-note")).to_contain_text("委托限价 ¥1,505 万元：已设定")


def test_a_limit_below_the_next_bid_is_not_sent_and_no_terms_are_no_section(fake: Fake) -> None:
    _gateway, page = enter(fake, terms=terms())
    page.locator("#open-proxy").click()
    page.locator("#proxy-limit").fill("900")
    expect(page.locator("#proxy-fault")).to_contain_text("低于最低应价")
    expect(page.locator("#set-proxy")).to_be_disabled()


@pytest.mark.parametrize(
    "state", [{"terms": terms(proxy_allowed=False)}, {"phase": "awaiting_reserve"}]
)
def test_where_no_limit_can_stand_none_is_offered(fake: Fake, state: Any) -> None:
    _gateway, page = enter(fake, **state)
    expect(page.locator("#bid-panel")).to_be_visible()
    expect(page.locator("#open-proxy")).to_be_hidden()


@pytest.mark.parametrize("phone", [False, True])
def test_a_priority_holder_matches_the_price_that_stands(fake: Fake, *, phone: bool) -> None:
    gateway, page = enter(fake, {"priority_rank": 1}, person=HOLDER, phone=phone)
    page.get_by_role("button", name="按当前价行使优先权").click()
    page.get_by_role("button", name="确认按 ¥1,280 万元 行使").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    assert sent(gateway, "bid.match") == {"bidding_id": ROOM}


@pytest.mark.parametrize(
    ("own", "state"),
    [
        ({"priority_rank": None}, {}),
        ({"priority_rank": 1}, {"leader": "037"}),
        ({"priority_rank": 1}, {"terms": terms(priority_mode="post_session_ask")}),
    ],
)
def test_matching_is_offered_to_holders_who_do_not_lead(fake: Fake, own: Any, state: Any) -> None:
    _gateway, page = enter(fake, own, person=HOLDER, **state)
    expect(page.locator("#open-proxy")).to_be_visible()
    expect(page.locator("#priority")).to_be_hidden()


@pytest.mark.parametrize(
    ("button", "confirm", "method"),
    [
        ("行使优先权", "确认以 ¥1,280 万元 行使", "bid.exercise"),
        ("放弃", "确认放弃优先权", "bid.waive"),
    ],
)
def test_who_is_asked_exercises_or_waives_once(
    fake: Fake, button: str, confirm: str, method: str
) -> None:
    asked = {"phase": "awaiting_priority", "asked": ["037"]}
    gateway, page = enter(fake, {"priority_rank": 1}, person=HOLDER, **asked)
    expect(page.locator("#priority")).to_contain_text("逾期视为放弃")
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("button", name=confirm).click()
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    assert sent(gateway, method) == {"bidding_id": ROOM}
    answered(gateway, method)
    expect(page.locator("#track-note")).to_contain_text("已生效")


def test_who_is_asked_is_told_at_once_and_at_the_top(fake: Fake) -> None:
    gateway, page = enter(fake, {"priority_rank": 1}, person=HOLDER)
    expect(page.locator("#send-bid")).to_be_enabled()
    state = {"phase": "awaiting_priority", "asked": ["037"], "min_next_fen": None}
    data = {"public_seq": 42, "at_ms": NOW, "events": [], "state": state}
    gateway.publish(CHANNEL, data)
    expect(page.locator("[data-role=standing]")).to_contain_text("请决定是否行使优先权")
    expect(page.locator("#assertive")).to_have_text("请决定是否行使优先权")
    expect(page.locator("#bid-bar")).to_have_text("轮到您决定")


def test_who_is_not_asked_has_nothing_to_answer(fake: Fake) -> None:
    asked = {"phase": "awaiting_priority", "asked": ["058"]}
    _gateway, page = enter(fake, {"priority_rank": 1}, person=HOLDER, **asked)
    expect(page.locator("#bid-panel")).to_be_visible()
    expect(page.locator("#priority")).to_be_hidden()


def test_in_the_lobby_one_says_that_one_is_here_where_it_is_asked_for(fake: Fake) -> None:
    lobby: dict[str, Any] = {
        "phase": "lobby", "price_fen": None, "leader": None, "opens_at_ms": NOW + 60_000,
        "bids": [], "bids_count": 0, "terms": terms(presence_required=True),
    }  # fmt: skip
    gateway, page = enter(fake, {"standing": "none"}, **lobby)
    page.get_by_role("button", name="确认到场").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    assert sent(gateway, "bidding.present") == {"bidding_id": ROOM}
    answered(gateway, "bidding.present", standing="none", is_present=True)
    expect(page.locator("#presence")).to_contain_text("您已确认到场。")
    expect(page.locator("#presence button")).to_be_hidden()


def test_a_notice_says_a_role_and_a_reason_in_words(fake: Fake) -> None:
    gateway, page = fake(me=me())

    def notice(code: str, **params: Any) -> dict[str, Any]:
        return gallery.notice(1, code, "", params=params, notice_id=code, link=None)

    gateway.answers["/api/my/notices"] = {
        "notices": [
            notice("ROLE_GRANTED", role="investor"),
            notice("BIDDING_SUSPENDED", reason="system_stall", remaining_ms=1),
            notice("ROLE_REVOKED", role="broker", reason="本人申请"),
            notice("ITEM_BIDDING_RETURNED", reason="TOO_LATE"),
        ]
    }
    open_page(page, "/me")
    told = page.locator("#my-notices")
    expect(told).to_contain_text("您获得了新的角色：投资人。")
    expect(told).to_contain_text("竞价已中止：系统中断。")
    expect(told).to_contain_text("您的角色 技术经纪人 已被取消：本人申请。")
    expect(told).not_to_contain_text("TOO_LATE")
    page.locator("#language").click()
    expect(told).to_contain_text("You were given a role: investor.")
