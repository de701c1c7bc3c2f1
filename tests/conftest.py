"""What holds for every test.

Rule 1: tests against Apache Kafka run one after the other, and so do those in a browser; two at
once would only disturb each other's time.
Rule 2: where something optional is a must (SHUOGUO_REQUIRE_KAFKA=1, _POSTGRES, _BROWSER), a skipped
test of it has failed.
"""

import os
from collections.abc import Generator
from typing import Final

import pytest

OPTIONAL: Final = ("kafka", "postgres", "browser")
MUSTS: Final = [one for one in OPTIONAL if os.environ.get(f"SHUOGUO_REQUIRE_{one.upper()}") == "1"]
IN_TURN: Final = ("kafka", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for name in IN_TURN:
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.xdist_group(name))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    for name in MUSTS:
        if skipped and item.get_closest_marker(name):
            report.outcome = "failed"
            report.longrepr = f"{name} is a must here, and was not tried: {report.longreprtext}"
    return report
