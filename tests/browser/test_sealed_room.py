"""Sealed bids (4.8) in Chromium with a gateway of fixtures: the envelope, its slip, the opening."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import NOW, WAN, bidder, me, outcome, sealed, sealed_terms
from trading.bidding.sealed import commitment_of
from trading.bidding.two_people import digest_of

pytestmark = pytest.mark.browser

ROOM = "b-sealed"
CHANNEL = f"bidding:{ROOM}"
OWN = f"bidder:{ROOM}.037"
CONTROL = f"bidding.control:{ROOM}"
WATCH = f"bidding.watch:{ROOM}"
BIDDER = me("investor", "bidder", numbers={ROOM: "037"})
SALT = "0f" * 16
Fake = Callable[..., tuple[FakeGateway, Page]]
Entered = tuple[FakeGateway, Page]


def enter(
    fake: Fake, *, phone: bool = False, person: Any = BIDDER, own: Any = None, **state: Any
) -> Entered:
    gateway, page = fake(me=person, phone=phone)
    gateway.states[CHANNEL] = sealed(bidding_id=ROOM, **state)
    gateway.states[f"bidding.public:{ROOM}"] = gateway.states[CHANNEL]
    gateway.states[OWN] = bidder(standing="none", outcomes=[], **(own or {}))
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    return gateway, page


def taken(gateway: FakeGateway) -> dict[str, Any]:
    """Answer the envelope on the private channel, as the box has it now."""
    _, body = next(one for one in reversed(gateway.commands) if one[0] == "bid.seal")
    envelope = {"commitment": body["commitment"], "at_ms": NOW, "handed_in_count": 1}
    event = {"type": "sealed_bid_received", "commitment": body["commitment"], "at_ms": NOW}
    receipt = {"partition": 1, "command_offset": None, "decision_offset": None}
    found = outcome(
        9, command_id=body["command_id"], type="submit_sealed_bid", events=[event],
        standing="none", receipt=receipt | {"hash": "ab" * 32, "at_ms": NOW},
    )  # fmt: skip
    told = {"kind": "outcome", "outcome": found, "standing": "none", "envelope": envelope}
    gateway.publish_keyed(OWN, f"outcome:{body['command_id']}", told)
    gateway.states[OWN] |= {"envelope": envelope, "outcomes": [found]}
    return dict(body)


def received(data: dict[str, Any]) -> dict[str, Any]:
    reply = {"command_id": data["command_id"], "received_at_ms": NOW, "partition": 1}
    return {"rpc": {"data": reply | {"offset": None, "outcome": None}}}


def hand_in(gateway: FakeGateway, page: Page, wan: str) -> None:
    gateway.replies["bid.seal"] = received
    page.locator("#sealed-amount").fill(wan)
    page.locator("#seal-bid").click()
    confirm = page.locator("[data-confirm='bid.seal']")
    expect(confirm).to_be_enabled()
    confirm.click()


def kept(page: Page) -> Any:
    text = page.evaluate(f"() => localStorage.getItem('shuoguo.openings.{ROOM}.037')")
    return json.loads(text or "[]")


@pytest.mark.parametrize("phone", [False, True])
def test_an_envelope_is_said_in_words_confirmed_and_holds_no_amount(
    fake: Fake, *, phone: bool
) -> None:
    gateway, page = enter(fake, phone=phone)
    page.locator("#sealed-amount").fill("1,234.5")
    expect(page.locator("#sealed-words")).to_contain_text("人民币壹仟贰佰叁拾肆万伍仟元整")
    page.locator("#seal-bid").click()
    panel = page.locator("#sealed-panel")
    expect(panel.get_by_role("group", name="再次确认")).to_contain_text("不能更改或撤回")
    assert gateway.commands == []
    expect(panel.locator("[data-confirm]")).to_be_enabled()
    panel.locator("[data-confirm]").click()
    gateway.answer("bid.seal", received)
    expect(page.locator("#sealed-track")).to_have_attribute("data-step", "received")
    expect(page.locator("#sealed-track")).to_contain_text("已收到")
    (_, body) = gateway.commands[0]
    assert body.keys() == {"command_id", "bidding_id", "commitment", "ciphertext"}
    assert body["ciphertext"] == ""
    opening = kept(page)[0]
    amount_fen = 1_234_500_000
    assert opening["amount_fen"] == amount_fen
    assert re.fullmatch(r"[0-9a-f]{32}", opening["salt"])
    assert body["commitment"] == commitment_of(ROOM, "037", amount_fen, opening["salt"])
    taken(gateway)
    expect(page.locator("#sealed-track")).to_have_attribute("data-step", "accepted")
    expect(page.locator("[data-role=standing]")).to_contain_text("您的报价单已在箱中")
    expect(page.locator("#receipts")).to_contain_text("报价单已收")
    expect(page.locator("#receipts")).not_to_contain_text("裁定位置")
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_what_opens_it_survives_a_reload_and_can_be_taken_away(fake: Fake) -> None:
    gateway, page = enter(fake)
    hand_in(gateway, page, "900")
    expect(page.locator("#sealed-track")).to_have_attribute("data-step", "received")
    body = taken(gateway)
    slip = page.locator("#opening-slip")
    expect(slip).to_contain_text("请立即下载或复制另存")
    page.reload()
    expect(slip).to_have_attribute("data-commitment", body["commitment"])
    expect(slip).to_contain_text("¥900 万元")
    with page.expect_download() as got:
        page.locator("#slip-download").click()
    assert got.value.suggested_filename == f"开标凭据-{ROOM}-037.txt"
    text = got.value.path().read_text(encoding="utf-8-sig")
    opening = json.loads(text[text.index("{") : text.index("}") + 1])
    told = (ROOM, "037", opening["amount_fen"], opening["salt"])
    assert commitment_of(*told) == body["commitment"]
    assert "人民币玖佰万元整" in text
    expect(slip).to_have_attribute("data-saved", "")
    expect(slip).not_to_contain_text("请立即下载")


def test_a_browser_that_keeps_nothing_says_so_before_it_is_too_late(fake: Fake) -> None:
    gateway, page = fake(me=BIDDER)
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full'); };")
    gateway.states[CHANNEL] = sealed(bidding_id=ROOM)
    gateway.states[OWN] = bidder(standing="none", outcomes=[])
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    hand_in(gateway, page, "900")
    expect(page.locator("#opening-slip")).to_contain_text("关闭页面凭据即丢失")
    expect(page.locator("#opening-slip")).to_contain_text("¥900 万元")


def test_a_slip_of_another_device_is_taken_only_where_it_opens_the_envelope(fake: Fake) -> None:
    commitment = commitment_of(ROOM, "037", 900 * WAN, SALT)
    envelope = {"commitment": commitment, "at_ms": NOW, "handed_in_count": 1}
    _gateway, page = enter(fake, own={"envelope": envelope})
    slip = page.locator("#opening-slip")
    expect(slip).to_contain_text("这个浏览器里没有它的凭据")
    line = {"bidding_id": ROOM, "number": "037", "amount_fen": 901 * WAN, "salt": SALT}
    slip.get_by_label("粘贴开标凭据").fill(json.dumps(line))
    slip.get_by_role("button", name="存入这个浏览器").click()
    expect(slip).to_contain_text("打不开箱中的报价单")
    slip.get_by_label("粘贴开标凭据").fill(json.dumps(line | {"amount_fen": 900 * WAN}))
    slip.get_by_role("button", name="存入这个浏览器").click()
    expect(slip).to_have_attribute("data-commitment", commitment)
    page.reload()
    expect(slip).to_contain_text("¥900 万元")


def test_an_envelope_is_final_or_replaced_as_often_as_announced(fake: Fake) -> None:
    envelope = {"commitment": "ab" * 32, "at_ms": NOW, "handed_in_count": 1}
    _gateway, page = enter(fake, own={"envelope": envelope})
    expect(page.locator("[data-role=hand-ins]")).to_have_text("已递交，不能更改")
    expect(page.locator("#sealed-amount")).to_be_hidden()
    terms = sealed_terms() | {"envelope_replacements_max": 2}
    gateway, page = enter(fake, own={"envelope": envelope}, terms=terms)
    expect(page.locator("[data-role=hand-ins]")).to_have_text("还可递交 2 次")
    expect(page.locator("#seal-bid")).to_have_text("封存并替换原报价单")
    page.locator("#sealed-amount").fill("859")
    expect(page.locator("#sealed-fault")).to_contain_text("不能低于起始价")
    expect(page.locator("#seal-bid")).to_be_disabled()
    page.locator("#sealed-amount").fill("861.1")
    page.locator("#seal-bid").click()
    group = page.locator("#sealed-panel").get_by_role("group", name="再次确认")
    expect(group).to_contain_text("截止前可按公告替换")
    assert gateway.commands == []


def test_while_the_line_is_down_no_envelope_leaves_and_the_draft_stays(fake: Fake) -> None:
    gateway, page = enter(fake)
    page.locator("#sealed-amount").fill("900")
    gateway.cut()
    expect(page.locator("#sealed-bar")).to_contain_text("连接恢复")
    expect(page.locator("#seal-bid")).to_be_disabled()
    gateway.accepts = True
    expect(page.locator("#seal-bid")).to_be_enabled()
    page.reload()
    expect(page.locator("#sealed-amount")).to_have_value("900")


def test_the_public_is_told_nothing_of_envelopes_while_they_are_collected(fake: Fake) -> None:
    _gateway, page = enter(fake, person=None)
    expect(page.locator("[data-role=leader]")).to_have_text("开标前不显示报价和份数")
    expect(page.locator("main")).not_to_contain_text(re.compile(r"份报价单|\d+ 次有效报价"))
    for hidden in ("#sealed-panel", "#opening-panel", "#bid-panel", "step-chart"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("#rules")).to_contain_text("全部报价按竞买号公布")
    expect(page.locator("#rules")).not_to_contain_text("委托")


def test_the_tied_hand_in_once_more_at_the_tie_price_or_above(fake: Fake) -> None:
    tie = {"numbers": ["037", "112"], "price_fen": 900 * WAN}
    _gateway, page = enter(fake, phase="tie_break", tie=tie)
    expect(page.locator("[data-role=standing]")).to_contain_text("请再次密封报价")
    page.locator("#sealed-amount").fill("899")
    expect(page.locator("#sealed-fault")).to_contain_text("不能低于并列价")
    page.locator("#sealed-amount").fill("900")
    expect(page.locator("#seal-bid")).to_be_enabled()
    _gateway, page = enter(fake, phase="tie_break", tie=tie | {"numbers": ["058", "112"]})
    expect(page.locator("#sealed-bar")).to_contain_text("仅并列的竞买人")
    expect(page.locator("#sealed-amount")).to_be_hidden()


def test_at_the_opening_the_bidder_is_told_to_hand_over_his_slip(fake: Fake) -> None:
    gateway, page = enter(fake)
    hand_in(gateway, page, "900")
    taken(gateway)
    expect(page.locator("#sealed-track")).to_have_attribute("data-step", "accepted")
    gateway.states[CHANNEL] |= {"phase": "opening", "ends_at_ms": None}
    over = {"phase": "opening", "ends_at_ms": None, "bids_count": 2}
    gateway.publish(CHANNEL, {"public_seq": 42, "at_ms": NOW, "events": [], "state": over})
    expect(page.locator("[data-role=standing]")).to_contain_text("请交出开标凭据")
    expect(page.locator("#opening-slip")).to_contain_text("交给竞价员和监督，各一份")
    expect(page.locator("#sealed-amount")).to_be_hidden()
    expect(page.locator("countdown-ring b")).to_have_text("开标")


# ---- the two who open ----

AMOUNTS = {"037": 900 * WAN, "112": 950 * WAN, "058": 880 * WAN}


def box() -> list[dict[str, str]]:
    return [
        {"number": number, "commitment": commitment_of(ROOM, number, amount, SALT)}
        for number, amount in AMOUNTS.items()
    ]


def slip(number: str, amount_fen: int | None = None) -> str:
    told = {"bidding_id": ROOM, "number": number, "salt": SALT}
    return json.dumps(told | {"amount_fen": amount_fen or AMOUNTS[number]})


def digest(*numbers: str) -> str:
    return digest_of([[number, AMOUNTS[number], SALT] for number in numbers])


def at_the_opening(fake: Fake, role: str, act: Any = None, *, phone: bool = False) -> Entered:
    gateway, page = fake(me=me(role), phone=phone)
    over = {"phase": "opening", "ends_at_ms": None, "bids_count": 3}
    gateway.states[CHANNEL] = sealed(bidding_id=ROOM, **over)
    aside: dict[str, Any] = {"bidding_id": ROOM, "rejected_count": None, "supervisor_present": True}
    aside |= {"pending_act": act, "envelopes": box()}
    gateway.states[CONTROL if role == "bid_controller" else WATCH] = aside
    gateway.tick_every_second(page, CHANNEL)
    open_page(page, f"/bidding/{ROOM}")
    expect(page.locator("#opening-panel")).to_be_visible()
    return gateway, page


def paste(page: Page, *slips: str) -> None:
    page.locator("#openings").fill("\n".join(slips))
    page.locator("#take-openings").click()


def opened_by(role: str, *numbers: str) -> dict[str, Any]:
    act = {"act": "open_envelopes", "role": role, "digest": digest(*numbers), "at_ms": NOW}
    return act | {"until_ms": NOW + 600_000}


def test_the_controller_sees_whose_slip_fits_and_no_amount(fake: Fake) -> None:
    gateway, page = at_the_opening(fake, "bid_controller")
    rows = page.locator("#box tbody tr")
    expect(rows).to_have_count(3)
    paste(page, slip("112"), "闲话 " + slip("037"), slip("058", 1 * WAN))
    states = ["fits", "fits", "wrong"]
    for row, state in zip(rows.all(), states, strict=True):
        expect(row).to_have_attribute("data-state", state)
    expect(page.locator("#opening-panel")).not_to_contain_text("¥")
    button = page.locator("[data-act=open-envelopes]")
    expect(button).to_be_disabled()
    page.locator("#void-missing").check()
    button.click()
    method, body = gateway.commands[0]
    assert method == "bidding.open_envelopes"
    assert body["openings"] == [
        {"number": number, "amount_fen": AMOUNTS[number], "salt": SALT} for number in ("037", "112")
    ]
    assert page.evaluate("() => JSON.stringify({...localStorage})").count(SALT) == 0


@pytest.mark.parametrize("phone", [False, True])
def test_the_second_sees_whether_he_asks_for_the_same(fake: Fake, *, phone: bool) -> None:
    act = opened_by("bid_controller", "037", "112", "058")
    gateway, page = at_the_opening(fake, "supervisor", act, phone=phone)
    asked = page.locator("#opening-asked")
    paste(page, slip("037"), slip("112"))
    expect(asked).to_have_attribute("data-state", "different")
    paste(page, slip("058"))
    expect(asked).to_have_attribute("data-state", "same")
    expect(asked).to_contain_text("竞价员已开启")
    page.locator("[data-act=open-envelopes]").click()
    sent = [list(one.values()) for one in gateway.commands[0][1]["openings"]]
    assert digest_of(sent) == act["digest"]
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_slips_are_taken_from_files_too_and_who_has_opened_waits(fake: Fake, tmp_path: Any) -> None:
    act = opened_by("bid_controller", "037", "112", "058")
    _gateway, page = at_the_opening(fake, "bid_controller", act)
    files = []
    for number in AMOUNTS:
        files.append(tmp_path / f"{number}.txt")
        files[-1].write_text(f"\ufeff开标凭据\r\n{slip(number)}\r\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(files)
    expect(page.locator("#opening-asked")).to_have_attribute("data-state", "mine")
    expect(page.locator("[data-act=open-envelopes]")).to_be_disabled()


def test_after_the_opening_all_bids_are_published_and_the_void_ones_with_their_reason(
    fake: Fake,
) -> None:
    gateway, page = enter(fake, phase="opening", ends_at_ms=None, bids_count=3)
    rows = [
        {
            "number": number, "amount_fen": AMOUNTS[number], "at_ms": NOW - 1_000 - index,
            "kind": "sealed", "seq": index + 1, "extended": False,
        }
        for index, number in enumerate(("037", "112"))
    ]  # fmt: skip
    void = rows[0] | {"number": "058", "amount_fen": 0, "void_code": "ENVELOPE_VOID", "seq": 0}
    gateway.answers[f"/api/biddings/{ROOM}/bids"] = {"bids": rows, "void_bids": [void]}
    result = {"outcome": "sold", "price_fen": 950 * WAN, "winner": "112", "deal_no": "D-1"}
    state = {
        "phase": "closed_sold", "price_fen": 950 * WAN, "leader": "112", "bids_count": 2,
        "result": result | {"reason": ""},
    }  # fmt: skip
    data = {"public_seq": 42, "at_ms": NOW, "events": [], "state": state, "bids": rows[::-1]}
    gateway.publish(CHANNEL, data)
    table = page.locator("#bid-rows")
    expect(table.locator("tr")).to_have_count(3)
    expect(table).to_contain_text("¥950 万元")
    expect(table).to_contain_text("密封")
    expect(table.locator("tr.lost")).to_contain_text("作废：没有凭据或与指纹不符")
    expect(page.locator("#result")).to_contain_text("您未竞得")
    # the positions of the receipts may be told now: the private channel is asked again
    assert len([one for one in gateway.subscribes if one["channel"] == OWN]) == 2


@pytest.mark.parametrize("phone", [False, True])
def test_english_has_every_word_of_it(fake: Fake, *, phone: bool) -> None:
    gateway, page = enter(fake, phone=phone)
    hand_in(gateway, page, "900")
    taken(gateway)
    if phone:
        page.locator("#account > summary").click()
    page.get_by_role("button", name="English" if phone else "EN", exact=True).click()
    expect(page.locator("#opening-slip")).to_contain_text("Fingerprint")
    text = page.locator("#sealed-panel").inner_text()
    assert re.findall(r"[\u4e00-\u9fff]+", text) == []
    assert re.findall(r"\b(?:sealed|slip|opening|track)\.[a-z_]+", text) == []
