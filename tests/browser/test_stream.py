"""The stream on the stage: media, a frame, and what is shown where it cannot be."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.fake_gateway import FakeGateway, open_page
from tests.browser.fixtures import HEAT, me, roadshow
from tests.browser.test_pages import ROOM, SHOW, furnish

pytestmark = pytest.mark.browser

Fake = Callable[..., tuple[FakeGateway, Page]]
MEDIA = "https://stream.example/live.webm"
FRAMED = "https://stream.example/room/1"
RECORD = """async () => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 320, height: 180});
  const pen = canvas.getContext('2d');
  const paint = setInterval(() => { pen.fillStyle = '#1482a5'; pen.fillRect(0, 0, 320, 180);
    pen.fillStyle = '#fff'; pen.fillRect(Math.random() * 300, 80, 20, 20); }, 40);
  const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: 'video/webm;codecs=vp8'});
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start(100);
  await new Promise((done) => setTimeout(done, 1200));
  recorder.stop();
  await new Promise((done) => { recorder.onstop = done; });
  clearInterval(paint);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}"""


class Studio:
    """Where the stream comes from; it may be away."""

    def __init__(self, context: BrowserContext) -> None:
        self.media = b""
        self.is_there = True
        self.asked: list[str] = []
        context.route("https://stream.example/**", self._answer)
        context.route("https://other.example/**", self._answer)

    def _answer(self, route: Route) -> None:
        self.asked.append(route.request.url)
        if not self.is_there:
            route.abort()
        elif route.request.url.endswith(".webm"):
            route.fulfill(body=self.media, content_type="video/webm")
        else:
            text = "<script>document.title = 'in the frame';"
            text += "try { parent.document.title = 'taken' } catch {}</script><p>room</p>"
            route.fulfill(body=text, content_type="text/html")


def on_stage(
    fake: Fake, address: str, *, phone: bool = False, record: bool = False, **state: Any
) -> tuple[FakeGateway, Page, Studio]:
    gateway, page = fake(me=me("investor"), phone=phone)
    studio = Studio(page.context)
    furnish(gateway)
    gateway.states[SHOW] = roadshow(stream_url=address, **state)
    gateway.latest[SHOW] = HEAT
    if record:
        open_page(page, "/login")
        studio.media = base64.b64decode(page.evaluate(RECORD))
    open_page(page, "/shows/s-demo")
    expect(page.locator("main")).to_have_attribute("data-seq", "88")
    return gateway, page, studio


@pytest.mark.parametrize("phone", [False, True])
def test_media_plays_on_the_stage_without_sound_and_the_words_stay(
    fake: Fake, *, phone: bool
) -> None:
    _gateway, page, _studio = on_stage(fake, MEDIA, phone=phone, record=True)
    expect(page.locator(".stage")).to_have_attribute("data-stream", "shown")
    video = page.locator(".stage video")
    expect(video).to_be_visible()
    page.wait_for_function("() => document.querySelector('.stage video').currentTime > 0")
    assert video.evaluate("(video) => [video.muted, video.controls]") == [True, True]
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#item-timer")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_page_of_an_allowed_origin_is_framed_and_cannot_reach_out(fake: Fake) -> None:
    _gateway, page, _studio = on_stage(fake, FRAMED)
    expect(page.locator(".stage")).to_have_attribute("data-stream", "shown")
    frame = page.frame_locator(".stage iframe")
    expect(frame.get_by_text("room")).to_be_visible()
    sandbox = page.locator(".stage iframe").get_attribute("sandbox") or ""
    assert "allow-top-navigation" not in sandbox
    assert "allow-forms" not in sandbox
    assert page.title() != "taken"


def test_a_stream_that_breaks_leaves_the_slide_and_comes_back(fake: Fake) -> None:
    gateway, page, studio = on_stage(fake, MEDIA, record=True)
    studio.is_there = False
    page.reload()
    stage = page.locator(".stage")
    expect(stage).to_have_attribute("data-stream", "broken")
    expect(stage).to_contain_text("深海极端酶制备褐藻寡糖")
    expect(stage).to_contain_text("暂时无法显示")
    expect(page.get_by_role("link", name="在新窗口观看")).to_have_attribute("href", MEDIA)
    studio.is_there = True
    page.get_by_role("button", name="立即重试").click()
    expect(stage).to_have_attribute("data-stream", "shown")
    gateway.publish(SHOW, {"public_seq": 89, "at_ms": 1, "events": [], "state": {"phase": "ended"}})
    expect(page.locator(".stage video")).to_have_count(0)


def test_an_origin_that_is_not_allowed_is_a_link_and_is_never_asked(fake: Fake) -> None:
    _gateway, page, studio = on_stage(fake, "https://other.example/live.webm")
    expect(page.locator(".stage")).to_have_attribute("data-stream", "link")
    expect(page.locator(".stage :is(video, iframe)")).to_have_count(0)
    link = page.get_by_role("link", name="在新窗口观看")
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert studio.asked == []


@pytest.mark.parametrize(
    "address",
    ["", "javascript:globalThis.pwned=1", "http://other.example/x", "https://u:p@stream.example/x"],
)
def test_without_an_address_to_follow_the_stage_is_a_slide(fake: Fake, address: str) -> None:
    _gateway, page, studio = on_stage(fake, address)
    expect(page.locator(".stage")).to_have_attribute("data-stream", "none")
    expect(page.locator(".stage a:not(.about)")).to_be_hidden()
    assert studio.asked == []


def test_before_the_session_nothing_is_loaded(fake: Fake) -> None:
    _gateway, page, studio = on_stage(fake, MEDIA, phase="published")
    expect(page.locator(".stage")).to_have_attribute("data-stream", "none")
    assert studio.asked == []


PLANT = """([kind, src]) => {
  document.body.append(Object.assign(document.createElement(kind), {src}));
}"""


@pytest.mark.parametrize(("kind", "directive"), [("iframe", "frame-src"), ("video", "media-src")])
def test_the_policy_itself_shuts_out_what_is_not_allowed(
    fake: Fake, watched: Any, kind: str, directive: str
) -> None:
    _gateway, page, studio = on_stage(fake, "")
    with page.expect_console_message(lambda said: directive in said.text):
        page.evaluate(PLANT, [kind, "https://other.example/live.webm"])
    assert len(watched.wrong) == 1
    watched.wrong.clear()
    assert studio.asked == []


def test_with_less_motion_nothing_plays_before_it_is_asked_for(fake: Fake) -> None:
    gateway, page = fake(me=me("investor"))
    page.emulate_media(reduced_motion="reduce")
    studio = Studio(page.context)
    furnish(gateway)
    gateway.states[SHOW] = roadshow(stream_url=MEDIA)
    open_page(page, "/login")
    studio.media = base64.b64decode(page.evaluate(RECORD))
    open_page(page, "/shows/s-demo")
    expect(page.locator(".stage")).to_have_attribute("data-stream", "shown")
    assert page.locator(".stage video").evaluate("(video) => video.paused")


def test_while_the_item_is_bid_for_the_picture_makes_room(fake: Fake) -> None:
    items = roadshow()["items"]
    items[2] |= {"phase": "bidding", "bidding_id": ROOM, "ends_at_ms": None}
    _gateway, page, _studio = on_stage(fake, MEDIA, phone=True, record=True, items=items)
    expect(page.locator(".stage")).to_have_attribute("data-stream", "shown")
    expect(page.locator("[data-role=price]")).to_be_visible()
    box = page.locator(".stage video").bounding_box()
    assert box is not None
    assert box["height"] <= 844 * 0.43
