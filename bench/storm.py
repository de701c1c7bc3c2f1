"""The worst that strangers may do, from a few addresses: `python -m bench.storm PORT TOKEN ROOM`.

Told by JSON lines on stdin (`on`, `off`); answers in JSON lines. While it is on:

* 391 guests' sockets, each with floods one after the other: 128 invented rooms, subscribing and
  unsubscribing a real one, its history and presence, commands that no guest may give. Each writes
  as fast as the gateway reads, and comes again at once when it is closed.
* 1,000 sockets that say nothing, opened anew where they are closed.

It runs at the lowest priority: strangers' machines stand elsewhere.
"""

import asyncio
import contextlib
import json
import os
import sys
from typing import Any, Final

from bench.fanout_sides import ORIGIN

GUESTS: Final = 391
SILENT: Final = 1_000
ADDRESSES: Final = 8
INVENTED: Final = 128
NICENESS: Final = 19
AGAIN_SECONDS: Final = 0.2
_MEDIUM: Final = 126


def _frame(*commands: dict[str, Any]) -> bytes:
    payload = "\n".join(map(json.dumps, commands)).encode()
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < _MEDIUM else b"\x81\xfe" + size.to_bytes(2)
    return head + bytes(4) + payload


def _floods(number: int, room: str) -> bytes:
    names = [f"bidding.public:invented-{number}-{index}" for index in range(INVENTED)]
    asked: list[dict[str, Any]] = [{"subscribe": {"channel": name}} for name in names]
    for _ in range(20):
        asked += [{"subscribe": {"channel": room}}, {"history": {"channel": room, "limit": 300}}]
        asked += [{"presence_stats": {"channel": room}}, {"unsubscribe": {"channel": room}}]
        asked.append({"rpc": {"method": "bid.place", "data": {"amount_fen": 1}}})
    numbered = [{"id": index + 2, **one} for index, one in enumerate(asked)]
    return b"".join(_frame(*numbered[at : at + 8]) for at in range(0, len(numbered), 8))


class Storm:
    """Its sockets, while it is on."""

    def __init__(self, port: int, token: str, room: str) -> None:
        """`room`: one that is there."""
        self._port = port
        self._token = token
        self._room = room
        self._tasks: list[asyncio.Task[None]] = []
        self.frames = self.opened = 0

    def on(self) -> None:
        """Begin."""
        makers = [self._guest(one) for one in range(GUESTS)]
        makers += [self._silent(one) for one in range(SILENT)]
        self._tasks = [asyncio.create_task(one) for one in makers]

    async def off(self) -> None:
        """End, and close all."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _open(self, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self.opened += 1
        local = (f"127.0.0.{2 + number % ADDRESSES}", 0)
        return await asyncio.open_connection("127.0.0.1", self._port, local_addr=local)

    async def _guest(self, number: int) -> None:
        flood = _floods(number, self._room)
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await self._open(number)
                try:
                    await self._talk(reader, writer, flood)
                finally:
                    writer.close()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flood: bytes
    ) -> None:
        lines = (
            "GET /connection/websocket HTTP/1.1", f"Host: 127.0.0.1:{self._port}",
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==", f"Origin: {ORIGIN}", "", "",
        )  # fmt: skip
        writer.write("\r\n".join(lines).encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_frame({"id": 1, "connect": {"token": self._token}}))
        await reader.readexactly(2)
        reading = asyncio.create_task(_drink(reader))
        try:
            while not reading.done() and not writer.is_closing():
                writer.write(flood)
                await writer.drain()
                await asyncio.sleep(0)  # drain does not wait where there is room
                self.frames += 1
        finally:
            reading.cancel()

    async def _silent(self, number: int) -> None:
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await self._open(number)
                try:
                    await reader.read()
                finally:
                    writer.close()
            await asyncio.sleep(AGAIN_SECONDS)


async def _drink(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(OSError):
        while await reader.read(65_536):
            pass


async def _serve(port: int, token: str, room: str) -> None:
    os.nice(NICENESS)
    storm = Storm(port, token, room)
    while line := await asyncio.to_thread(sys.stdin.readline):
        if json.loads(line)["do"] == "on":
            storm.on()
        else:
            await storm.off()
        answer = {"floods": storm.frames, "opened": storm.opened}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
