"""Sealed bids against the running stack: envelopes, slips, the opening by two people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stack import NUMBERS, Stack, bidding_terms, phase_of

pytestmark = pytest.mark.browser

Seat = Callable[..., Page]


def collecting(stack: Stack, bidding_id: str) -> str:
    """A bidding of sealed bids of its own, whose envelopes are taken now."""
    officer = stack.person("officer")
    terms = bidding_terms(
        mode="one_shot", increments=[], collect_ms=25_000, tie_break_ms=30_000, extension_ms=12_000
    )
    officer.must(
        "bidding.schedule", bidding_id=bidding_id, terms=terms,
        eligible=[{"number": number} for number in NUMBERS.values()],
    )  # fmt: skip
    for login, number in NUMBERS.items():
        officer.must(
            "account.assign_number", account_id=stack.account(login), bidding_id=bidding_id,
            number=number, parties={"sellers": ["o-seller"]},
        )  # fmt: skip
    stack.wait(lambda: phase_of(officer, bidding_id) == "collecting")
    return bidding_id


def enter(page: Page, stack: Stack, bidding_id: str) -> Page:
    page.goto(f"{stack.url}/bidding/{bidding_id}")
    expect(page.locator("html")).to_have_attribute("data-link", "connected")
    return page


def hand_in(page: Page, wan: str) -> None:
    page.locator("#sealed-amount").fill(wan)
    page.locator("#seal-bid").click()
    confirm = page.locator("[data-confirm='bid.seal']")
    expect(confirm).to_be_enabled()
    confirm.click()
    expect(page.locator("#sealed-track")).to_have_attribute("data-step", "accepted")
    expect(page.locator("[data-role=standing]")).to_contain_text("您的报价单已在箱中")


def slip(page: Page) -> Path:
    with page.expect_download() as got:
        page.locator("#slip-download").click()
    return Path(got.value.path())


def open_all(control: Page, supervisor: Page, slips: list[Path]) -> None:
    for page in (control, supervisor):
        expect(page.locator("#opening-panel")).to_be_visible(timeout=45_000)
        page.locator("input[type=file]").set_input_files(slips)
        for row in page.locator("#box tbody tr").all():
            expect(row).to_have_attribute("data-state", "fits")
    control.locator("[data-act=open-envelopes]").click()
    expect(supervisor.locator("#opening-asked")).to_have_attribute("data-state", "same")
    supervisor.locator("[data-act=open-envelopes]").click()


@pytest.mark.timeout(300)
def test_from_envelopes_over_a_tie_to_the_deal(stack: Stack, seat: Seat) -> None:
    control = seat("control")
    supervisor, watcher = seat("supervisor"), seat()
    pages = [seat("investor1"), seat("investor2", phone=True)]
    room = collecting(stack, "b-live-sealed")
    for page in pages:
        enter(page, stack, room)
        hand_in(page, "900")
    for page in (control, supervisor, watcher):
        enter(page, stack, room)
    expect(watcher.locator("[data-role=leader]")).to_have_text("开标前不显示报价和份数")
    expect(pages[0].locator("#receipts")).to_contain_text("报价单已收")
    open_all(control, supervisor, [slip(page) for page in pages])

    for page in pages:
        standing = page.locator("[data-role=standing]")
        expect(standing).to_contain_text("不低于并列价 ¥900 万元")
    hand_in(pages[0], "900.0001")
    hand_in(pages[1], "950")
    open_all(control, supervisor, [slip(page) for page in pages])

    expect(watcher.locator("[data-role=price]")).to_have_attribute("data-fen", "950000000")
    expect(watcher.locator("#bid-rows tr")).to_have_count(4)
    expect(pages[1].locator("#result")).to_contain_text("由您竞得")
    expect(pages[0].locator("#result")).to_contain_text("您未竞得")
    pages[0].locator("#receipts-card > summary").click()
    receipt = pages[0].locator("#receipts details").first
    receipt.locator("summary").click()
    expect(receipt).to_contain_text("裁定位置")


@pytest.mark.timeout(180)
def test_an_envelope_without_its_slip_is_void_and_published_as_such(
    stack: Stack, seat: Seat
) -> None:
    control, supervisor = seat("control"), seat("supervisor")
    pages = [seat("investor1"), seat("investor2")]
    room = collecting(stack, "b-live-void")
    for page, wan in zip(pages, ("900", "990"), strict=True):
        enter(page, stack, room)
        hand_in(page, wan)
    for page in (control, supervisor):
        enter(page, stack, room)
        expect(page.locator("#opening-panel")).to_be_visible(timeout=45_000)
        page.locator("input[type=file]").set_input_files([slip(pages[0])])
        expect(page.locator("#box tr[data-state=fits]")).to_have_count(1)
        page.locator("#void-missing").check()
        page.locator("[data-act=open-envelopes]").click()
    expect(pages[0].locator("#result")).to_contain_text("由您竞得¥900万元")
    lost = pages[1].locator("#bid-rows tr.lost")
    expect(lost).to_contain_text("112")
    expect(lost).to_contain_text("作废")
