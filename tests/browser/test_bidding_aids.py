"""What helps people in a live room (ui.md 4 to 7, 11): alerts, voices, keys, phones, tabs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import NOW, WAN, bidder, bidding
from tests.browser.test_bidding_room import (
    BIDDER,
    CHANNEL,
    OWN,
    ROOM,
    SMALL_TARGETS,
    ends_soon,
    enter,
    price,
)
from tests.browser.test_pages import ALL_ROLES, PATHS, visit

pytestmark = pytest.mark.browser

Fake = Callable[..., tuple[FakeGateway, Page]]
HIDDEN = "Object.defineProperty(document, 'hidden', {get: () => true});"
NOTIFIES = """globalThis.told = [];
globalThis.Notification = class { constructor(text) { told.push(text); }
  static permission = 'default';
  static async requestPermission() { return (Notification.permission = 'granted'); } };"""
SPOKEN = """(id) => { globalThis.said = [];
  new MutationObserver(() => { const text = document.getElementById(id).textContent;
    if (text) said.push(text); }).observe(document.getElementById(id), {childList: true}); }"""


# ---- 4: more than twice the start price is asked once more, however few steps it is ----


def test_above_the_threshold_even_one_step_is_asked_once_more(fake: Fake) -> None:
    _gateway, page = enter(fake, price_fen=1720 * WAN, min_next_fen=1740 * WAN)
    page.locator("#send-bid").click()
    question = page.get_by_role("group", name="再次确认")
    expect(question).to_contain_text("人民币壹仟柒佰肆拾万元整")
    page.keyboard.press("Escape")
    expect(page.locator("#send-bid")).to_be_focused()


# ---- 5: alerts ----


def test_before_the_first_gesture_there_is_no_sound_and_all_else_is_told(fake: Fake) -> None:
    gateway, page = enter(fake, leader="037")
    price(gateway, 1300, "112")
    expect(page.locator("html")).to_have_attribute("data-alerted", re.compile("title"))
    assert "sound" not in (page.locator("html").get_attribute("data-alerted") or "")
    page.keyboard.press("Shift")
    expect(page.locator("html")).to_have_attribute("data-sound", "ready")


def test_who_looks_elsewhere_is_notified_once_he_has_allowed_it(fake: Fake) -> None:
    gateway, page = fake(me=BIDDER)
    page.add_init_script(NOTIFIES)
    gateway.states[CHANNEL] = bidding(leader="037")
    gateway.states[OWN] = bidder()
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    page.locator("#account summary").click()
    page.locator("[data-switch=notification]").check()
    price(gateway, 1300, "112")
    expect(page.locator("[data-role=standing]")).to_have_attribute("data-standing", "outbid")
    assert page.evaluate("() => told") == []
    price(gateway, 1320, "037")
    expect(page.locator("[data-role=standing]")).to_have_attribute("data-standing", "leading")
    page.evaluate(f"() => {{ {HIDDEN} }}")
    price(gateway, 1340, "112")
    page.wait_for_function("() => told.length === 1")
    assert page.evaluate("() => told") == ["您的报价已被超过"]


OLDER = """delete AbortSignal.timeout;
globalThis.shown = [];
globalThis.Notification = class { constructor() { throw new TypeError('Illegal constructor'); }
  static permission = 'granted'; };
localStorage.setItem('shuoguo.alerts', '{"notification": true}');
ServiceWorkerContainer.prototype.register = async () => ({
  showNotification: async (text) => { shown.push(text); } });
