"""`python -m gateway http`: serves pages, queries and commands until it is told to stop."""

import argparse
import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import uvicorn

from gateway.http.app import create_app
from gateway.http.middleware import HEAD_BYTES_MAX
from gateway.http.ports import Parts
from gateway.http.protocol import protocol_of
from gateway.http.telemetry import Telemetry
from gateway.http.wiring import Settings, wired
from gateway.options import connections_max, gateway_parser, listening, proxies_of, say_listening
from gateway.origins import own_hosts, stream_origin
from infra.process import EXIT_FAILED, EXIT_OK, stop_event
from infra.role import run_role

PORT: Final = 9380
BACKLOG: Final = 2_048
CONNECTIONS_MAX: Final = 20_000
STOP_SECONDS_MAX: Final = 3
IDLE_SECONDS_MAX: Final = 75


class _Server(uvicorn.Server):
    """Leaves signals to the role that runs it, and tells it when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serves = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        self.serves.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def main(arguments: list[str] | None = None) -> int:
    """Run the role and return its exit code."""
    return run_role(_serve, _parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = gateway_parser("http", __doc__, PORT)
    parser.add_argument("--push-url", default="ws://127.0.0.1:9381/connection/websocket")
    parser.add_argument(
        "--stream-origin", action="append", default=[], type=stream_origin,
        help="https://… from which pages may show a stream; again for another",
    )  # fmt: skip
    return parser


async def _serve(options: argparse.Namespace) -> int:
    stop = stop_event(stdin_guard=options.stdin_guard)
    with listening(_bind, options.host, options.port) as bound:
        if bound is None:
            return EXIT_FAILED
        return await _work(_settings(options, bound.getsockname()[1]), bound, stop)


def _settings(options: argparse.Namespace, port: int) -> Settings:
    return Settings(
        options.bootstrap,
        Path(options.data),
        port,
        options.push_url,
        options.log_id,
        options.public_url,
        options.metrics_port,
        tuple(options.stream_origin),
        proxies_of(options),
    )


async def _work(settings: Settings, bound: socket.socket, stop: asyncio.Event) -> int:
    """Start the parts, serve until told to stop or until the feed has failed."""
    async with wired(settings) as (parts, following):
        bound.listen(BACKLOG)  # only now: nobody is answered before the log has been read
        telemetry = Telemetry()
        if settings.metrics_port is not None:
            telemetry.watch(parts.feed.health)
            telemetry.serve(settings.metrics_port)
        server = _server(parts, telemetry, settings)
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        ready = asyncio.create_task(server.serves.wait())
        await asyncio.wait([serving, ready], return_when=asyncio.FIRST_COMPLETED)
        say_listening(bound)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([serving, stopping, following], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        for task in (ready, stopping):
            task.cancel()
        await serving
        if following.done():
            following.result()
    return EXIT_OK if stop.is_set() else EXIT_FAILED


def _server(parts: Parts, telemetry: Telemetry, settings: Settings) -> _Server:
    proxies = settings.proxies
    hosts = own_hosts(settings.port, settings.public_url)
    config = uvicorn.Config(
        create_app(parts, telemetry, proxies=proxies, hosts=hosts),
        http=protocol_of(proxies, connections_max(CONNECTIONS_MAX)),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # ours (middleware.PlainHead): one rule for pages and sockets
        lifespan="off",
        h11_max_incomplete_event_size=HEAD_BYTES_MAX,
        timeout_keep_alive=IDLE_SECONDS_MAX,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
    )
    return _Server(config)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound
