"""`python -m gateway push`: serves sockets until it is told to stop.

Rule 1: it listens only once the feed has reached the end of the log as it was at the start.
Rule 2: if the feed ends, so does the role: nobody is left with a price that stands still.
"""

import argparse
import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from gateway.command_path import CommandPath
from gateway.feed.families import RULES
from gateway.feed.feed import Feed
from gateway.feed.publication import Publication
from gateway.options import connections_max, gateway_parser, listening, proxies_of, say_listening
from gateway.origins import allowed_origins, origin_of
from gateway.push.gateway import Gateway
from gateway.push.limits import Limits
from gateway.push.metrics import serve_metrics
from gateway.push.server import listening_socket, serve_push
from gateway.push.signals import Signals
from gateway.push.wiring import LogAccess, LogCalls
from gateway.trail_log import open_trail_log
from infra.clock import now_ms
from infra.here import EVERY_SECONDS, write_here
from infra.identity.tokens import open_tokens
from infra.process import EXIT_FAILED, EXIT_OK, stop_event
from infra.role import run_role
from infra.running import SHORT_PROFILES, read_running, running_profile
from producers.command_publisher import CommandPublisher

PORT: Final = 9381
PAGES_PORT: Final = 9380
STOP_SECONDS_MAX: Final = 4.0
_log: Final = logging.getLogger("gateway.push")


def main(arguments: list[str] | None = None) -> int:
    """Run the role and return its exit code."""
    return run_role(_serve, _parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = gateway_parser("push", __doc__, PORT)
    parser.add_argument("--page-url", action="append", default=[], help="another page's address")
    return parser


async def _serve(options: argparse.Namespace) -> int:
    stop = stop_event(stdin_guard=options.stdin_guard)
    with listening(listening_socket, options.host, options.port) as bound:
        if bound is None:
            return EXIT_FAILED
        async with _wired(options) as (gateway, following):
            return await _listen(options, gateway, following, bound, stop)


@asynccontextmanager
async def _wired(
    options: argparse.Namespace,
) -> AsyncIterator[tuple[Gateway, "asyncio.Task[None]"]]:
    """Start feed, publishers and gateway; also gives the task that ends only in failure."""
    data = Path(options.data)
    async with AsyncExitStack() as stack:
        sink = _Sink()
        feed = Feed(
            options.bootstrap, sink, log_id=options.log_id, snapshots=data / "snapshots",
            on_account=sink.account_changed,
        )  # fmt: skip
        stack.push_async_callback(feed.close)
        publishers = {}
        partitions, log_id = 0, ""
        for family in RULES:
            publisher = CommandPublisher(options.bootstrap, family, options.log_id)
            stack.push_async_callback(publisher.close)
            found = await publisher.start()
            partitions, log_id = found.partitions, found.log_id
            publishers[family] = publisher
        tokens = await asyncio.to_thread(open_tokens, data, now_ms())
        calls = LogCalls(CommandPath(feed, publishers, running_profile(data)))
        trail = await stack.enter_async_context(open_trail_log(options.bootstrap, log_id))
        access = LogAccess(tokens, feed, trail)
        gateway = Gateway(
            feed, access, calls, connections_max=connections_max(Limits().connections_max),
            proxies=proxies_of(options),
        )  # fmt: skip
        sink.gateway = gateway
        await feed.start()
        signals = Signals(options.bootstrap, gateway.hub, partitions)
        stack.push_async_callback(signals.close)
        following = asyncio.create_task(_follow(feed, gateway, signals, data))
        stack.push_async_callback(_ended, following)
        yield gateway, following


class _Sink:
    """What the feed tells, given to the gateway that is made with that feed."""

    def __init__(self) -> None:
        self.gateway: Gateway | None = None

    def __call__(self, publication: Publication) -> None:
        if self.gateway is not None:
            self.gateway.publish(publication)

    def account_changed(self, account_id: str) -> None:
        """Somebody's rights are others now."""
        if self.gateway is not None:
            self.gateway.look_at_people(account_id)


async def _follow(feed: Feed, gateway: Gateway, signals: Signals, data: Path) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(feed.run())
        tasks.create_task(gateway.run())
        tasks.create_task(signals.run())
        if running_profile(data) in SHORT_PROFILES:
            tasks.create_task(_tell_who_is_here(gateway, data))


async def _tell_who_is_here(gateway: Gateway, data: Path) -> None:
    """Let the bots of a demo step back from the role of whoever has a page open."""
    while True:
        with contextlib.suppress(OSError):
            write_here(data, gateway.people.accounts)
        await asyncio.sleep(EVERY_SECONDS)


async def _listen(
    options: argparse.Namespace,
    gateway: Gateway,
    following: "asyncio.Task[None]",
    bound: socket.socket,
    stop: asyncio.Event,
) -> int:
    server = await serve_push(gateway, bound, _origins(options))
    with serve_metrics(gateway, options.metrics_port):
        say_listening(bound)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([stopping, following], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        server.close(close_connections=False)
        await gateway.drain()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS_MAX):
                await server.wait_closed()
    if following.done():
        following.result()
    return EXIT_OK if stop.is_set() else EXIT_FAILED


def _origins(options: argparse.Namespace) -> frozenset[str]:
    """Return the pages that may connect: those of this data folder, and what is named."""
    running = read_running(Path(options.data))
    port = urlsplit(running.http).port if running is not None and running.http else None
    found = allowed_origins(port or PAGES_PORT, options.public_url)
    return found | {origin_of(url) for url in options.page_url}


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
