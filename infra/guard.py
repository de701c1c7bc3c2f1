"""Ends a process with the one that started it: its standard input is that one's pipe.

Rule 1: the pipe is watched from the first line on (`python -m infra.child`), before anything is
imported that takes its time.
Rule 2: who can end cleanly says how; until somebody has, and where it takes too long, the process
ends at once.
"""

import os
import threading
import time
from collections.abc import Callable
from typing import Final

CLEAN_SECONDS_MAX: Final = 3.0

_started = threading.Lock()
_stops: list[Callable[[], object]] = []


def watch() -> None:
    """Begin to watch standard input; once is enough."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_wait, daemon=True).start()


def end_with(stop: Callable[[], object]) -> None:
    """Call `stop`, from a thread of its own, when the pipe closes; watches from now on at least."""
    _stops[:] = [stop]
    watch()


def _wait() -> None:
    while os.read(0, 4_096):  # not sys.stdin: its lock would abort the interpreter's end
        pass
    if _stops:
        try:
            _stops[0]()
        except RuntimeError:  # its loop is closed: it is ending already
            return
        time.sleep(CLEAN_SECONDS_MAX)
    os._exit(0)
