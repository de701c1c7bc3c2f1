"""The streams of a process: what a terminal cannot show, or takes no more of, ends nothing.

Rule 1: in whatever encoding, the result is the same; what cannot be shown becomes `?`.
Rule 2: pipes between our own processes are UTF-8, whatever the locale.
Rule 3: a reader who has gone (`| head`) ends a command in silence; a full disk, or a folder that
cannot be used, ends it with one line and an exit code. Nothing ends with a traceback for that.
"""

import errno
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

EXIT_OK: Final = 0
EXIT_FAULT: Final = 8  # as infra.cli.exits.Exit.FAULT


def show_what_can_be_shown() -> None:
    """Make the streams of a person's terminal show `?` for what they cannot (rule 1)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def speak_utf8() -> None:
    """Make the streams those of a process that another of ours reads (rule 2)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def guarded(work: Callable[[], int]) -> int:
    """Do some work of a command line and write out all that it says; returns the exit code."""
    try:
        code = work()
        sys.stdout.flush()
    except BaseException as raised:
        error = _of_system(raised)
        if error is None:
            raise
        return _told(error)
    return code


def _of_system(raised: BaseException) -> OSError | None:
    if isinstance(raised, BaseExceptionGroup):
        found = [_of_system(one) for one in raised.exceptions]
        return found[0] if all(found) else None
    return raised if isinstance(raised, OSError) else None


def _told(error: OSError) -> int:
    _say_no_more()
    if error.errno == errno.EPIPE:
        return EXIT_OK
    why = error.strerror or str(error)
    where = "" if error.filename is None else f" {error.filename}:"
    with suppress(OSError):
        sys.stderr.write(
            f"SYSTEM_ERROR  系统错误，操作未完成：{where or ''}{why}。\n"
            f"              The system refused; what was asked is not done:{where} {why}.\n"
        )
        sys.stderr.flush()
    return EXIT_FAULT


def _say_no_more() -> None:
    """Leave nothing for the interpreter's end to write: it would complain in its own words."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        return
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
