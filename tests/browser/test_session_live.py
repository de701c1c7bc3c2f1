"""A whole session in seven browsers, from the pitch to the hammer.

Two bidders, a host, a controller, a supervisor, an observer and the hall's screen; one browser is
cut off and brought back, and the push gateway is killed once.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.session import WAN, Session, prepare
from tests.browser.stack import Stack

pytestmark = pytest.mark.browser

Seat = Callable[..., Page]
QUESTION = '批间差异多少？<img src=x onerror="document.title=1"><script>document.title=2</script>'


class Hall:
    """Everybody's page."""

    def __init__(self, stack: Stack, seat: Seat, session: Session) -> None:
        show = f"{stack.url}/shows/{session.session_id}"
        self.host = self._open(seat("host"), f"{show}/host")
        self.control = self._open(seat("control"), f"{show}/host")
        self.supervisor = self._open(seat("supervisor"), f"{show}/host")
        self.first = self._open(seat("investor1"), show)
        self.second = self._open(seat("investor2", phone=True), show)
        self.observer = self._open(seat(), show)
        self.screen = self._open(seat(), f"{show}/screen")

    @staticmethod
    def _open(page: Page, url: str) -> Page:
        page.goto(url)
        expect(page.locator("html")).to_have_attribute("data-link", "connected")
        return page

    @property
    def seats(self) -> list[Page]:
        return [self.first, self.second, self.observer]

    @property
    def all(self) -> list[Page]:
        return [*self.seats, self.host, self.control, self.supervisor, self.screen]

    def next(self, method: str, phase: str) -> None:
        """The host presses the one big button; everybody sees where the item stands."""
        button = self.host.locator("#next-act")
        expect(button).to_have_attribute("data-method", method)
        expect(button).to_be_enabled()
        at_a_persons_pace(self.host)
        button.click()
        for page in (*self.seats, self.host):
            if phase:
                expect(page.locator("main")).to_have_attribute("data-item-phase", phase)


def at_a_persons_pace(page: Page) -> None:
    """Wait as a person does between two presses: sooner, it is a double click (press.js)."""
    since = page.evaluate("() => performance.now()")
    page.wait_for_function("(since) => performance.now() - since > 400", arg=since)


def pitch_and_questions(hall: Hall, stack: Stack, session: Session) -> None:
    hall.host.locator("#next-act[data-method='session.go_live']").click()
    for page in hall.seats:
        expect(page.locator("main")).to_have_attribute("data-phase", "live")
    hall.next("item.on_deck", "")
    hall.next("item.pitch", "pitching")
    for page in (hall.first, hall.second):
        page.locator("#check-in").click()
        expect(page.locator("#question")).to_be_visible()
    hall.first.locator("#question").fill(QUESTION)
    hall.first.get_by_role("button", name="提问", exact=True).click()
    asked = hall.host.locator("#moderator-panel li").filter(has_text="批间差异")
    expect(asked).to_contain_text("<script>")
    question = stack.person("host").get(f"/api/state/roadshow.staff:{session.session_id}")
    question_id = question["questions"][0]["question_id"]
    at = {"session_id": session.session_id, "question_id": question_id}
    stack.person("stage").must("question.queue", **at)
    shown = hall.second.locator("#questions li")
    expect(shown).to_contain_text("批间差异")
    shown.locator(".vote").click()
    expect(hall.observer.locator("#questions .vote")).to_contain_text("1")
    hall.next("item.qa", "qa")
    asked.get_by_role("button", name="上屏").click()
    expect(hall.observer.locator("#questions li")).to_have_attribute("data-phase", "on_air")
    asked.get_by_role("button", name="已答").click()
    expect(hall.observer.locator("#answered li")).to_have_attribute("data-phase", "answered")


