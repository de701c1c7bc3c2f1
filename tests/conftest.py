"""What holds for every test.

Rule 1: tests that load the machine (Apache Kafka, kill -9) run one after the other, and so do those
in a browser; two at once would only disturb each other's time. (xdist 3.8 knows no groups beside
pytest 9.2.)
Rule 2: where something optional is a must (SHUOGUO_REQUIRE_KAFKA=1, _POSTGRES, _BROWSER), a skipped
test of it has failed.
"""

import os
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

from infra.scratch import scratch

OPTIONAL: Final = ("kafka", "postgres", "browser")
MUSTS: Final = [one for one in OPTIONAL if os.environ.get(f"SHUOGUO_REQUIRE_{one.upper()}") == "1"]
IN_TURN: Final = {
    "browser": ("tests/browser/",),
    "load": ("apache", "three_nodes", "tests/chaos/", "test_faust", "test_malformed"),
}


class InTurn(LoadScopeScheduling):
    """Tests by themselves, but for those that run in turn, on one worker."""

    def _split_scope(self, nodeid: str) -> str:
        for group, signs in IN_TURN.items():
            if any(sign in nodeid for sign in signs):
                return group
        return nodeid


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is left in the temporary folder, of whatever the tests start."""
    if hasattr(config, "workerinput"):
        return  # it has been given the folder of who started it
    made = ExitStack()
    folder = made.enter_context(scratch("tests"))
    folder.chmod(0o711)  # PostgreSQL does not run as root, and must get to its own folder
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    config.add_cleanup(made.close)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InTurn:
    return InTurn(config, log)


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
