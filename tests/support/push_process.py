"""A gateway on fakes with few descriptors: `python -m tests.support.push_process`.

Publishes a value every twentieth of a second; says its port on stdout; ends with its stdin.
"""

from __future__ import annotations

import asyncio
import resource
import sys

from infra.process import run, stop_event
from tests.support.push import push_house

ROOM = "bidding:b1"
DESCRIPTORS = 60
EVERY_SECONDS = 0.05


async def serve() -> int:
    """Serve until stdin ends."""
    stop = stop_event(stdin_guard=True)
    async with push_house() as house:
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
        sys.stdout.write(f"{house.port}\n")
        sys.stdout.flush()
        value = 0
        while not stop.is_set():
            value += 1
            house.say(ROOM, value)
            with_pause = asyncio.get_running_loop().create_task(stop.wait())
            await asyncio.wait([with_pause], timeout=EVERY_SECONDS)
            with_pause.cancel()
    return 0


if __name__ == "__main__":
    sys.exit(run(serve()))