navigator.vibrate = () => { throw new Error('no motor'); };"""


def test_what_a_browser_lacks_ends_nothing_and_too_old_a_one_is_told(fake: Fake) -> None:
    gateway, page = fake(me=BIDDER)
    page.add_init_script(OLDER + HIDDEN)
    gateway.states[CHANNEL] = bidding(leader="037")
    gateway.states[OWN] = bidder()
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    price(gateway, 1300, "112")
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", str(1300 * WAN))
    expect(page.locator("html")).to_have_attribute("data-alerted", "title notification")
    assert page.evaluate("() => shown") == ["您的报价已被超过"]
    old = page.context.new_page()
    old.add_init_script("delete globalThis.HTMLDialogElement;")
    open_page(old, f"/bidding/{ROOM}")
    expect(old.locator("main")).to_contain_text("这个浏览器太旧")
    expect(old.locator("main")).to_contain_text("Safari 15.4")


def test_switches_are_on_a_phone_too_and_are_kept(fake: Fake) -> None:
    _gateway, page = enter(fake, phone=True)
    page.locator("#account summary").click()
    page.locator("[data-switch=sound]").uncheck()
    page.reload()
    page.locator("#account summary").click()
    expect(page.locator("[data-switch=sound]")).not_to_be_checked()
    expect(page.locator("[data-switch=vibration]")).to_be_checked()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_title_is_calm_again_once_he_leads_or_comes_back(fake: Fake) -> None:
    gateway, page = enter(fake, leader="037")
    price(gateway, 1300, "112")
    expect(page).to_have_title("● 您的报价已被超过")
    price(gateway, 1320, "037")
    expect(page).to_have_title(re.compile("^竞价室"))


# ---- 6: voices, keys, targets ----


@pytest.mark.parametrize("seconds", [60, 30, 10])
def test_the_clock_is_spoken_at_its_marks_and_not_each_second(fake: Fake, seconds: int) -> None:
    gateway, page = enter(fake, ends_at_ms=NOW + 600_000)
    ends_soon(gateway, seconds)
    expect(page.locator("#polite")).to_contain_text("当前价")
    page.evaluate(SPOKEN, "polite")
    expect(page.locator("#polite")).to_have_text(f"剩余 {seconds} 秒")
    left = str(seconds - 2).zfill(2)
    expect(page.locator("countdown-ring b")).to_have_text(re.compile(rf"00:{left}$"))
    assert page.evaluate("() => said") == [f"剩余 {seconds} 秒"]


def test_outbid_the_pause_and_the_end_are_told_at_once(fake: Fake) -> None:
    gateway, page = enter(fake, leader="037")
    assertive = page.locator("#assertive")
    price(gateway, 1300, "112")
    expect(assertive).to_have_text("您已被超过，当前价 ¥1,300 万元")
    pause = {"reason": "dispute", "at_ms": NOW, "remaining_ms": 9, "resumes_at_ms": None}
    price(gateway, 1300, "112", phase="suspended", suspension=pause)
    expect(assertive).to_have_text("竞价已暂停")
    price(gateway, 1300, "112", phase="closed_sold", suspension=None)
    expect(assertive).to_have_text("竞价已结束")


REACHABLE = """() => [...document.querySelectorAll(
  'button:not([disabled]), a[href], input:not([disabled]), select, textarea, summary')]
  .filter((each) => each.checkVisibility({visibilityProperty: true})
    && !(each.closest('details:not([open])') && each.tagName !== 'SUMMARY'))
  .map((each, index) => each.dataset.reach = String(index)).length"""


@pytest.mark.parametrize("path", PATHS)
def test_every_control_is_reached_by_tab_and_shows_that_it_is(fake: Fake, path: str) -> None:
    _gateway, page = visit(fake, path, *ALL_ROLES)
    page.wait_for_function("() => document.querySelector('main').childElementCount > 0")
    wanted = page.evaluate(REACHABLE)
    reached: set[str] = set()
    for _ in range(2 * wanted + 5):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => [document.activeElement?.dataset.reach ?? '',
            getComputedStyle(document.activeElement).outlineStyle]"""
        )
        if found[0] and found[0] not in reached:
            reached.add(found[0])
            assert found[1] != "none", f"nothing shows where the focus is: {found}"
        if len(reached) == wanted:
            break
    missing = set(map(str, range(wanted))) - reached
    names = [page.locator(f"[data-reach='{one}']").first.inner_html() for one in missing]
    assert not missing, names


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("path", PATHS)
def test_on_every_page_targets_are_24_pixels(fake: Fake, path: str, *, phone: bool) -> None:
    _gateway, page = visit(fake, path, *ALL_ROLES, phone=phone)
    assert page.evaluate(SMALL_TARGETS) == []


