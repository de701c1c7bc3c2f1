"""What two people do with a bidding: the second confirms just what the first asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import NOW, bidder, bidding, me, outcome, terms
from trading.bidding.two_people import digest_of

pytestmark = pytest.mark.browser

ROOM = "s-demo.i-3.1"
CHANNEL = f"bidding:{ROOM}"
CONTROL = f"bidding.control:{ROOM}"
WATCH = f"bidding.watch:{ROOM}"
LOOK_UP = f"/api/biddings/{ROOM}/pending-act"
ASKED_MS = NOW + 480_123  # not on the grid of any page: 04:34:40.123 in Beijing
Fake = Callable[..., tuple[FakeGateway, Page]]
Entered = tuple[FakeGateway, Page]


def act(role: str, at_ms: int = ASKED_MS, *, since_ms: int = NOW) -> dict[str, Any]:
    found = {"act": "resume_bidding", "role": role, "digest": digest_of(at_ms)}
    return found | {"at_ms": since_ms, "until_ms": since_ms + 600_000}


def aside(pending: Any) -> dict[str, Any]:
    told = {"bidding_id": ROOM, "rejected_count": 0, "supervisor_present": True}
    return told | {"pending_act": pending, "envelopes": []}


def suspended(fake: Fake, role: str, pending: Any = None, **changed: Any) -> Entered:
    gateway, page = fake(me=me(role), phone=changed.pop("phone", False))
    asked = {"resumes_at_ms": ASKED_MS, "reason": changed.pop("reason", None)}
    pause = {"reason": "dispute", "at_ms": NOW - 60_000, "remaining_ms": 9_000}
    pause |= {"resumes_at_ms": None}
    gateway.states[CHANNEL] = bidding(phase="suspended", suspension=pause, **changed)
    gateway.states[CONTROL if role == "bid_controller" else WATCH] = aside(pending)
    if pending is not None:
        gateway.answers[LOOK_UP] = pending | asked
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("#control-card")).to_be_visible()
    return gateway, page


@pytest.mark.parametrize("phone", [False, True])
def test_the_second_person_confirms_exactly_what_the_first_asked(
    fake: Fake, *, phone: bool
) -> None:
    gateway, page = suspended(fake, "bid_controller", act("supervisor"), phone=phone)
    expect(page.locator("#resume-asked")).to_contain_text("监督提出 04:34:40 恢复竞价")
    expect(page.locator("#resume-asked")).to_contain_text(re.compile(r"剩余 0[23]:\d\d"))
    expect(page.locator("#resume-at")).to_be_hidden()
    page.get_by_role("button", name="确认 04:34:40 恢复竞价").click()
    method, body = gateway.commands[0]
    assert (method, body["resumes_at_ms"]) == ("bidding.resume", ASKED_MS)
    assert len(gateway.commands) == 1


def test_another_time_is_another_request_and_said_to_be_one(fake: Fake) -> None:
    gateway, page = suspended(fake, "bid_controller", act("supervisor"))
    page.get_by_text("另定时间", exact=True).click()
    expect(page.locator("#resume-other")).to_contain_text("原请求随即失效")
    page.locator("#resume-at").fill("04:40:00")
    page.get_by_role("button", name="提出新的恢复时间").click()
    asked_ms = gateway.commands[0][1]["resumes_at_ms"]
    assert asked_ms % 60_000 == 0
    assert asked_ms != ASKED_MS


def test_who_asked_waits_for_the_other_and_cannot_confirm_himself(fake: Fake) -> None:
    _gateway, page = suspended(fake, "supervisor", act("supervisor"))
    expect(page.locator("#resume-asked")).to_contain_text("您已提出 04:34:40 恢复竞价，等待另一人")
    expect(page.locator("[data-act=confirm-resume]")).to_be_hidden()


def test_what_the_first_asks_reaches_the_second_without_a_reload(fake: Fake) -> None:
    gateway, page = suspended(fake, "supervisor")
    expect(page.locator("#resume-at")).not_to_have_value("")
    expect(page.get_by_role("button", name="提出恢复竞价")).to_be_enabled()
    expect(page.locator("#resume-asked")).to_be_hidden()
    gateway.answers[LOOK_UP] = act("bid_controller") | {"resumes_at_ms": ASKED_MS}
    gateway.offsets[WATCH] = 7
    gateway.publish_at(WATCH, {"at_ms": NOW, "state": aside(act("bid_controller"))})
    expect(page.get_by_role("button", name="确认 04:34:40 恢复竞价")).to_be_enabled()
    gateway.offsets[WATCH] = 8
    gateway.publish_at(WATCH, {"at_ms": NOW, "state": aside(None)})
    expect(page.locator("#resume-asked")).to_be_hidden()


def test_what_cannot_be_read_cannot_be_confirmed(fake: Fake) -> None:
    gateway, page = suspended(fake, "bid_controller", act("supervisor"))
    gateway.answers.pop(LOOK_UP)
    page.reload()
    confirm = page.locator("[data-act=confirm-resume]")
    expect(confirm).to_be_disabled()
    gateway.answers[LOOK_UP] = act("supervisor") | {"resumes_at_ms": ASKED_MS}
    expect(confirm).to_be_enabled()


def test_a_request_that_lapsed_or_leaves_no_notice_is_not_confirmed(fake: Fake) -> None:
    old = act("supervisor", since_ms=NOW - 600_001)
    _gateway, page = suspended(fake, "bid_controller", old)
    expect(page.locator("#resume-asked")).to_be_hidden()
    expect(page.get_by_role("button", name="提出恢复竞价")).to_be_visible()
    long_notice = terms(resume_notice_ms=900_000)
    _gateway, page = suspended(fake, "bid_controller", act("supervisor"), terms=long_notice)
    expect(page.locator("#resume-asked")).to_contain_text("来不及提前通知")
    expect(page.locator("[data-act=confirm-resume]")).to_be_disabled()


def test_the_increment_is_raised_only_where_another_table_was_announced(fake: Fake) -> None:
    gateway, page = fake(me=me("bid_controller"))
    gateway.states[CONTROL] = aside(None)
    gateway.states[CHANNEL] = bidding()
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("[data-act=suspend]")).to_be_visible()
    expect(page.locator("[data-act=raise]")).to_be_hidden()
    raised = [{"from_fen": 0, "increment_fen": 40_000_000}]
    gateway.states[CHANNEL] = bidding(terms=terms(raised_increments=raised, raised=False))
    page.reload()
    expect(page.locator("[data-act=raise]")).to_be_visible()


def decided(data: dict[str, Any]) -> dict[str, Any]:
    """Answer an act as the log does: taken, and nothing of a bid in it."""
    found = outcome(1, command_id=data["command_id"], events=[], standing="none")
    return {"rpc": {"data": {"command_id": data["command_id"], "outcome": found}}}


def test_to_suspend_asks_once_for_a_reason_and_answers_in_its_own_words(fake: Fake) -> None:
    gateway, page = fake(me=me("bid_controller"))
    gateway.states[CONTROL] = aside(None)
    gateway.states[CHANNEL] = bidding()
    open_page(page, f"/bidding/{ROOM}")
    press = page.locator("[data-act=suspend]")
    press.dblclick()  # one press: one question
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.locator("#ask-yes")).to_be_disabled()
    page.get_by_label("暂停原因").select_option("dispute")
    page.locator("#ask-yes").dblclick()
    expect(press).to_have_attribute("aria-busy", "true")
    press.dispatch_event("click")
    gateway.answer("bidding.suspend", decided)
    told = page.locator("#control-card .act-line")
    expect(told).to_have_text("竞价已暂停，计时已停，原因已显示。")
    assert [(method, data["reason"]) for method, data in gateway.commands] == [
        ("bidding.suspend", "dispute")
    ]


# ---- what cannot go on ----


def ends(role: str, reason: str) -> dict[str, Any]:
    found = {"act": "terminate_bidding", "role": role}
    found["digest"] = digest_of(["terminate_bidding", reason])
    return found | {"at_ms": NOW, "until_ms": NOW + 600_000}


def test_to_end_it_takes_a_reason_and_the_second_confirms_just_that(fake: Fake) -> None:
    gateway, page = suspended(fake, "supervisor")
    page.get_by_role("button", name="终结竞价", exact=True).click()
    yes = page.get_by_role("dialog").get_by_role("button", name="提出终结")
    expect(yes).to_be_disabled()
    page.get_by_label("终结原因").fill("权属争议经认定成立")
    yes.click()
    expect(page.locator("#control-card [aria-busy=true]")).to_have_count(1)
    assert gateway.commands[0][0] == "bidding.terminate"
    assert gateway.commands[0][1]["reason"] == "权属争议经认定成立"
    why = "权属争议经认定成立 <b>x</b>"
    gateway, page = suspended(fake, "bid_controller", ends("supervisor", why), reason=why)
    expect(page.locator("#terminate-asked")).to_contain_text(why)
    page.get_by_role("button", name="确认终结竞价").click()
    expect(page.get_by_role("dialog")).to_contain_text(why)
    page.locator("#ask-yes").click()
    expect(page.locator("#control-card [aria-busy=true]")).to_have_count(1)
    assert gateway.commands[0][1]["reason"] == why


def test_lots_are_drawn_with_a_public_number_and_nothing_shorter(fake: Fake) -> None:
    gateway, page = fake(me=me("bid_controller"))
    gateway.states[CONTROL] = aside(None)
    gateway.states[CHANNEL] = bidding(phase="awaiting_draw", ends_at_ms=None, min_next_fen=None)
    open_page(page, f"/bidding/{ROOM}")
    draw = page.get_by_role("button", name="抽签")
    page.locator("#randomness").fill("abc")
    expect(draw).to_be_disabled()
    page.locator("#randomness").fill("AB" * 16)
    draw.click()
    page.locator("#ask-yes").click()
    expect(page.locator("#control-card [aria-busy=true]")).to_have_count(1)
    assert gateway.commands[0][1]["randomness"] == "ab" * 16


def test_at_the_ceiling_one_may_join_once_and_is_told_that_lots_decide(fake: Fake) -> None:
    rules = terms(ceiling_price_fen=1_300_000_000)
    rules["ceiling_draw"] = {"window_ms": 60_000, "source": "国家授时中心"}
    at_ceiling = {
        "phase": "at_ceiling", "price_fen": 1_300_000_000, "leader": "112", "terms": rules,
        "min_next_fen": 1_300_000_000,
    }  # fmt: skip
    gateway, page = fake(me=me("investor", numbers={ROOM: "037"}))
    gateway.states[CHANNEL] = bidding(**at_ceiling)
    gateway.states[f"bidder:{ROOM}.037"] = bidder(standing="outbid")
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("[data-role=standing]")).to_contain_text("已达最高限价，您尚未加入")
    expect(page.locator("#rules")).to_contain_text("国家授时中心")
    expect(page.locator(".chips")).to_be_hidden()  # one amount alone may be bid
    expect(page.locator("#amount")).to_be_hidden()
    page.locator("#send-bid").click()
    assert gateway.commands[0][1]["amount_fen"] == 1_300_000_000
    gateway.offsets[f"bidder:{ROOM}.037"] = 7
    told = {"kind": "you_lead", "standing": "leading", "price_fen": 1_300_000_000}
    gateway.publish_at(f"bidder:{ROOM}.037", told)
    expect(page.locator("[data-role=standing]")).to_contain_text("您已按最高限价报价")
    expect(page.locator("#bid-bar")).to_contain_text("等待截止")
    expect(page.locator("#send-bid")).to_be_disabled()
