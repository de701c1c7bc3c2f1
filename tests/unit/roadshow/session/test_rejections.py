"""Every reason is given somewhere."""

import inspect
from types import ModuleType

from roadshow.session.rejections import Code
from tests.scenarios import test_roadshow_stories
from tests.unit.roadshow.session import (
    test_agenda,
    test_decide,
    test_on_offer,
    test_running,
    test_terms,
)


def test_every_code_is_given_somewhere() -> None:
    modules: list[ModuleType] = [
        test_agenda, test_decide, test_on_offer, test_roadshow_stories, test_running, test_terms
    ]  # fmt: skip
    told = "\n".join(inspect.getsource(module) for module in modules)
    assert [code for code in Code if code not in told] == []
