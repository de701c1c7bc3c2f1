"""The pages: HTML shells, and the folder of static files that they load.

Rule 1: a shell holds no data, no inline script and no inline style; what it shows comes later from
the log. What is filled in is the address of the push gateway, and whose streams it may show.
Rule 2: texts are not here: `/static/i18n/zh.json` and `en.json` are the catalogue of `infra.i18n`.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
STATIC: Final = FOLDER / "static"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title before a script runs, its sheets beside the common three, its theme."""

    title: str
    sheets: tuple[str, ...] = ()
    theme: str = "paper"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a shell is told of its place."""

    push_url: str
    stream_origins: tuple[str, ...] = ()
    instance: str = ""  # of whose cookies the page reads its own (gateway.http.cookies)


PAGES: Final[Mapping[str, Page]] = {
    "lobby": Page("大厅", ("poster", "lobby")),
    "achievement": Page("成果", ("poster", "home", "lobby")),
    "login": Page("登录", ("login",)),
    "show": Page("路演间", ("bidding", "show")),
    "host": Page("主持台", ("bidding", "show", "host")),
    "screen": Page("大屏", ("screen",), theme="stage"),
    "bidding": Page("竞价室", ("bidding",)),
    "desk": Page("工作台", ("home",)),
    "seller": Page("卖方中心", ("home",)),
    "me": Page("我的", ("home", "me")),
    "notices": Page("通知", ("home",)),
    "missing": Page("没有此页"),
}
ROUTES: Final[Mapping[str, str]] = {
    "/": "lobby",
    "/login": "login",
    "/shows/{session_id}": "show",
    "/shows/{session_id}/host": "host",
    "/shows/{session_id}/screen": "screen",
    "/bidding/{bidding_id}": "bidding",
    "/achievements/{card_id}": "achievement",
    "/desk": "desk",
    "/seller": "seller",
    "/me": "me",
    "/notices": "notices",
}
"""Path of a page to its name in `PAGES`."""


@cache
def _template() -> str:
    return (FOLDER / "shell.html").read_text(encoding="utf-8")


def _sheet_links(page: Page) -> str:
    names = ("tokens", "base", "bar", *page.sheets)
    return "".join(f'<link rel="stylesheet" href="/static/css/{name}.css">' for name in names)


@cache
def shell(name: str, facts: Facts) -> str:
    """Return the HTML of a page; raises `KeyError` for a page that is not there."""
    page = PAGES[name]
    filled = {
        "push_url": html.escape(facts.push_url, quote=True),
        "stream_origins": html.escape(" ".join(facts.stream_origins), quote=True),
        "instance": facts.instance,
        "page": name,
        "title": page.title,
        "theme": page.theme,
        "sheets": _sheet_links(page),
    }
    text = _template()
    for key, value in filled.items():
        text = text.replace("{{" + key + "}}", value)
    return text
