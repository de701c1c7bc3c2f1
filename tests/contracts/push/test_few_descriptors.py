"""F40: no file descriptor is left. Who is in stays in; who comes later gets in again."""

import asyncio
import socket
import sys
from contextlib import ExitStack

from tests.support.eventually import eventually
from tests.support.push import PushHouse
from tests.support.push_process import DESCRIPTORS, ROOM
from tests.support.push_raw import ask, next_publication, request_of, status_of, talking


async def test_without_descriptors_rooms_go_on_and_later_others_get_in() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.push_process",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    house = PushHouse()
    house.port = int(await process.stdout.readline())
    async with talking(house) as client:
        await ask(client, {"id": 2, "subscribe": {"channel": ROOM}})
        first = (await next_publication(client))["offset"]
        with ExitStack() as crowd:
            for _ in range(2 * DESCRIPTORS):
                crowd.enter_context(socket.create_connection(("127.0.0.1", house.port)))
            for offset in range(first + 1, first + 21):
                assert (await next_publication(client))["offset"] == offset

        async def gets_in() -> bool:
            try:
                return await status_of(house, request_of(house)) == 101
            except (ConnectionError, IndexError, TimeoutError):
                return False

        await eventually(gets_in)
    process.stdin.close()
    assert await process.wait() == 0
