"""Every reason is given somewhere."""

import inspect
from types import ModuleType

from tests.scenarios import test_golden_vectors, test_stories
from tests.unit.trading.bidding import test_decide, test_floors, test_proxy, test_terms
from trading.bidding.rejections import Code

ELSEWHERE = {Code.BELOW_TIE_PRICE}  # voids an envelope: tests/unit/trading/bidding/test_sealed.py


def test_every_code_is_given_somewhere() -> None:
    modules: list[ModuleType] = [
        test_golden_vectors, test_stories, test_decide, test_floors, test_proxy, test_terms
    ]  # fmt: skip
    told = "\n".join(inspect.getsource(module) for module in modules)
    assert {code for code in Code if code not in told} == ELSEWHERE
