"""Every page with a gateway of fixtures: texts, links, roles, hostile text, both widths."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from gateway.authorize import Subject, authorize
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
    outcome,
    question,
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


def test_the_heat_moves_and_votes_come_without_a_reload(fake: Fake) -> None:
    gateway, page = visit(fake, "/shows/s-demo", "investor")
    first = page.locator(".heat li").first
    expect(first).to_contain_text("深海极端酶")
    ranking = [
        {"item_id": "i-2", "score": 95, "rank": 1, "change": 1},
        {"item_id": "i-3", "score": 90, "rank": 2, "change": -1},
    ]
    gateway.publish(SHOW, {"key": "heat", "ranking": ranking})
    expect(first).to_contain_text("海藻纤维")
    expect(first).to_contain_text("▲ 1")
    gateway.publish(SHOW, {"key": "upvotes:q-2", "upvotes": 77})
    expect(page.locator("#questions li").nth(1)).to_contain_text("77")
    gateway.publish(SHOW, {"key": "presence", "count": 1234})
    expect(page.locator("#own-number .wide")).to_have_text("1234 人在场")


def test_the_interest_button_is_under_the_thumb_and_its_form_keeps_the_law(fake: Fake) -> None:
    gateway, page = visit(fake, "/shows/s-demo", "investor", phone=True)
    box = page.locator("#interest").bounding_box()
    assert box is not None
    assert box["y"] > 844 * 0.6
    page.locator("#interest").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("不构成要约，也不构成预约合同")
    dialog.get_by_text("可选：金额").click()
    dialog.get_by_label("金额自（万元）").fill("300")
    expect(dialog.locator(".echo").first).to_contain_text("人民币叁佰万元整")
    dialog.get_by_role("button", name="提交意向").click()
    expect(dialog.locator(".act-line")).to_have_attribute("data-step", "sending")
    method, body = gateway.commands[0]
    assert method == "interest.register"
    assert (body["item_id"], body["kind"], body["amount_from_fen"]) == ("i-3", "buy", 300 * WAN)


def test_when_the_item_goes_to_bidding_the_panel_opens_in_place(fake: Fake) -> None:
    gateway, page = visit(fake, "/shows/s-demo", "investor")
    expect(page.locator("main")).to_have_attribute("data-seq", "88")
    expect(page.locator("#bid-panel")).to_have_count(0)
    live = dict(roadshow()["items"][2], phase="bidding", bidding_id=ROOM, ends_at_ms=None)
    data = {"public_seq": 89, "at_ms": NOW, "events": [], "state": {}, "items": [live]}
    gateway.publish(SHOW, data)
    expect(page.locator("#bid-panel")).to_be_visible()
    expect(page.locator("#interest-card")).to_be_hidden()
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", str(1280 * WAN))


def test_a_pause_of_the_show_says_why_and_stops_the_timer(fake: Fake) -> None:
    paused = {"reason": "system_stall", "at_ms": NOW}
    _gateway, page = visit(fake, "/shows/s-demo", "investor", phase="paused", paused=paused)
    expect(page.locator(".stage-paused")).to_contain_text("系统中断")
    expect(page.locator("#item-timer")).to_be_hidden()


@pytest.mark.parametrize(
    ("role", "panel"),
    [
        ("expert", "#expert-panel"),
        ("presenter", "#presenter-panel"),
        ("broker", "#moderator-panel"),
    ],
)
def test_who_has_a_part_has_his_panel_and_nobody_else(fake: Fake, role: str, panel: str) -> None:
    _gateway, page = visit(fake, "/shows/s-demo", role)
    expect(page.locator(panel)).to_be_visible()
    for other in {"#expert-panel", "#presenter-panel", "#moderator-panel"} - {panel}:
        expect(page.locator(other)).to_be_hidden()


def test_an_expert_gives_tenths_and_may_recuse_himself(fake: Fake) -> None:
    gateway, page = visit(fake, "/shows/s-demo", "expert")
    panel = page.locator("#expert-panel")
    panel.get_by_role("button", name="提交评分").click()
    expect(panel.locator(".act-line")).to_contain_text("0–100")
    for name, score in zip(
        ("innovation", "market", "maturity", "team", "ip"), (92.5, 88, 79, 95, 90), strict=True
    ):
        panel.locator(f"[data-criterion={name}]").fill(str(score))
    panel.get_by_role("button", name="提交评分").click()
    expect(panel.locator(".act-line")).to_have_attribute("data-step", "sending")
    assert gateway.commands[0][1]["tenths"] == [925, 880, 790, 950, 900]
    panel.get_by_text("与本项有利害关系？").click()
    panel.get_by_label("说明关系").fill("同一单位")
    panel.get_by_role("button", name="声明回避").click()
    declared = page.locator("[data-method='expert.declare_conflict']")
    expect(declared).to_have_attribute("aria-busy", "true")
    assert gateway.commands[1][0] == "expert.declare_conflict"


@pytest.mark.parametrize(
    ("role", "sees", "misses"),
    [
        ("host", "#next-act", "[data-method='item.open_bidding']"),
        ("bid_controller", "[data-method='item.open_bidding']", "#next-act"),
        ("supervisor", "[data-method='item.confirm_supervision']", "#next-act"),
    ],
)
def test_the_host_desk_is_rendered_by_role(fake: Fake, role: str, sees: str, misses: str) -> None:
    _gateway, page = visit(fake, "/shows/s-demo/host", role)
    expect(page.locator(sees)).to_be_visible()
    expect(page.locator(misses)).to_be_hidden()
    expect(page.locator("#gate li")).to_have_count(8)
    told = page.get_by_text("问题按支持数排序，由您选上屏。")
    expect(told).to_be_visible(visible=role == "host")
    expect(page.locator("#gate")).to_contain_text("来源：经办核实")


STAFF: Final = ("host", "stage_controller", "bid_controller", "supervisor", "desk_officer")
PHASES: Final = ("registration_open", "rehearsed", "paused", "wrapping_up", "live")
ON_STAGE: Final = ("pitching", "qa", "commenting", "interest_call")
OFFERED: Final = """() => {
  for (const each of document.querySelectorAll("details")) each.open = true;
  return [...document.querySelectorAll("[data-method]")]
    .filter((each) => each.checkVisibility()).map((each) => each.dataset.method); }"""
CHECKED_IN: Final = """localStorage.setItem('shuoguo.here.s-demo', '"a-0123456789abcdef"')"""


PLACES: Final = (
    *(("/shows/s-demo/host", role) for role in STAFF),
    *(("/shows/s-demo", role) for role in ("expert", "presenter", "broker", "investor", "host")),
)


@pytest.mark.parametrize(("path", "role"), PLACES)
def test_nobody_is_offered_what_the_table_of_rights_refuses(
    fake: Fake, path: str, role: str
) -> None:
    """One page for all phases: the log's words bring it from each to the next."""
    subject = Subject("a-1", None, frozenset({role}), "", "s", 1)
    channel = STAFF_SHOW if role in STAFF else SHOW
    gateway, page = visit(fake, path, role)
    main = page.locator("main")
    expect(main).to_have_attribute("data-seq", "88")
    page.evaluate(CHECKED_IN)
    seen: set[str] = set()
    steps = [{"phase": phase} for phase in PHASES] + [{"item": phase} for phase in ON_STAGE]
    for seq, step in enumerate(steps, start=89):
        live = roadshow()["items"][2] | {"phase": step.get("item", "pitching")}
        state = {"phase": step.get("phase", "live")}
        about = {"public_seq": seq, "at_ms": NOW, "events": [], "items": [live]}
        gateway.publish(channel, about | {"state": state})
        expect(main).to_have_attribute("data-seq", str(seq))
        offered = set(page.evaluate(OFFERED))
        refused = {one for one in offered if authorize(subject, one) is not None}
        assert refused == set(), step
        seen |= offered
    if (path, role) not in (("/shows/s-demo/host", "desk_officer"), ("/shows/s-demo", "host")):
        assert seen, "nothing was offered: there was nothing to look at"


@pytest.mark.parametrize(
    ("phase", "act", "method"),
    [
        ("rehearsed", "开播", "session.go_live"),
        ("paused", "恢复路演", "session.resume"),
        ("wrapping_up", "结束本场", "session.end"),
    ],
)
def test_the_next_act_of_the_session_is_the_one_big_button(
    fake: Fake, phase: str, act: str, method: str
) -> None:
    gateway, page = visit(fake, "/shows/s-demo/host", "host", phase=phase)
    expect(page.get_by_role("button", name=act)).to_have_count(1)
    expect(page.locator("[data-method='item.complete']")).to_be_hidden()
    page.locator("#next-act").click()
    expect(page.locator(".act-line[data-step]")).to_have_count(1)
    assert [asked for asked, _ in gateway.commands] == [method]


def test_after_the_end_the_host_waits_for_nobody_and_a_row_tells_its_time_once(fake: Fake) -> None:
    _gateway, page = visit(fake, "/shows/s-demo/host", "host", phase="ended")
    expect(page.locator("main")).not_to_contain_text("等待竞价员或系统")
    expect(page.locator("#next-act")).to_be_hidden()
    expect(page.locator(".run li").nth(3)).to_have_text("06:064. 牡蛎肽降压功能食品工艺待上场")


def test_before_it_begins_the_hall_reads_when_and_not_what_time_it_is(fake: Fake) -> None:
    items = [dict(one, phase="queued", ends_at_ms=None) for one in roadshow()["items"]]
    starts: Any = {"starts_at_ms": NOW + 86_400_000, "active_item_id": None, "items": items}
    gateway, page = visit(fake, "/shows/s-demo/screen", phase="registration_open", **starts)
    expect(page.locator("h1")).to_contain_text("海洋生物医药专场")
    expect(page.locator("countdown-ring small")).to_have_text("2026-05-30 开始")
    state: Any = {"phase": "ended"}
    gateway.publish(SHOW, {"public_seq": 89, "at_ms": NOW, "events": [], "state": state})
    expect(page.locator("h1")).to_have_text("已结束")
    expect(page.locator("countdown-ring")).to_be_hidden()
    expect(page.locator(".heat")).to_be_hidden()  # of what is live


