"""Pages and sockets behind the proxy that we ship, run by a real nginx."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from gateway.http.middleware import PlainHead
from gateway.push.server import PATH
from tests.support.eventually import eventually
from tests.support.http_wire import wire
from tests.support.push import ORIGIN, PushHouse, push_house
from tests.support.push_raw import ask

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
SHIPPED = Path("infra/deploy/proxy/nginx.conf")
NAME = "shuoguo.example"

OPENSSL = shutil.which("openssl")
VISITOR = "127.0.0.2"

pytestmark = pytest.mark.skipif(NGINX is None or OPENSSL is None, reason="no nginx, or no openssl")


async def certificate(folder: Path) -> None:
    assert OPENSSL is not None
    about = ("-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}", "-days", "1")
    made = await asyncio.create_subprocess_exec(
        OPENSSL, "req", *about, "-keyout", str(folder / "key.pem"),
        "-out", str(folder / "certificate.pem"), stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await made.wait() == 0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def written(folder: Path, ports: dict[str, int]) -> Path:
    """The shipped file with a name and ports put in, in the smallest nginx around it."""
    text = SHIPPED.read_text().replace("NAME", NAME).replace("/etc/ssl/shuoguo", str(folder))
    for said, port in (
        ("listen 443 ssl", f"listen 127.0.0.1:{ports['tls']} ssl"),
        ("listen 80;", f"listen 127.0.0.1:{ports['plain']};"),
        ("127.0.0.1:9380", f"127.0.0.1:{ports['http']}"),
        ("127.0.0.1:9381", f"127.0.0.1:{ports['push']}"),
    ):
        assert said in text
        text = text.replace(said, port)
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "whole.conf"
    whole.write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log stderr warn;\n"
        f"events {{ worker_connections 64; }}\nhttp {{ access_log off; {paths}\n{text}\n}}\n"
    )
    return whole


@asynccontextmanager
async def nginx(folder: Path, http: int, push: int) -> AsyncIterator[dict[str, int]]:
    ports = {"http": http, "push": push, "tls": free_port(), "plain": free_port()}
    await certificate(folder)
    assert NGINX is not None
    process = await asyncio.create_subprocess_exec(
        NGINX, "-p", str(folder), "-c", str(written(folder, ports)), "-e", "stderr"
    )
    try:
        await eventually(lambda: listens(ports["tls"]))
        yield ports
    finally:
        process.terminate()
        await process.wait()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def asked(port: int, host: str, *, tls: bool = True, more: str = "") -> bytes:
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=trusting() if tls else None, local_addr=(VISITOR, 0)
    )
    writer.write(
        f"GET /static HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n".encode()
    )
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    return answer


async def test_both_gateways_learn_who_asks_and_another_name_leads_nowhere(tmp_path: Path) -> None:
    seen: list[tuple[str, bytes]] = []

    async def page(scope: Any, _receive: Any, send: Any) -> None:
        seen.append((scope["client"][0], dict(scope["headers"])[b"host"]))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    proxies = frozenset({"127.0.0.1"})
    house = PushHouse(proxies=proxies)
    async with (
        push_house(house=house),
        wire(PlainHead(page, proxies=proxies), proxies=tuple(proxies)) as served,
        nginx(tmp_path, served.port, house.port) as ports,
    ):
        said = "X-Forwarded-For: 198.51.100.9\r\n"
        assert b" 204 " in await asked(ports["tls"], NAME, more=said)
        assert seen == [(VISITOR, NAME.encode())], "who reached nginx, whatever he says himself"
        assert b" 421 " in await asked(ports["tls"], "evil.example", more=said)
        moved = await asked(ports["plain"], "evil.example", tls=False)
        assert f"Location: https://{NAME}/static".encode() in moved
        assert b"evil" not in moved
        socket_url = f"wss://{NAME}:{ports['tls']}{PATH}"
        heads = {"X-Forwarded-For": "198.51.100.9"}
        async with connect(
            socket_url, ssl=trusting(), origin=Origin(ORIGIN), additional_headers=heads,
            host="127.0.0.1", proxy=None, local_addr=(VISITOR, 0),
        ) as client:  # fmt: skip
            await ask(client, {"id": 1, "connect": {"token": ""}})
            assert set(house.gateway.people.guests._busy) == {VISITOR}