def interest(hall: Hall) -> None:
    hall.next("item.comments", "commenting")
    hall.next("item.call_interest", "interest_call")
    hall.second.locator("#interest").click()
    dialog = hall.second.get_by_role("dialog")
    expect(dialog).to_contain_text("不构成要约")
    dialog.get_by_role("button", name="提交意向").click()
    expect(dialog).to_be_hidden()


def open_the_bidding(hall: Hall) -> None:
    hall.host.locator("#next-act[data-method='item.call_bidding']").click()
    gate = hall.control.locator("#gate-card")
    expect(gate).to_contain_text("来源：经办核实")
    expect(gate).to_contain_text("缺 1 项")
    hall.supervisor.get_by_role("button", name="监督到场确认").click()
    expect(gate).to_contain_text("全部满足")
    hall.control.get_by_role("button", name="开启竞价").click()
    for page in (*hall.seats, hall.screen):
        expect(page.locator("main")).to_have_attribute("data-bidding-phase", "free_bidding")


def bid(page: Page, wan: int) -> None:
    expect(page.locator("#send-bid b")).to_have_text(f"出价 ¥{wan:,} 万元")
    page.locator("#send-bid").click()
    expect(page.locator("#track")).to_have_attribute("data-step", "accepted")


def price_everywhere(hall: Hall, wan: int) -> None:
    for page in (*hall.seats, hall.screen, hall.host):
        price = page.locator("[data-role=price]")
        expect(price).to_have_attribute("data-fen", str(wan * WAN))


@pytest.mark.timeout(300)
def test_a_whole_session_from_pitch_to_hammer(stack: Stack, seat: Seat) -> None:
    session = prepare(stack, "s-whole")
    hall = Hall(stack, seat, session)
    pitch_and_questions(hall, stack, session)
    interest(hall)
    open_the_bidding(hall)

    bid(hall.first, 860)
    price_everywhere(hall, 860)
    # the train enters a tunnel, and comes out of it
    hall.second.context.set_offline(True)
    expect(hall.second.locator("html")).to_have_attribute("data-link", "offline")
    hall.second.context.set_offline(False)
    expect(hall.second.locator("#send-bid")).to_be_enabled()
    bid(hall.second, 880)
    price_everywhere(hall, 880)
    expect(hall.first.locator("[data-role=standing]")).to_have_attribute("data-standing", "outbid")

    stack.kill("push")
    for page in hall.seats:
        expect(page.locator("html")).not_to_have_attribute("data-link", "connected")
    for page in hall.all:
        expect(page.locator("html")).to_have_attribute("data-link", "connected", timeout=30_000)
    for page in (*hall.seats, hall.screen):
        expect(page.locator("main")).to_have_attribute(
            "data-bidding-phase", "limited_bidding", timeout=45_000
        )
    bid(hall.first, 900)
    price_everywhere(hall, 900)
    expect(hall.observer.locator("[data-role=extensions]")).to_have_text("第 1 次延时")

    for page in (*hall.seats, hall.screen):
        expect(page.locator("main")).to_have_attribute(
            "data-bidding-phase", "closed_sold", timeout=45_000
        )
    expect(hall.first.locator("[data-role=standing]")).to_contain_text("恭喜成交：¥900 万元")
    expect(hall.second.locator("[data-role=standing]")).to_contain_text("您未成交")
    expect(hall.observer.locator("[data-role=standing]")).to_contain_text("成交：竞买号 037")
    expect(hall.screen.locator(".outcome")).to_contain_text("成交：竞买号 037")
    expect(hall.host.locator(".run")).to_contain_text("成交 ¥900 万元")
    hall.next("item.complete", "")
    expect(hall.observer.locator(".agenda")).to_contain_text("成交 ¥900 万元")
    hall.observer.goto(f"{stack.url}/shows/nope")
    expect(hall.observer.locator("main")).to_contain_text("没有这场路演")
    titles = [page.title() for page in hall.all]
    assert not {"1", "2"} & set(titles), "a question ran as a script"
