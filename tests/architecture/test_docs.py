"""The generated pages say what the code says."""

from pathlib import Path
from typing import Any

import pytest

from docs.aggregates import FAMILIES
from docs.generate import PAGES
from infra.topics import Family
from processors.families import RULES
from roadshow.dispatch import WRONG_KIND
from trading.outcome import Rules

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize(
    ("family", "rules"), RULES.items(), ids=lambda one: getattr(one, "name", "")
)
def test_the_pages_leave_no_message_of_a_family_out(family: Family, rules: Rules[Any]) -> None:
    told = FAMILIES[family.name]
    messages = rules.messages
    commands = [command for one in told for command in one.commands]
    events = [event for one in told for event in one.events]
    assert (sorted(map(_type, commands)), sorted(map(_type, events))) == (
        sorted(messages.commands),
        sorted(messages.events),
    )
    assert frozenset().union(*(one.public for one in told)) == messages.public
    assert {code for one in told for code in one.codes} | {WRONG_KIND} >= set(messages.codes)


def _type(message: type) -> str:
    return str(getattr(message, "type", ""))
