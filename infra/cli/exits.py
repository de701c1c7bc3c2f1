"""What an exit code means, the same for every command of `shuoguo`, and how an error is told.

Rule 1: one line, first the code, then Chinese, then English.
"""

import sys
from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of `shuoguo`."""

    OK = 0
    REFUSED = 1  # refused, differs, or failed
    UNKNOWN = 2  # an undecided tail, or a command that was not seen
    PARTIAL = 3
    USAGE = 4
    NO_BROKER = 5
    FOLDER = 6  # the data folder is in use, or of a newer version; or the port is taken
    BROKEN = 7  # the chain of a partition is broken: a person must look
    FAULT = 8  # a role could not be kept running


class CliError(Exception):
    """An error to be told to a person, and the code to end with."""

    def __init__(self, exit_code: Exit, code: str, chinese: str, english: str) -> None:
        super().__init__(f"{code} {chinese} {english}")
        self.exit_code = exit_code
        self.line = f"{code}  {chinese}\n{' ' * len(code)}  {english}"


def out(line: str = "") -> None:
    """Print a line for who reads the result; where nobody does any more, end in silence."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise SystemExit(Exit.OK) from None


def err(line: str) -> None:
    """Print a line for who reads along."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def no_broker(where: str) -> CliError:
    """Nothing answers there."""
    return CliError(
        Exit.NO_BROKER,
        "NO_BROKER",
        f"{where} 上没有运行中的平台；请先执行 shuoguo up。",
        f"Nothing runs at {where}; start it with: shuoguo up.",
    )
