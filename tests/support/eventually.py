"""The only sleep in the tests: wait until something is so."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

_PAUSE_SECONDS = 0.05


async def eventually(so: Callable[[], bool | Awaitable[bool]], seconds_max: float = 15.0) -> None:
    """Return once `so()` is true; fails after `seconds_max`."""
    until = time.monotonic() + seconds_max
    while True:
        found = so()
        if await found if inspect.isawaitable(found) else found:
            return
        assert time.monotonic() < until, f"not so after {seconds_max} s: {so.__qualname__}"
        await asyncio.sleep(_PAUSE_SECONDS)


async def pause(seconds: float) -> None:
    """Let what runs beside the test run for a while (chaos: between two blows)."""
    await asyncio.sleep(seconds)