def test_the_host_desk_is_closed_to_guests(fake: Fake) -> None:
    gateway, page = visit(fake, "/shows/s-demo/host", "investor")
    expect(page.locator("main")).to_contain_text("仅供本场工作人员使用")
    assert gateway.subscribes == []


def test_the_hall_screen_shows_the_price_and_nothing_to_press(fake: Fake) -> None:
    _gateway, page = visit(fake, "/shows/s-demo/screen")
    expect(page.locator("h1")).to_have_text("深海极端酶制备褐藻寡糖")
    expect(page.locator(":is(button, a, input):visible")).to_have_count(0)


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


def test_a_question_with_full_width_spaces_and_what_nobody_sees_is_asked_in_plain(
    fake: Fake,
) -> None:
    gateway, page = fake(me=me("investor"))
    page.add_init_script(CHECKED_IN)
    furnish(gateway)
    open_page(page, "/shows/s-demo")
    page.locator("#question").fill("价格\u3000多少\u200b？\ufeff")
    page.get_by_role("button", name="提问", exact=True).click()
    expect(page.locator(".act-line[data-step=sending]")).to_have_count(1)
    method, body = gateway.commands[0]
    assert (method, body["text"]) == ("question.ask", "价格 多少？")


def test_a_question_from_a_moderators_queue_is_shown_only_once_it_is_taken(fake: Fake) -> None:
    gateway, page = visit(fake, "/shows/s-demo", "investor")
    expect(page.locator("#questions li")).to_have_count(3)
    asked = question(9, "还没有选用", phase="asked")
    data = {"at_ms": NOW, "events": [], "state": {}}
    gateway.publish(SHOW, data | {"public_seq": 89, "questions": [asked]})
    expect(page.locator("main")).to_have_attribute("data-seq", "89")
    expect(page.locator("#questions li")).to_have_count(3)
    gateway.publish(SHOW, data | {"public_seq": 90, "questions": [asked | {"phase": "queued"}]})
    expect(page.locator("#questions li")).to_have_count(4)


