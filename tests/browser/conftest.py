"""Chromium, and what it talks to: the running stack, or a gateway of fixtures.

Rule 1: one stack and one browser for all tests of this folder, a profile of its own for each test.
Rule 2: the stack's processes take half a core as long as they run: who needs it comes last.
Rule 3: a script error on a page fails its test, and so does a word of the console about the CSP.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.fake_gateway import FakeGateway
from tests.browser.stack import Person, Stack

FOLDER: Final = Path(__file__).parent
CHROMIUM: Final = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=user-gesture-required",
)  # fmt: skip
SAID_MAX: Final = 80
DESKTOP: Final[Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: Final[Any] = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
    "device_scale_factor": 2,
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Rule 2, for the tests of this folder in their own places."""
    places = [at for at, item in enumerate(items) if item.path.is_relative_to(FOLDER)]
    ours = sorted(
        (items[at] for at in places), key=lambda item: "stack" in vars(item)["fixturenames"]
    )
    for at, item in zip(places, ours, strict=True):
        items[at] = item


@pytest.fixture(scope="session")
def chromium() -> str:
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed (apt-get install chromium)")
    return CHROMIUM


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Stack]:
    assert chromium, "without a browser nothing is started"
    running = Stack(tmp_path_factory.mktemp("stack"))
    yield running
    running.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What failed at the running stack shows what its processes said last."""
    report = yield
    running = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(running, Stack):
        report.sections.append(("what the stack said last", "\n".join(running.lines[-SAID_MAX:])))
    return report


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Of the package, not of the session: its loop must be gone before another folder's tests."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        expect.set_options(timeout=12_000)
        yield found
        found.close()


class Watched:
    """Contexts of one test; what went wrong in their pages is kept."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.wrong: list[str] = []

    def context(self, options: Any = None) -> BrowserContext:
        context = self._browser.new_context(**(options or DESKTOP))
        context.set_default_timeout(12_000)
        context.on("page", self._watch)
        self._contexts.append(context)
        return context

    def close(self) -> None:
        """Close every profile of this test."""
        for context in self._contexts:
            context.close()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.wrong.append(message.text)


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    found = Watched(browser)
    yield found
    found.close()
    assert found.wrong == []


@pytest.fixture
def fake(watched: Watched) -> Callable[..., tuple[FakeGateway, Page]]:
    """A page and the gateway of fixtures that it talks to: `fake(me=…, phone=True)`."""

    def opened(*, me: Any = None, phone: bool = False) -> tuple[FakeGateway, Page]:
        context = watched.context(PHONE if phone else DESKTOP)
        return FakeGateway(context, me=me), context.new_page()

    return opened


@pytest.fixture
def seat(watched: Watched, stack: Stack) -> Callable[..., Page]:
    """A browser of somebody's own at the running stack: `seat("investor1")`; None is a visitor."""

    def taken(login: str | None = None, *, phone: bool = False, script: str = "") -> Page:
        context = watched.context(PHONE if phone else DESKTOP)
        if script:
            context.add_init_script(script)
        if login is not None:
            _sign_in(context, stack.person(login))
        return context.new_page()

    return taken


def _sign_in(context: BrowserContext, person: Person) -> None:
    context.add_cookies(
        [
            {
                "name": cookie.name,
                "value": cookie.value or "",
                "url": person.stack.url + cookie.path,
            }
            for cookie in person.client.cookies.jar
        ]
    )
