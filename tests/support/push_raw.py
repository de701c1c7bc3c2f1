"""Sockets that do what no decent client does: raw bytes, half frames, no reading."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame, Opcode
from websockets.typing import Origin

from gateway.push.server import PATH
from tests.support.push import ORIGIN, PushHouse


def request_of(house: PushHouse, *, origin: str | None = ORIGIN, path: str = PATH) -> bytes:
    """A handshake as it goes over the wire."""
    lines = [
        f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{house.port}", "Upgrade: websocket",
        "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(b'0' * 16).decode()}",
    ]  # fmt: skip
    if origin is not None:
        lines.append(f"Origin: {origin}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def status_of(house: PushHouse, request: bytes) -> int:
    """The status that a handshake is answered with."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    try:
        writer.write(request)
        async with asyncio.timeout(5):
            line = await reader.readline()
        return int(line.split()[1])
    finally:
        writer.close()


def masked(opcode: Opcode, payload: bytes, *, fin: bool = True) -> bytes:
    """A frame as a client sends it."""
    return Frame(opcode, payload, fin=fin).serialize(mask=True)


@asynccontextmanager
async def talking(
    house: PushHouse,
    token: str | None = "ann",  # noqa: S107  # who it is, in these tests
) -> AsyncIterator[ClientConnection]:
    """A websocket client; connected, unless there is no token."""
    async with connect(house.url, origin=Origin(ORIGIN), ping_interval=None, proxy=None) as client:
        if token is not None:
            await ask(client, {"id": 1, "connect": {"token": token}})
        yield client


async def ask(client: ClientConnection, command: dict[str, Any]) -> Any:
    """Send a command and wait for its reply; what comes between is left out."""
    await client.send(json.dumps(command))
    async with asyncio.timeout(5):
        while True:
            for line in str(await client.recv()).split("\n"):
                message = json.loads(line)
                if message.get("id") == command["id"]:
                    return message


async def next_publication(client: ClientConnection) -> Any:
    """The next publication; pings are passed over."""
    async with asyncio.timeout(5):
        while True:
            for line in str(await client.recv()).split("\n"):
                message = json.loads(line)
                if "push" in message:
                    return message["push"]["pub"]


@asynccontextmanager
async def stalled_reader(house: PushHouse, channel: str) -> AsyncIterator[socket.socket]:
    """One who subscribes and then never reads again by himself; his own buffer is small."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        sock.setblocking(False)  # noqa: FBT003  # its only parameter
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, ("127.0.0.1", house.port))
        await loop.sock_sendall(sock, request_of(house))
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += await loop.sock_recv(sock, 4_096)
        lines = [
            {"id": 1, "connect": {"token": "slow"}},
            {"id": 2, "subscribe": {"channel": channel}},
        ]
        said = "\n".join(map(json.dumps, lines)).encode()
        await loop.sock_sendall(sock, masked(Opcode.TEXT, said))
        while b'"id":2' not in heard:
            heard += await loop.sock_recv(sock, 4_096)
        yield sock
