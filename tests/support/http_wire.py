"""The HTTP application behind the protocol that it is served with, on a real port."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from gateway.http.protocol import Deadlines, protocol_of
from tests.support.eventually import eventually


@dataclass
class Wire:
    """A server: where it listens, and what bounds it."""

    port: int
    protocol: type[Deadlines]

    async def say(self, *lines: bytes, body: bytes = b"", seconds_max: float = 10.0) -> bytes:
        """Send a head and a body; return all that is answered until the end."""
        return await self.raw(b"\r\n".join([*lines, b"", b""]) + body, seconds_max)

    async def raw(self, data: bytes, seconds_max: float = 10.0) -> bytes:
        """Send bytes; return all that is answered until the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            async with asyncio.timeout(seconds_max):
                return await reader.read()
        finally:
            writer.close()

    async def get(self, target: bytes, *headers: bytes, method: bytes = b"GET") -> bytes:
        """Ask for something, and for an end after it."""
        about = (b"Host: 127.0.0.1", b"Connection: close", *headers)
        return await self.say(method + b" " + target + b" HTTP/1.1", *about)


@asynccontextmanager
async def wire(
    app: Any, *, proxies: Sequence[str] = (), connections_max: int = 1_000, **seconds: float
) -> AsyncIterator[Wire]:
    """Serve until the block ends; `seconds`: `head_seconds`, `body_seconds`."""
    protocol = protocol_of(frozenset(proxies), connections_max)
    for name, value in seconds.items():
        setattr(protocol, name, value)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, http=protocol, ws="none", log_config=None, access_log=False, lifespan="off",
            proxy_headers=False, timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([bound]))
        await eventually(lambda: server.started)
        try:
            yield Wire(bound.getsockname()[1], protocol)
        finally:
            server.should_exit = True
            await serving
