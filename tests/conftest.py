"""What holds for every test.

Rule 1: tests against Apache Kafka run one after the other; two clusters at once would only disturb
each other's time.
Rule 2: where Apache Kafka is a must (SHUOGUO_REQUIRE_KAFKA=1), a skipped test of it has failed.
"""

import os
from collections.abc import Generator

import pytest

KAFKA_IS_A_MUST = os.environ.get("SHUOGUO_REQUIRE_KAFKA") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("kafka"):
            item.add_marker(pytest.mark.xdist_group("kafka"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if KAFKA_IS_A_MUST and skipped and item.get_closest_marker("kafka"):
        report.outcome = "failed"
        report.longrepr = f"Apache Kafka is a must here, and was not tried: {report.longreprtext}"
    return report
