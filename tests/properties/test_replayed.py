"""Logs of every family are the same bytes whatever the order of hashes."""

import subprocess
import sys

PROGRAM = "from tests.properties.replayed import digests; print(digests())"


def test_the_order_of_hashes_changes_no_byte() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    assert [len(line) for line in said.pop().split()] == [64, 64, 64]