CONTRAST = """() => {
  const light = (rgb) => { const [r, g, b] = rgb.map((value) => { const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const colour = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return {rgb: [r, g, b], a}; };
  const ground = (element) => { for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return null;
      const found = colour(style.backgroundColor);
      if (found.a === 1) return found.rgb;
      if (found.a > 0) return null; }
    return [255, 255, 255]; };
  return [...document.querySelectorAll('main *, header *')]
    .filter((each) => each.checkVisibility() && !each.closest('[disabled], .unseen, svg')
      && [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .map((each) => { const behind = ground(each); if (!behind) return null;
      const [a, b] = [light(colour(getComputedStyle(each).color).rgb), light(behind)];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return ratio < 4.5 ? `${ratio.toFixed(2)} ${each.outerHTML.slice(0, 90)}` : null; })
    .filter(Boolean); }"""


@pytest.mark.parametrize("path", PATHS)
def test_text_is_told_from_its_ground(fake: Fake, path: str) -> None:
    _gateway, page = visit(fake, path, *ALL_ROLES)
    assert page.evaluate(CONTRAST) == []


# ---- 7: phones that sleep and move ----


def test_after_a_lock_screen_the_room_is_current_again_by_itself(fake: Fake) -> None:
    gateway, page = enter(fake, phone=True)
    page.locator(".other").click()
    page.locator("#amount").fill("1,340")
    device = page.context.new_cdp_session(page)
    device.send("Page.setWebLifecycleState", {"state": "frozen"})
    gateway.states[CHANNEL] |= {"public_seq": 60, "price_fen": 1380 * WAN}
    for socket in gateway.sockets:
        socket.close(code=1006, reason="")
    gateway.sockets.clear()
    device.send("Page.setWebLifecycleState", {"state": "active"})
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", str(1380 * WAN))
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    expect(page.locator("#amount")).to_have_value("1,340")


def test_the_screen_is_asked_to_stay_awake_again_when_it_is_looked_at_again(fake: Fake) -> None:
    gateway, page = fake(me=BIDDER, phone=True)
    page.add_init_script(
        "globalThis.woken = []; Object.defineProperty(navigator, 'wakeLock',"
        " {value: {request: async (kind) => { woken.push(kind); }}});"
    )
    gateway.states[CHANNEL] = bidding()
    gateway.states[OWN] = bidder()
    open_page(page, f"/bidding/{ROOM}")
    page.wait_for_function("() => woken.length === 1")
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("() => woken.length === 2")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_phone_the_state_of_the_line_is_read_whole(fake: Fake, language: str) -> None:
    gateway, page = fake(me=BIDDER, phone=True)
    page.add_init_script(f"localStorage.setItem('shuoguo.language', '\"{language}\"')")
    gateway.states[CHANNEL] = bidding()
    gateway.states[OWN] = bidder()
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    clipped = "(text) => text.scrollWidth - text.clientWidth"
    assert page.locator("#link span").nth(1).evaluate(clipped) <= 0
    expect(page.locator("#own-number")).to_be_visible()


# ---- 11: a second tab ----


def test_a_second_tab_has_the_draft_and_the_question_that_is_under_way(fake: Fake) -> None:
    gateway, page = enter(fake)
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "sending")
    _, body = gateway.commands[0]
    page.locator("#amount").fill("1,340")
    tab = page.context.new_page()
    gateway.tick_every_second(tab, CHANNEL)
    open_page(tab, f"/bidding/{ROOM}")
    expect(tab.locator("#amount")).to_have_value("1,340")
    expect(tab.locator("#track")).to_have_attribute("data-command", body["command_id"])
    assert len([1 for method, _ in gateway.commands if method == "bid.place"]) == 1


def test_words_of_the_other_language_are_on_no_page(fake: Fake) -> None:
    leaves: Any = """() => [...document.querySelectorAll('main, header')]
      .flatMap((part) => part.innerText.split('\\n')).filter((line) => /[a-z]{3,}/.test(line))"""
    known = re.compile(r"s-demo|TRL|QD-|EN$|CSV|RS-4|A1\d")
    for path in PATHS:
        _gateway, page = visit(fake, path, *ALL_ROLES)
        found = [line for line in page.evaluate(leaves) if not known.search(line)]
        assert found == [], path
        page.context.close()
