"""What users of a live room expect (ui.md 1-12), each seen in Chromium with a gateway of fixtures.

The gateway of fixtures says exactly what a test needs it to say: a lost answer, a gap, a wrong
clock. The same pages meet the running stack in test_bidding_live.py and test_session_live.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import NOW, WAN, bidder, bidding, me, outcome

pytestmark = pytest.mark.browser

ROOM = "s-demo.i-3.1"
CHANNEL = f"bidding:{ROOM}"
OWN = f"bidder:{ROOM}.037"
BIDDER = me("investor", "bidder", numbers={ROOM: "037"})
Fake = Callable[..., tuple[FakeGateway, Page]]
Entered = tuple[FakeGateway, Page]


def enter(fake: Fake, *, phone: bool = False, person: Any = BIDDER, **state: Any) -> Entered:
    gateway, page = fake(me=person, phone=phone)
    # the countdown stands still between looks unless a test lets it run
    gateway.states[CHANNEL] = bidding(**({"leader": "112"} | state))
    gateway.states[f"bidding.public:{ROOM}"] = gateway.states[CHANNEL]
    gateway.states[OWN] = bidder(standing="outbid")
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    return gateway, page


def price(gateway: FakeGateway, wan: int, leader: str, **state: Any) -> dict[str, Any]:
    """Publish that somebody leads at a price."""
    before = gateway.states[CHANNEL]
    seq = gateway.offsets[CHANNEL] + 1
    moving = {
        "phase": "limited_bidding", "price_fen": wan * WAN, "leader": leader,
        "ends_at_ms": before["ends_at_ms"], "min_next_fen": (wan + 20) * WAN,
        "increment_fen": 20 * WAN, "extensions_count": 3, "bids_count": before["bids_count"] + 1,
    } | state  # fmt: skip
    row = {
        "number": leader, "amount_fen": wan * WAN, "at_ms": NOW, "kind": "bid",
        "seq": 5000 + seq, "extended": True,
    }  # fmt: skip
    data = {"public_seq": seq, "at_ms": NOW, "events": [], "state": moving, "bids": [row]}
    gateway.publish(CHANNEL, data)
    return data


def ends_soon(gateway: FakeGateway, seconds: int) -> None:
    """Publish a bid after which three seconds more than these are left, however slow the page."""
    ends_at_ms = gateway.now_ms + seconds * 1_000 + 3_000
    gateway.states[CHANNEL]["ends_at_ms"] = ends_at_ms
    price(gateway, 1300, "112", ends_at_ms=ends_at_ms)


def accepted(gateway: FakeGateway, **changed: Any) -> dict[str, Any]:
    """Answer the last bid on the private channel."""
    _, body = next(one for one in reversed(gateway.commands) if one[0] == "bid.place")
    found = outcome(9, command_id=body["command_id"]) | changed
    seq = gateway.offsets[OWN] + 1
    gateway.offsets[OWN] = seq
    gateway.publish_at(OWN, {"kind": "outcome", "outcome": found, "standing": found["standing"]})
    return dict(body)


def received(data: dict[str, Any]) -> dict[str, Any]:
    reply = {"command_id": data["command_id"], "received_at_ms": NOW, "partition": 1}
    return {"rpc": {"data": reply | {"offset": 1042, "outcome": None}}}


# ---- 1: the clock is the server's ----

WRONG_CLOCK = """
const real = Date; const wrong = -30_000;
Date = class extends real {
  constructor(...a) { a.length ? super(...a) : super(real.now() + wrong); }
  static now() { return real.now() + wrong; } };
