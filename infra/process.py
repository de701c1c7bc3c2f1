"""Running a role as a process: one loop, one clean way to end it, one line per event on stderr."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Coroutine
from typing import Any, Final

import uvloop

from infra import guard

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 4
EXIT_STALLED: Final = 6  # no progress while commands arrive: start it again
EXIT_BROKEN: Final = 7  # the chain of a partition is broken: a person must look

_GC_ALLOCATIONS: Final = 20_000
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"


def run(main: Coroutine[Any, Any, int]) -> int:
    """Run a role to its end and return its exit code."""
    gc.set_threshold(_GC_ALLOCATIONS, 50, 100)  # what lives here lives long: look seldom
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=_FORMAT)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # our own lines say what matters
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(main)
        except KeyboardInterrupt:
            return EXIT_OK


def stop_event(*, stdin_guard: bool = False) -> asyncio.Event:
    """Return an event that SIGTERM, SIGINT and, with `stdin_guard`, the end of stdin set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if stdin_guard:
        guard.end_with(lambda: loop.call_soon_threadsafe(stop.set))
    return stop
