"""The pages' pure logic under Node: money, folding, the push client, commands."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent / "js"
SECONDS_MAX = 60


@pytest.mark.parametrize("name", sorted(file.name for file in HERE.glob("*.test.mjs")))
def test_the_modules_of_the_pages_do_what_they_say(name: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    told = subprocess.run(
        [node, "--test", "--test-timeout=10000", str(HERE / name)],
        capture_output=True, text=True, timeout=SECONDS_MAX, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout
