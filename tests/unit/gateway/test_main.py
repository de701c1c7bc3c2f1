"""`python -m gateway`: a role is named, and only that one is loaded."""

import subprocess
import sys

import pytest

from gateway.__main__ import main
from infra.process import EXIT_USAGE


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["accounts2"]])
def test_a_role_must_be_named(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == EXIT_USAGE
    assert "accounts, http, push" in capsys.readouterr().err


def test_help_is_no_error() -> None:
    assert main(["--help"]) == 0


def test_accounts_need_no_server() -> None:
    said = "import gateway.accounts, sys; print('uvicorn' in sys.modules, 'fastapi' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