"""


def test_the_countdown_is_the_servers_also_on_a_device_30_s_wrong(fake: Fake) -> None:
    gateway, page = fake(me=BIDDER)
    page.add_init_script(WRONG_CLOCK)
    gateway.states[CHANNEL] = bidding(ends_at_ms=NOW + 60_000)
    gateway.states[OWN] = bidder()
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    ring = page.locator("countdown-ring b")
    expect(ring).to_have_text(re.compile(r"^(01:00|00:5[5-9])$"))
    expect(page.locator("countdown-ring small")).to_have_text(re.compile(r"截止$"))


def test_an_extension_is_told_with_its_new_end(fake: Fake) -> None:
    gateway, page = enter(fake)
    price(gateway, 1300, "112", extensions_count=4, ends_at_ms=NOW + 120_000)
    expect(page.locator("[data-role=extensions]")).to_have_text("第 4 次延时")
    expect(page.locator("countdown-ring small")).to_have_text("04:28:40 截止")


def test_the_ring_is_red_and_frozen_while_the_line_is_down(fake: Fake) -> None:
    gateway, page = enter(fake)
    gateway.cut()
    expect(page.locator("countdown-ring")).to_have_attribute("data-tone", "broken")
    expect(page.locator("countdown-ring b")).to_have_text("--:--")


# ---- 2: the state of the line ----


def test_without_a_current_state_there_is_no_bidding(fake: Fake) -> None:
    gateway, page = enter(fake)
    expect(page.locator("#send-bid")).to_be_enabled()
    gateway.cut()
    expect(page.locator("html")).to_have_attribute("data-link", "reconnecting")
    expect(page.locator("#send-bid")).to_be_disabled()
    expect(page.locator("#bid-bar")).to_contain_text("连接恢复")


def test_three_seconds_without_the_rooms_clock_are_no_current_state(fake: Fake) -> None:
    gateway, page = enter(fake)
    gateway.silent = True
    expect(page.locator("html")).to_have_attribute("data-link", "reconnecting")
    expect(page.locator("#send-bid")).to_be_disabled()


@pytest.mark.parametrize(("leader", "known"), [("037", "您领先"), ("112", "您已被超过")])
def test_what_is_not_current_is_said_to_be_only_the_last_that_is_known(
    fake: Fake, leader: str, known: str
) -> None:
    gateway, page = enter(fake, leader=leader)
    gateway.cut()
    standing = page.locator("[data-role=standing]")
    expect(standing).to_contain_text("画面不是最新")
    expect(standing).to_contain_text(f"最后所知：{known}")
    expect(standing).not_to_contain_text("您当前领先")
    expect(standing).to_have_attribute("data-tone", "wait")
    gateway.accepts = True
    expect(standing).not_to_contain_text("画面不是最新")


def test_a_device_without_network_says_so_and_comes_back_by_itself(fake: Fake) -> None:
    _gateway, page = enter(fake)
    page.locator("#amount").fill("1,340")
    page.context.set_offline(True)
    expect(page.locator("html")).to_have_attribute("data-link", "offline")
    page.context.set_offline(False)
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    expect(page.locator("#amount")).to_have_value("1,340")


def test_a_missing_publication_is_told_and_made_good(fake: Fake) -> None:
    gateway, page = enter(fake)
    gateway.states[CHANNEL] |= {"public_seq": 45, "price_fen": 1360 * WAN}
    gateway.offsets[CHANNEL] = 44
    price(gateway, 1360, "112")
    expect(page.locator("main")).to_have_attribute("data-seq", "45")
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", str(1360 * WAN))
    assert "recover" not in gateway.subscribes[-1]


BEHIND = """() => document.documentElement.dataset.link === "behind"
  && document.querySelector("#link").textContent.includes("落后 3 条")
  && document.querySelector("#send-bid").disabled
  && document.querySelector(".line-band").textContent.includes("正在补齐 3 条消息")"""


def test_a_screen_behind_the_log_says_by_how_much_and_takes_no_bid(fake: Fake) -> None:
    gateway, page = enter(fake)
    expect(page.locator("#send-bid")).to_be_enabled()
    gateway.offsets[CHANNEL] += 3  # told by the clock, and not on this screen
    page.wait_for_function(BEHIND)  # all at once: it is made good within moments
    gateway.states[CHANNEL] |= {"public_seq": gateway.offsets[CHANNEL], "price_fen": 1340 * WAN}
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", str(1340 * WAN))


def test_a_line_so_slow_that_all_is_old_says_by_how_many_seconds(fake: Fake) -> None:
    gateway, page = enter(fake)
    expect(page.locator("#send-bid")).to_be_enabled()
    gateway.late_ms = 8_000
    expect(page.locator("#link")).to_contain_text("落后 8 秒")
    expect(page.locator("#send-bid")).to_be_disabled()
    gateway.late_ms = 0
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    expect(page.locator("#send-bid")).to_be_enabled()


def test_coming_back_asks_for_what_was_missed_by_position(fake: Fake) -> None:
    gateway, page = enter(fake)
    gateway.cut()
    expect(page.locator("html")).to_have_attribute("data-link", "reconnecting")
    gateway.accepts = True
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    asked = [one for one in gateway.subscribes if one["channel"] == CHANNEL][-1]
    assert (asked["recover"], asked["epoch"], asked["offset"]) == (True, "e", 41)


def test_with_push_down_the_page_polls_and_says_degraded(fake: Fake) -> None:
    gateway, page = enter(fake)
    polled = bidding(leader="112", public_seq=50, price_fen=1400 * WAN, min_next_fen=1420 * WAN)
    gateway.answers[f"/api/state/{CHANNEL}"] = polled
    gateway.cut()
    expect(page.locator("html")).to_have_attribute("data-link", "degraded")
    expect(page.locator("#link")).to_contain_text("降级")
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", str(1400 * WAN))
    expect(page.locator("#send-bid")).to_be_enabled()


# ---- 3: three steps, never optimistic ----


def test_a_bid_is_sent_then_received_then_accepted(fake: Fake) -> None:
    gateway, page = enter(fake)
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    expect(page.locator("[data-role=standing]")).to_have_attribute("data-standing", "outbid")
    gateway.answer("bid.place", received)
    expect(page.locator("#track")).to_have_attribute("data-step", "received")
    expect(page.locator("#track")).to_contain_text("已收到 #1042")
    body = accepted(gateway)
    assert (body["amount_fen"], body["phase_seen"]) == (1300 * WAN, "limited_bidding")
    expect(page.locator("#track")).to_have_attribute("data-step", "accepted")
    # the room has not said so: nobody is told that he leads
    expect(page.locator("[data-role=standing]")).to_have_attribute("data-standing", "outbid")
    price(gateway, 1300, "037")
    expect(page.locator("[data-role=standing]")).to_have_attribute("data-standing", "leading")


def test_a_refused_bid_says_why_and_stands_in_the_list_for_him_alone(fake: Fake) -> None:
    gateway, page = enter(fake)
    gateway.replies["bid.place"] = received
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "received")
    params = {"min_next_fen": 1320 * WAN}
    accepted(gateway, code="BELOW_MIN_NEXT", params=params, standing="outbid", events=[])
    expect(page.locator("#track")).to_have_attribute("data-code", "BELOW_MIN_NEXT")
    expect(page.locator("#track-note")).to_contain_text("低于最低应价 ¥1,320 万元")
    expect(page.locator("#bid-rows tr.lost")).to_contain_text("仅您可见")
    folded = page.locator("#receipts-card")
    expect(folded.locator("summary").first).to_contain_text("低于最低应价 ¥1,320 万元")
    expect(folded.locator("#receipts")).to_be_hidden()


def test_a_lost_answer_is_checking_and_then_the_truth(fake: Fake) -> None:
    gateway, page = enter(fake)
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "checking")
    expect(page.locator("#track-note")).to_contain_text("请勿重复出价")
    _, body = gateway.commands[0]
    truth = {"state": "decided", "outcome": outcome(1, command_id=body["command_id"])}
    gateway.answer("command.status", lambda _data: {"rpc": {"data": truth}})
    gateway.replies["command.status"] = lambda _data: {"rpc": {"data": truth}}
    expect(page.locator("#track")).to_have_attribute("data-step", "accepted")
    asked = [data for method, data in gateway.commands if method == "command.status"]
    assert {one["command_id"] for one in asked} == {body["command_id"]}
    assert len([1 for method, _ in gateway.commands if method == "bid.place"]) == 1


def test_a_bid_that_never_arrived_is_said_not_to_have_arrived(fake: Fake) -> None:
    gateway, page = enter(fake)
    gateway.replies["command.status"] = lambda _data: {
        "rpc": {"data": {"state": "not_seen", "outcome": None}}
    }
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "not_seen")


# ---- 4: two steps for jumps, words, steps ----


def test_a_jump_is_asked_once_more_with_the_amount_in_words(fake: Fake) -> None:
    gateway, page = enter(fake)
    page.locator("[data-steps='5']").click()
    page.locator("#send-bid").click()
    expect(page.get_by_role("group", name="再次确认")).to_contain_text("人民币壹仟叁佰捌拾万元整")
    assert gateway.commands == []
    page.locator("#confirm-back").click()
    expect(page.locator("#send-bid")).to_be_visible()
    page.locator("#send-bid").click()
    expect(page.locator("#confirm-bid")).to_be_enabled()
    page.locator("#confirm-bid").click()
    expect(page.locator("#track")).not_to_have_attribute("data-step", "none")
    assert gateway.commands[0][1]["amount_fen"] == 1380 * WAN


def test_a_typed_amount_is_echoed_in_words_and_held_against_the_rules(fake: Fake) -> None:
    _gateway, page = enter(fake)
    page.locator("#amount").fill("1,320")
    expect(page.locator("#amount-words")).to_have_text("¥1,320 万元 · 人民币壹仟叁佰贰拾万元整")
    expect(page.locator("#send-bid b")).to_have_text("出价 ¥1,320 万元")
    page.locator("#amount").fill("1,325")
    expect(page.locator("#amount-fault")).to_contain_text("递增")
    expect(page.locator("#send-bid")).to_be_disabled()
    page.locator("#amount").fill("一千三百")
    expect(page.locator("#amount-fault")).to_have_text("第 1 个字符“一”不属于金额")
    page.locator("#amount").fill("12,5")
    expect(page.locator("#amount-fault")).to_contain_text("¥12.5 万元，还是 ¥125 万元")


def test_a_click_on_an_amount_that_has_just_changed_does_nothing(fake: Fake) -> None:
    gateway, page = enter(fake)
    price(gateway, 1300, "112")
    expect(page.locator("#send-bid b")).to_have_text("出价 ¥1,320 万元")
    page.evaluate("() => document.querySelector('#send-bid').click()")
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    amounts = [data["amount_fen"] for method, data in gateway.commands if method == "bid.place"]
    assert amounts == [1320 * WAN]


# ---- 5: outbid ----


def test_outbid_is_told_by_sight_sound_vibration_and_title(fake: Fake) -> None:
    gateway, page = fake(me=BIDDER)
    page.add_init_script(
        "globalThis.shaken = []; navigator.vibrate = (how) => (shaken.push(how), true);"
    )
    gateway.states[CHANNEL] = bidding(leader="037")
    gateway.states[OWN] = bidder()
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    page.locator("h1").click()  # the first gesture
    expect(page.locator("[data-role=standing]")).to_have_attribute("data-standing", "leading")
    price(gateway, 1300, "112")
    expect(page.locator("[data-role=standing]")).to_have_attribute("data-standing", "outbid")
    expect(page).to_have_title("● 您的报价已被超过")
    expect(page.locator("#assertive")).to_contain_text("您已被超过，当前价 ¥1,300 万元")
    expect(page.locator("html")).to_have_attribute("data-alerted", "sound vibration title")
    assert page.evaluate("() => shaken.length") == 1


def test_each_alert_can_be_switched_off(fake: Fake) -> None:
    gateway, page = enter(fake, leader="037")
    page.locator("#account > summary").click()
    for kind in ("sound", "vibration", "title"):
        page.locator(f"[data-switch={kind}]").uncheck()
    price(gateway, 1300, "112")
    expect(page.locator("html")).to_have_attribute("data-alerted", "")
    expect(page).to_have_title(re.compile("竞价室"))


# ---- 6: everybody can use it ----


def test_the_countdown_is_spoken_at_marks_and_the_price_politely(fake: Fake) -> None:
    gateway, page = enter(fake, ends_at_ms=NOW + 600_000)
    ends_soon(gateway, 30)
    expect(page.locator("#polite")).to_contain_text("当前价 ¥1,300 万元")
    expect(page.locator("#polite")).to_have_text("剩余 30 秒")
    assert page.locator("#polite").get_attribute("aria-live") == "polite"
    assert page.locator("#assertive").get_attribute("aria-live") == "assertive"


def test_a_state_is_told_by_sign_and_text(fake: Fake) -> None:
    gateway, page = enter(fake)
    standing = page.locator("[data-role=standing]")
    expect(standing).to_contain_text("您已被 112 超过")
    expect(standing.locator("svg")).to_have_attribute("data-icon", "up")
    price(gateway, 1300, "037")
    expect(standing).to_contain_text("您当前领先")
    expect(standing.locator("svg")).to_have_attribute("data-icon", "ok")


SMALL_TARGETS = """() => [...document.querySelectorAll('button, a, input, select, summary')]
  .filter((each) => each.checkVisibility() && !each.closest('.unseen, .skip'))
  .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0)
  .map(([text, box]) => [text, Math.min(box.height, box.width), Math.max(box.height, box.width)])
  .filter(([, least, most]) => least < 19.5 || most < 24)
  .map(([text]) => text)"""


@pytest.mark.parametrize("phone", [False, True])
def test_targets_are_large_enough_and_nothing_scrolls_sideways(fake: Fake, *, phone: bool) -> None:
    _gateway, page = enter(fake, phone=phone)
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_bid_can_be_placed_by_keyboard_alone(fake: Fake) -> None:
    gateway, page = enter(fake)
    page.locator("#amount").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("1,320")
    page.keyboard.press("Tab")
    expect(page.locator("#send-bid")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    assert gateway.commands[0][1]["amount_fen"] == 1320 * WAN


def test_the_bids_are_a_table_for_a_screen_reader(fake: Fake) -> None:
    _gateway, page = enter(fake)
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(5)
    expect(table.get_by_role("rowheader").first).to_have_text("037（您）")
    expect(table.locator("caption")).to_contain_text("最新在上")


MOVING = """() => [...document.querySelectorAll('main *')]
  .map((each) => getComputedStyle(each).animationName).filter((name) => name !== 'none')"""


def test_what_matters_moves_once_and_with_reduced_motion_nothing_does(fake: Fake) -> None:
    gateway, page = enter(fake)
    price(gateway, 1300, "112", extensions_count=4)
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", str(1300 * WAN))
    assert {"roll", "flash", "beat"} <= set(page.evaluate(MOVING))
    page.emulate_media(reduced_motion="reduce")
    price(gateway, 1320, "112", extensions_count=5)
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", str(1320 * WAN))
    assert page.evaluate(MOVING) == []


# ---- 7: phone first ----


SHIFTS = """globalThis.shift = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) shift += one.value; })
  .observe({ type: 'layout-shift', buffered: false });"""


COVERS = """() => { const [a, b] = ['.strip .figure', '.strip countdown-ring'].map(
  (each) => document.querySelector(each).getBoundingClientRect());
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom; }"""
SIZES = [(1440, 900, 150), (720, 450, 80), (390, 844, 140), (320, 640, 140)]


def test_the_strip_never_leaves_the_screen_and_nothing_shifts(fake: Fake) -> None:
    gateway, page = enter(fake)
    page.evaluate(f"() => {{ {SHIFTS} }}")
    for index, (width, height, high) in enumerate(SIZES):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => scrollTo(0, 1e5)")
        strip = page.locator(".strip")
        for part in ("[data-role=price]", "countdown-ring", "[data-role=standing]", "#send-bid"):
            expect(strip.locator(part)).to_be_in_viewport(ratio=1)
        box = strip.bounding_box()
        assert box is not None
        assert box["height"] <= high + 4, width
        page.evaluate("() => { scrollTo(0, 0); }")
        box = strip.bounding_box() or box
        page.evaluate("() => new Promise((done) => setTimeout(() => done((shift = 0)), 200))")
        for step, leader in enumerate(("037", "112")):
            wan = 1300 + 40 * index + 20 * step
            price(gateway, wan, leader)
            expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", str(wan * WAN))
        now = strip.bounding_box()
        assert now is not None
        assert (now["y"], now["height"]) == pytest.approx((box["y"], box["height"]), abs=1), width
        assert page.evaluate("() => shift") < 0.02, width
        assert page.evaluate(COVERS) is False, width
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, width


def test_who_is_here_is_told_and_how_many_registered_is_not(fake: Fake) -> None:
    gateway, page = enter(fake)
    crowd = page.locator("#crowd")
    expect(crowd).to_have_text("2 家以上报名17 次出价")
    for socket in gateway.sockets:
        told = {"channel": CHANNEL, "pub": {"data": {"key": "presence", "count": 286}}}
        socket.send(json.dumps({"push": told}))
    expect(crowd).to_have_text("286 人围观2 家以上报名17 次出价")


# ---- one act, one command ----


def test_however_one_presses_one_bid_is_one_command(fake: Fake) -> None:
    gateway, page = enter(fake)
    send = page.locator("#send-bid")
    expect(send).to_be_enabled()
    page.locator("#amount").fill("1,320")
    composed = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true})"
    page.locator("#amount").evaluate(f"(field) => field.dispatchEvent({composed})")
    assert gateway.commands == []
    page.locator("#amount").press("Enter")
    for _ in range(20):
        page.keyboard.down("Enter")  # held: the first again and again
    page.keyboard.up("Enter")
    send.dispatch_event("click")
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    gateway.answer("bid.place", received)
    expect(page.locator("#track")).to_have_attribute("data-step", "received")
    accepted(gateway)
    price(gateway, 1320, "037")
    price(gateway, 1340, "112")
    expect(page.locator("#send-bid b")).to_have_text("出价 ¥1,360 万元")
    expect(send).to_be_enabled()
    send.dblclick()
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    amounts = [data["amount_fen"] for method, data in gateway.commands if method == "bid.place"]
    assert amounts == [1320 * WAN, 1360 * WAN]


def test_the_screen_is_kept_awake(fake: Fake) -> None:
    gateway, page = fake(me=BIDDER)
    page.add_init_script(
        "globalThis.woken = []; Object.defineProperty(navigator, 'wakeLock',"
        " {value: {request: async (kind) => { woken.push(kind); }}});"
    )
    gateway.states[CHANNEL] = bidding()
    gateway.states[OWN] = bidder()
    open_page(page, f"/bidding/{ROOM}")
    page.wait_for_function("() => woken.length > 0")


# ---- 8 and 9: the record, the rules, a pause ----


def test_the_whole_history_is_there_to_read_and_to_take_away(fake: Fake) -> None:
    gateway, page = enter(fake, bids_count=61)
    rows = [dict(bidding()["bids"][0], seq=number) for number in range(1, 62)]
    gateway.answers[f"/api/biddings/{ROOM}/bids"] = {"bids": rows}
    page.locator("#all-bids").click()
    expect(page.locator("#bid-rows tr")).to_have_count(61 + 17)
    link = page.get_by_role("link", name="下载 CSV")
    expect(link).to_have_attribute("href", f"/api/biddings/{ROOM}/bids?format=csv")


def test_the_rule_card_is_made_from_the_terms(fake: Fake) -> None:
    _gateway, page = enter(fake)
    rules = page.locator("#rules")
    for text in (
        "每次至少加 ¥20 万元",
        "倒计时从 2 分钟重新开始",
        "同价先到先得",
        "超过 3 秒即暂停",
        "提前 5 分钟",
    ):
        expect(rules).to_contain_text(text)


def test_a_pause_tells_its_reason_and_when_it_goes_on(fake: Fake) -> None:
    pause = {"reason": "system_stall", "at_ms": NOW - 9_000, "remaining_ms": 40_000}
    gateway, page = enter(fake, phase="suspended", suspension=pause | {"resumes_at_ms": None})
    expect(page.locator("[data-role=standing]")).to_contain_text("竞价已暂停：系统中断")
    expect(page.locator("[data-role=standing]")).to_contain_text("至少提前 5 分钟通知")
    expect(page.locator("#send-bid")).to_be_disabled()
    later = pause | {"resumes_at_ms": NOW + 300_000}
    price(gateway, 1280, "112", phase="suspended", suspension=later)
    expect(page.locator("[data-role=standing]")).to_contain_text("04:31:40 恢复")


# ---- 10: two languages, one zone ----


def test_english_is_a_switch_away_and_nothing_is_lost(fake: Fake) -> None:
    gateway, page = enter(fake)
    page.locator("#amount").fill("1,340")
    page.locator("#language").click()
    expect(page.locator("[data-role=standing]")).to_contain_text("Outbid by 112")
    expect(page.locator("[data-role=price]")).to_have_text("¥12,800,000")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#link")).to_contain_text("UTC+8")
    price(gateway, 1300, "112")
    expect(page.locator("[data-role=price]")).to_have_text("¥13,000,000")
    page.locator("#language").click()
    expect(page.locator("#link")).to_contain_text("北京时间")


# ---- 11: the same truth after a reload ----


def test_a_reload_keeps_the_draft_and_goes_on_asking_about_a_bid(fake: Fake) -> None:
    gateway, page = enter(fake)
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    _, body = gateway.commands[0]
    page.locator("#amount").fill("1,340")
    truth = {"state": "decided", "outcome": outcome(1, command_id=body["command_id"])}
    gateway.replies["command.status"] = lambda _data: {"rpc": {"data": truth}}
    page.reload()
    expect(page.locator("#track")).to_have_attribute("data-step", "accepted")
    expect(page.locator("#track")).to_have_attribute("data-command", body["command_id"])
    expect(page.locator("#amount")).to_have_value("1,340")
    assert len([1 for method, _ in gateway.commands if method == "bid.place"]) == 1


# ---- 12: no congratulations before the deal ----


def test_nobody_is_congratulated_before_the_deal_is_confirmed(fake: Fake) -> None:
    gateway, page = enter(fake, leader="037")
    price(gateway, 1280, "037", phase="closed_sold", result=None)
    expect(page.locator("main")).to_have_attribute("data-phase", "closed_sold")
    expect(page.locator("body")).not_to_contain_text("恭喜成交")
    expect(page.locator("[data-role=standing]")).to_contain_text("等待成交确认")
    result = {"outcome": "sold", "price_fen": 1280 * WAN, "winner": "037", "deal_no": "D-1"}
    price(gateway, 1280, "037", phase="closed_sold", result=result | {"reason": ""})
    told = page.locator("#result")
    expect(told).to_contain_text("成交确认 · 由您竞得")
    expect(told).to_contain_text("任何人都能验")
    expect(page.locator(".strip")).to_be_hidden()  # dark means live


def test_the_loser_is_told_that_he_did_not_win(fake: Fake) -> None:
    result = {"outcome": "sold", "price_fen": 1280 * WAN, "winner": "112", "deal_no": "D-1"}
    _gateway, page = enter(fake, phase="closed_sold", result=result | {"reason": ""})
    expect(page.locator("#result")).to_contain_text("您未竞得")
    expect(page.locator("#result")).to_contain_text("保证金按规则原路退还")
    expect(page.locator("body")).not_to_contain_text("恭喜成交")


def test_a_bidding_that_is_not_there_yet_is_not_said_to_be_loading(fake: Fake) -> None:
    gateway, page = fake(me=BIDDER)
    gateway.states[CHANNEL] = {}
    gateway.states[OWN] = {}
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("main")).to_contain_text("尚未安排")
    expect(page.locator("main")).not_to_contain_text("正在载入")


def test_a_bid_that_was_overtaken_is_nowhere_said_to_lead(fake: Fake) -> None:
    gateway, page = enter(fake)
    gateway.replies["bid.place"] = received
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "received")
    accepted(gateway)
    expect(page.locator("#track")).to_have_attribute("data-step", "accepted")
    price(gateway, 1320, "112")
    expect(page.locator("#track li").last).to_have_text("有效")


def test_where_nothing_was_sold_nobody_leads_any_more(fake: Fake) -> None:
    result = {"outcome": "unsold", "price_fen": None, "winner": None, "deal_no": None}
    over: Any = {"phase": "closed_unsold", "result": result | {"reason": "reserve_not_met"}}
    _gateway, page = enter(fake, **over)
    told = page.locator("#result")
    expect(told).to_contain_text("竞价结束 · 未成交")
    expect(told).to_contain_text("原因：未达到保留价")
    expect(told).to_contain_text("保证金按规则原路退还")
    expect(told).not_to_contain_text("领先")


def test_an_unknown_bidding_says_so_and_leads_to_the_lobby(fake: Fake) -> None:
    gateway, page = fake()
    for code in (102, 103):  # 103: said of a room of others and of one that nobody knows
        gateway.refusals["bidding.public:none"] = code
        open_page(page, "/bidding/none")
        expect(page.locator("main")).to_contain_text("没有这场竞价")
        expect(page.locator("main a[href='/']")).to_be_visible()
