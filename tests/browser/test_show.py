"""The live pages with a gateway of fixtures: the room, the host's desk, the hall's screen.

Rule: one visit of a page shows as much as it can; a matrix of roles and phases is one test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from gateway.authorize import Subject, authorize
from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import NOW, VISITOR, WAN, me, outcome, question, roadshow
from tests.browser.test_pages import ROOM, SHOW, STAFF_SHOW, furnish, visit

pytestmark = pytest.mark.browser

Fake = Callable[..., tuple[FakeGateway, Page]]
PLACE: Final = "/shows/s-demo"
CHECKED_IN: Final = """localStorage.setItem('shuoguo.here.s-demo', '"a-0123456789abcdef"')"""
CROWD: Final = {"key": "presence", "count": 312, "experts": 7, "investors": 128, "guests": 177}
FOLDED: Final = (
    """() => { for (const each of document.querySelectorAll("details")) each.open = true; }"""
)
PRESSED: Final = ("data-step", "sending")


def accepts(gateway: FakeGateway, method: str, **changed: Any) -> None:
    """Let the log accept what is asked by this method."""
    reply = {"received_at_ms": NOW, "partition": 1, "offset": 1}
    gateway.replies[method] = lambda data: {
        "rpc": {"data": reply | {"outcome": outcome(1, command_id=data["command_id"], **changed)}}
    }


def publish(gateway: FakeGateway, seq: int, *, channel: str = SHOW, **changed: Any) -> None:
    about = {"public_seq": seq, "at_ms": NOW, "events": [], "state": {}}
    gateway.publish(channel, about | changed)


def third(**changed: Any) -> dict[str, Any]:
    item: dict[str, Any] = roadshow()["items"][2]
    return item | changed


def items_with(**changed: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = roadshow()["items"]
    items[2] = third(**changed)
    return items


def asked(gateway: FakeGateway, count: int) -> list[tuple[str, dict[str, Any]]]:
    """What was asked so far; no more and no fewer than `count` commands."""
    found = [(method, body) for method, body in gateway.commands if method != "command.status"]
    assert len(found) == count, found
    return found


def a_moment_later(page: Page) -> None:
    """Let so much time pass that the same button may be meant again."""
    since = page.evaluate("() => performance.now()")
    page.wait_for_function("(since) => performance.now() - since > 800", arg=since)


def test_the_live_page_tells_what_happens_this_second(fake: Fake) -> None:
    """Stage, band of time, who is here, what people just did, questions of the item first, heat."""
    questions = [
        *roadshow()["questions"],
        question(4, "已经答过的问题", phase="answered", answer="见附件"),
        question(5, "别的项目的问题", item_id="i-2"),
    ]
    items = items_with(phase="qa", pitched_at_ms=NOW - 600_000)
    gateway, page = visit(fake, PLACE, "investor", items=items, questions=questions)
    expect(page.locator(".air")).to_contain_text("批间差异")
    expect(page.locator("#item-timer")).to_have_text(re.compile(r"^0[34]:\d\d$"))
    expect(page.locator(".speaker")).to_contain_text("李教授")
    about = page.get_by_role("link", name="成果介绍")
    expect(about).to_have_attribute("href", "/achievements/c-3")
    band = page.locator(".band-of-time")
    expect(band.locator("[data-period=pitching]")).to_have_class("done")
    expect(band.locator("[data-period=qa]")).to_have_class("here")
    expect(band.locator(".beat path")).to_have_count(4)  # the questions of this item

    rows = page.locator("#questions li")
    expect(rows).to_have_count(3)
    expect(rows.first).to_have_attribute("data-phase", "on_air")
    expect(page.get_by_text("已经答过的问题")).to_be_hidden()
    page.get_by_text("已回答 1 条").click()
    expect(page.locator("#answered li")).to_contain_text("答复：见附件")
    page.get_by_text("其他项目的 1 条问答").click()
    expect(page.locator("#other-questions li")).to_contain_text("海藻纤维创面敷料")

    gateway.publish(SHOW, CROWD)
    expect(page.locator("#own-number .wide")).to_have_text("312 人在场")
    expect(page.locator(".who-here")).to_have_text("专家 7投资人 128嘉宾 177")
    expect(page.locator(".seats circle.experts")).to_have_count(4)  # two people a dot
    gateway.publish(SHOW, {"key": "upvotes:q-3", "upvotes": 77})
    expect(rows.nth(1)).to_contain_text("77")
    expect(page.locator(".ticker li").first).to_have_text("参会人 A13的问题已有 77 人附议")
    gateway.publish(SHOW, {"key": "interests:i-3", "count": 29})
    expect(page.locator(".ticker li").first).to_have_text("又有 3 家登记了意向")
    expect(page.locator(".seats circle.investors.lit")).to_have_count(1)
    expect(page.locator("#interest-card")).to_contain_text("29家机构已登记")

    first = page.locator(".heat li").first
    expect(first).to_contain_text("深海极端酶")
    places = [("i-2", 95, 1, 1), ("i-3", 90, 2, -1)]
    names = ("item_id", "score", "rank", "change")
    ranking = [dict(zip(names, place, strict=True)) for place in places]
    gateway.publish(SHOW, {"key": "heat", "ranking": ranking})
    expect(first).to_contain_text("海藻纤维")
    expect(first).to_contain_text("▲ 1")
    page.get_by_text("怎么算").click()
    expect(page.locator(".heat-card")).to_contain_text("登记意向 10 分，新问题 5 分")

    new = question(9, "还没有选用", phase="asked")
    publish(gateway, 89, questions=[new])
    expect(page.locator("main")).to_have_attribute("data-seq", "89")
    expect(rows).to_have_count(3)  # shown only once a moderator has taken it
    publish(gateway, 90, questions=[new | {"phase": "queued"}])
    expect(rows).to_have_count(4)


def test_interest_is_one_act_under_the_thumb_and_its_amount_is_told_in_words(fake: Fake) -> None:
    gateway, page = visit(fake, PLACE, "investor", phone=True)
    accepts(gateway, "interest.register")
    expect(page.locator("#interest")).to_contain_text("26 家已登记")
    box = page.locator("#interest").bounding_box()
    assert box is not None
    assert box["y"] > 844 * 0.6
    page.locator("#interest").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("不构成要约，也不构成预约合同")
    dialog.get_by_label("许可使用").check()
    dialog.get_by_text("可选：金额").click()
    amount = dialog.get_by_label("金额自（万元）")
    amount.fill("12,5")
    dialog.get_by_role("button", name="提交意向：许可使用").click()
    expect(amount).to_have_attribute("aria-invalid", "true")
    asked(gateway, 0)
    amount.fill("500000元")  # a unit that is written counts, whatever stands beside the field
    expect(dialog).to_contain_text("¥50 万元")
    expect(dialog).to_contain_text("人民币伍拾万元整")
    dialog.get_by_role("button", name="提交意向：许可使用").click()
    expect(dialog).to_be_hidden()
    [(method, body)] = asked(gateway, 1)
    assert method == "interest.register"
    told = (body["item_id"], body["kind"], body["amount_from_fen"])
    assert told == ("i-3", "license", 50 * WAN)
    expect(page.locator("#interest")).to_contain_text("再登记一种意向")


def test_after_the_end_interest_is_taken_in_any_item_that_was_shown(fake: Fake) -> None:
    items = [dict(one, phase="done", ends_at_ms=None) for one in roadshow()["items"]]
    changed: Any = {"phase": "ended", "active_item_id": None, "items": items}
    gateway, page = visit(fake, PLACE, "investor", **changed)
    expect(page.locator("#questions")).not_to_contain_text("正在回答")
    page.locator("#interest").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("项目").select_option(label="海藻纤维创面敷料")
    dialog.get_by_role("button", name="提交意向").click()
    expect(dialog.locator(".act-line")).to_have_attribute(*PRESSED)
    assert asked(gateway, 1)[0][1]["item_id"] == "i-2"


def test_when_the_item_goes_to_bidding_the_panel_opens_in_place(fake: Fake) -> None:
    gateway, page = visit(fake, PLACE, "investor")
    expect(page.locator("main")).to_have_attribute("data-seq", "88")
    expect(page.locator("#bid-panel")).to_have_count(0)
    publish(gateway, 89, items=[third(phase="bidding", bidding_id=ROOM, ends_at_ms=None)])
    expect(page.locator("#bid-panel")).to_be_visible()
    expect(page.locator("#interest-card")).to_be_hidden()
    expect(page.locator("[data-role=price]")).to_have_attribute("data-fen", str(1280 * WAN))


def test_a_pause_says_why_on_every_page_and_a_role_is_no_reason(fake: Fake) -> None:
    paused = {"reason": "投影仪更换，十分钟后继续", "at_ms": NOW}
    _gateway, page = visit(fake, PLACE, "investor", phase="paused", paused=paused)
    expect(page.locator(".stage-paused")).to_contain_text("投影仪更换")
    expect(page.locator("#item-timer")).to_be_hidden()
    gateway, wall = visit(fake, f"{PLACE}/screen", phase="paused", paused=paused)
    expect(wall.locator(".why")).to_have_text("路演暂停：投影仪更换，十分钟后继续")
    state = {"paused": {"reason": "host", "at_ms": NOW}}  # as older logs have it
    publish(gateway, 89, state=state)
    expect(wall.locator(".why")).to_have_text("路演暂停：暂停，稍后继续")
    publish(gateway, 90, state={"paused": {"reason": "system_stall", "at_ms": NOW}})
    expect(wall.locator(".why")).to_contain_text("系统中断")


@pytest.mark.parametrize("role", ["expert", "presenter", "broker"])
def test_who_has_a_part_has_his_panel_first_and_nobody_else(fake: Fake, role: str) -> None:
    panels = {"expert": "expert", "presenter": "presenter", "broker": "moderator"}
    _gateway, page = visit(fake, PLACE, role, phone=True)
    expect(page.locator("#own-number .brief")).to_have_text("312 人")
    for one, name in panels.items():
        expect(page.locator(f"#{name}-panel")).to_be_visible(visible=one == role)
    task = page.locator(f"#{panels[role]}-panel").bounding_box()
    questions = page.locator("#questions").bounding_box()
    assert task is not None
    assert questions is not None
    assert task["y"] < questions["y"]


def test_an_expert_sees_whether_scores_are_open_late_recused_or_revealed(fake: Fake) -> None:
    gateway, page = visit(fake, PLACE, "expert")
    panel = page.locator("#expert-panel")
    standing = panel.locator("[data-role=scoring]")
    expect(standing).to_have_attribute("data-scoring", "open")
    send = panel.get_by_role("button", name="提交评分")
    send.click()
    expect(panel.locator(".act-line")).to_contain_text("0–100")
    scores = {"innovation": "92.5", "market": "88", "maturity": "79", "team": "95", "ip": "90"}
    for name, score in scores.items():
        panel.locator(f"[data-criterion={name}]").fill(score)
    accepts(gateway, "score.give", code="TOO_LATE")
    send.click()
    expect(panel.locator(".act-line")).to_contain_text("本项评分已锁定，不能再提交")
    assert asked(gateway, 1)[0][1]["tenths"] == [925, 880, 790, 950, 900]
    accepts(gateway, "score.give")
    a_moment_later(page)
    send.click()
    expect(standing).to_contain_text("您已提交，锁定前可以修改")

    closing = {"phase": "closing", "locks_at_ms": NOW + 60_000}
    publish(gateway, 89, items=[third(scoring=closing)])
    expect(standing).to_contain_text("评分 04:27:40 锁定，还剩 00:")
    publish(gateway, 90, items=[third(scoring={"phase": "locked", "locks_at_ms": None})])
    expect(standing).to_contain_text("已锁定，等待公布")
    expect(send).to_be_hidden()
    revealed = {"phase": "revealed", "locks_at_ms": None}
    publish(gateway, 91, items=[third(scoring=revealed, score=8_812)])
    expect(standing).to_contain_text("本项评分已公布：88.12")

    publish(gateway, 92, items=[third()])
    accepts(gateway, "expert.declare_conflict")
    panel.get_by_role("button", name="声明回避").click()
    page.locator("#ask-reason").fill("同一单位")
    page.locator("#ask-yes").click()
    expect(standing).to_have_attribute("data-scoring", "recused")
    assert asked(gateway, 3)[2][1]["relation"] == "同一单位"


@pytest.mark.parametrize(
    ("role", "sees", "misses"),
    [
        ("host", "#next-act", "[data-method='item.open_bidding']"),
        ("bid_controller", "[data-method='item.open_bidding']", "#next-act"),
        ("supervisor", "[data-method='item.confirm_supervision']", "#next-act"),
    ],
)
def test_the_host_desk_is_rendered_by_role(fake: Fake, role: str, sees: str, misses: str) -> None:
    _gateway, page = visit(fake, f"{PLACE}/host", role)
    expect(page.locator(sees)).to_be_visible()
    expect(page.locator(misses)).to_be_hidden()
    expect(page.locator("#gate li")).to_have_count(8)
    told = page.get_by_text("问题按支持数排序，由您选上屏。")
    expect(told).to_be_visible(visible=role == "host")
    expect(page.locator("#gate")).to_contain_text("来源：经办核实")


def answered(page: Page, button: Locator, reason: str | None) -> None:
    """Press, be asked once, answer; where a reason is asked for, nothing goes without it."""
    button.click()
    yes = page.locator("#ask-yes")
    if reason is not None:
        expect(page.locator("#ask-title + p")).to_be_visible()
        page.wait_for_function("() => !document.querySelector('#ask-yes').dataset.fresh")
        expect(yes).to_be_disabled()
        page.locator("#ask-reason").fill("   ")
        expect(yes).to_be_disabled()
        page.locator("#ask-reason").fill(reason)
    yes.click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_one_act_has_one_button_and_what_cannot_be_undone_asks_once(fake: Fake) -> None:
    gateway, page = visit(fake, f"{PLACE}/host", "host", "stage_controller")
    main = page.locator("main")
    for method in ("session.pause", "item.withdraw", "session.end", "session.resume"):
        accepts(gateway, method)
    answered(page, page.locator("[data-method='session.pause']"), "设备调试")
    expect(page.locator(".act-line[data-step=accepted]")).to_have_text(
        "路演已暂停，原因已显示给全场。"
    )
    page.get_by_text("本项不能进行").click()
    answered(page, page.locator("[data-method='item.withdraw']"), "持有人撤回")
    bodies = dict(asked(gateway, 2))
    assert bodies["session.pause"]["reason"] == "设备调试"
    assert bodies["item.withdraw"]["reason"] == "持有人撤回"

    for seq, phase in enumerate(("commenting", "interest_call"), start=89):
        publish(gateway, seq, channel=STAFF_SHOW, items=[third(phase=phase, start_price_fen=None)])
        expect(main).to_have_attribute("data-seq", str(seq))
        page.evaluate(FOLDED)
        methods = page.evaluate(OFFERED)
        once = [one for one in methods if not one.startswith("question.")]
        assert len(once) == len(set(once)), (phase, once)

    steps = [("rehearsed", "开播"), ("paused", "恢复路演"), ("wrapping_up", "结束本场")]
    for seq, (phase, act) in enumerate(steps, start=91):
        publish(gateway, seq, channel=STAFF_SHOW, state={"phase": phase})
        expect(page.locator("#next-act")).to_have_text(act)
        expect(page.get_by_role("button", name=act)).to_have_count(1)
    answered(page, page.locator("#next-act"), None)
    expect(page.get_by_text("本场已结束。")).to_be_visible()
    assert asked(gateway, 3)[2][0] == "session.end"
    publish(gateway, 94, channel=STAFF_SHOW, state={"phase": "ended"})
    expect(page.locator("#next-act")).to_be_hidden()
    expect(main).not_to_contain_text("等待竞价员或系统")
    expect(page.locator(".run li").nth(3)).to_have_text("06:064. 牡蛎肽降压功能食品工艺待上场")


STAFF: Final = ("host", "stage_controller", "bid_controller", "supervisor", "desk_officer")
PHASES: Final = ("registration_open", "rehearsed", "paused", "wrapping_up", "live")
ON_STAGE: Final = ("pitching", "qa", "commenting", "interest_call")
OFFERED: Final = """() => {
  for (const each of document.querySelectorAll("details")) each.open = true;
  return [...document.querySelectorAll("[data-method]")]
    .filter((each) => each.checkVisibility()).map((each) => each.dataset.method); }"""
PLACES: Final = (
    *((f"{PLACE}/host", role) for role in STAFF),
    *((PLACE, role) for role in ("expert", "presenter", "broker", "investor", "host")),
)
NOTHING: Final = ((f"{PLACE}/host", "desk_officer"), (PLACE, "host"))


def offered(fake: Fake, path: str, role: str) -> set[str]:
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
        live = third(phase=step.get("item", "pitching"))
        state = {"phase": step.get("phase", "live")}
        publish(gateway, seq, channel=channel, items=[live], state=state)
        expect(main).to_have_attribute("data-seq", str(seq))
        found = set(page.evaluate(OFFERED))
        refused = {one for one in found if authorize(subject, one) is not None}
        assert refused == set(), (path, role, step)
        seen |= found
    page.context.close()
    return seen


def test_nobody_is_offered_what_the_table_of_rights_refuses(fake: Fake) -> None:
    for path, role in PLACES:
        seen = offered(fake, path, role)
        assert bool(seen) == ((path, role) not in NOTHING), (path, role)


def test_the_hall_reads_when_it_begins_what_is_on_and_nothing_to_press(fake: Fake) -> None:
    items = [dict(one, phase="queued", ends_at_ms=None) for one in roadshow()["items"]]
    starts: Any = {"starts_at_ms": NOW + 86_400_000, "active_item_id": None, "items": items}
    gateway, page = visit(fake, f"{PLACE}/screen", phase="registration_open", **starts)
    expect(page.locator("h1")).to_contain_text("海洋生物医药专场")
    expect(page.locator("countdown-ring small")).to_have_text("2026-05-30 开始")
    publish(gateway, 89, items=[third(phase="qa")], state={"phase": "live"})
    expect(page.locator("h1")).to_have_text("深海极端酶制备褐藻寡糖")
    expect(page.locator(":is(button, a, input):visible")).to_have_count(0)
    expect(page.locator(".foot")).to_contain_text("最近 30 秒的意向、提问、附议和出价")
    done = [dict(one, phase="done", ends_at_ms=None) for one in items]
    publish(gateway, 90, items=done, state={"phase": "ended"})
    expect(page.locator("h1")).to_have_text("已结束")
    expect(page.locator("countdown-ring")).to_be_hidden()
    expect(page.locator(".heat")).to_be_hidden()  # of what is live


def test_where_there_is_no_such_session_the_page_says_so_and_leads_to_the_lobby(
    fake: Fake,
) -> None:
    places: Any = (("", "roadshow", ()), ("/host", "roadshow.staff", ("host",)))
    for path, channel, roles in (*places, ("/screen", "roadshow", ())):
        gateway, page = fake(me=me(*roles) if roles else VISITOR)
        gateway.states[f"{channel}:nope"] = {}  # the room is there, and holds nothing
        open_page(page, f"/shows/nope{path}")
        expect(page.locator("main")).to_contain_text("没有这场路演")
        expect(page.locator("main").get_by_role("link", name="返回大厅")).to_be_visible()
        expect(page.get_by_text("未能进入")).to_be_hidden()


def test_the_host_desk_is_closed_to_guests(fake: Fake) -> None:
    gateway, page = visit(fake, f"{PLACE}/host", "investor")
    expect(page.locator("main")).to_contain_text("仅供本场工作人员使用")
    assert gateway.subscribes == []


def test_a_question_with_full_width_spaces_and_what_nobody_sees_is_asked_in_plain(
    fake: Fake,
) -> None:
    gateway, page = fake(me=me("investor"))
    page.add_init_script(CHECKED_IN)
    furnish(gateway)
    open_page(page, PLACE)
    page.locator("#question").fill("价格\u3000多少\u200b？\ufeff")
    page.get_by_role("button", name="提问", exact=True).click()
    expect(page.locator(".act-line[data-step=sending]")).to_have_count(1)
    [(method, body)] = asked(gateway, 1)
    assert (method, body["text"]) == ("question.ask", "价格 多少？")


def test_an_agenda_without_items_is_not_said_to_be_done(fake: Fake) -> None:
    _gateway, page = visit(fake, PLACE, "investor", active_item_id=None, items=[])
    stage = page.locator(".stage")
    expect(stage).to_contain_text("议程尚未公布")
    expect(stage).not_to_contain_text("全部项目已完成")


def test_one_registers_while_registration_is_open_or_where_a_session_is_shut(fake: Fake) -> None:
    changed: Any = {"phase": "registration_open", "active_item_id": None, "questions": []}
    changed["items"] = [dict(one, phase="queued") for one in roadshow()["items"]]
    _gateway, page = visit(fake, PLACE, **changed)
    expect(page.get_by_role("link", name="登录后可以报名")).to_be_visible()
    gateway, page = visit(fake, PLACE, "investor", **changed)
    accepts(gateway, "session.register")
    page.get_by_role("button", name="报名参加").click()
    expect(page.locator("#questions + .nothing")).to_have_text("您已报名。开播后可以在这里提问。")
    expect(page.get_by_role("button", name="报名参加")).to_be_hidden()

    gateway, page = fake(me=me())
    gateway.refusals[SHOW] = 103
    open_page(page, PLACE)
    expect(page.locator("main")).to_contain_text("需要登录并报名后才能进入")
    page.get_by_role("button", name="报名参加").click()
    expect(page.locator(".act-line[data-step=sending]")).to_be_visible()
    assert asked(gateway, 1)[0][0] == "session.register"