def test_an_agenda_without_items_is_not_said_to_be_done(fake: Fake) -> None:
    _gateway, page = visit(fake, "/shows/s-demo", "investor", active_item_id=None, items=[])
    stage = page.locator(".stage")
    expect(stage).to_contain_text("议程尚未公布")
    expect(stage).not_to_contain_text("全部项目已完成")


def test_one_registers_while_registration_is_open_and_is_told_that_one_is_in(fake: Fake) -> None:
    changed: Any = {"phase": "registration_open", "active_item_id": None, "questions": []}
    changed["items"] = [dict(one, phase="queued") for one in roadshow()["items"]]
    _gateway, page = visit(fake, "/shows/s-demo", **changed)
    expect(page.get_by_role("link", name="登录后可以报名")).to_be_visible()
    gateway, page = visit(fake, "/shows/s-demo", "investor", **changed)
    reply = {"received_at_ms": NOW, "partition": 1, "offset": 1}
    gateway.replies["session.register"] = lambda data: {
        "rpc": {"data": reply | {"outcome": outcome(1, command_id=data["command_id"])}}
    }
    page.get_by_role("button", name="报名参加").click()
    expect(page.locator("#questions + .nothing")).to_have_text("您已报名。开播后可以在这里提问。")
    expect(page.get_by_role("button", name="报名参加")).to_be_hidden()


def test_a_shut_session_lets_one_register(fake: Fake) -> None:
    gateway, page = fake(me=me())
    gateway.refusals[SHOW] = 103
    open_page(page, "/shows/s-demo")
    expect(page.locator("main")).to_contain_text("需要登录并报名后才能进入")
    page.get_by_role("button", name="报名参加").click()
    expect(page.locator(".act-line[data-step=sending]")).to_be_visible()
    assert [method for method, _ in gateway.commands] == ["session.register"]


def test_after_the_end_interest_is_taken_in_any_item_that_was_shown(fake: Fake) -> None:
    items = [dict(one, phase="done", ends_at_ms=None) for one in roadshow()["items"]]
    changed: Any = {"phase": "ended", "active_item_id": None, "items": items}
    gateway, page = visit(fake, "/shows/s-demo", "investor", **changed)
    expect(page.locator("#questions")).not_to_contain_text("正在回答")
    page.locator("#interest").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("项目").select_option(label="海藻纤维创面敷料")
    dialog.get_by_role("button", name="提交意向").click()
    expect(dialog.locator(".act-line")).to_have_attribute("data-step", "sending")
    assert gateway.commands[0][1]["item_id"] == "i-2"


@pytest.mark.parametrize(("role", "panel"), [("expert", "expert"), ("broker", "moderator")])
def test_on_a_phone_ones_own_task_comes_first_and_who_is_here_is_told(
    fake: Fake, role: str, panel: str
) -> None:
    _gateway, page = visit(fake, "/shows/s-demo", role, phone=True)
    expect(page.locator("#own-number .brief")).to_have_text("312 人")
    task = page.locator(f"#{panel}-panel").bounding_box()
    questions = page.locator("#questions").bounding_box()
    assert task is not None
    assert questions is not None
    assert task["y"] < questions["y"]


UNDER_44: Final = """() => [...document.querySelectorAll('button, .button, select, summary, nav a')]
  .filter((each) => each.checkVisibility() && !each.closest('.unseen, .skip'))
  .filter((each) => each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("path", PATHS)
def test_on_a_phone_what_one_presses_is_44_pixels_high(fake: Fake, path: str) -> None:
    _gateway, page = visit(fake, path, *ALL_ROLES, phone=True)
    page.wait_for_function("() => document.querySelector('main').childElementCount > 0")
    assert page.evaluate(UNDER_44) == []
