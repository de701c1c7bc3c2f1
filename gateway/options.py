"""What both gateway roles are started with, and where they listen."""

import argparse
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from ipaddress import ip_address
from socket import socket
from typing import Final

from gateway.forwarded import trusted_proxies
from infra.running import DATA

DESCRIPTORS_RESERVED: Final = 128


def gateway_parser(role: str, described: str | None, port: int) -> argparse.ArgumentParser:
    """Return the options of `python -m gateway ROLE`; a role adds its own."""
    parser = argparse.ArgumentParser(prog=f"python -m gateway {role}", description=described)
    parser.add_argument("--bootstrap", help="HOST:PORT of the broker")
    parser.add_argument("--log-id", help="refuse any other log")
    parser.add_argument("--data", default=str(DATA), help=f"data folder (default: {DATA})")
    parser.add_argument("--stdin-guard", action="store_true", help="end when stdin ends")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=port, help="0 takes a free one")
    parser.add_argument("--public-url", help="https://… of the pages, where a proxy stands before")
    parser.add_argument(
        "--trusted-proxy", action="append", default=[], metavar="ADDRESS", type=_address,
        help="whose X-Forwarded-For is believed; again for another "
        "(with --public-url and without this: loopback)",
    )  # fmt: skip
    parser.add_argument("--metrics-port", type=int, help="figures for Prometheus, on loopback")
    return parser


def _address(text: str) -> str:
    return str(ip_address(text))


def proxies_of(options: argparse.Namespace) -> frozenset[str]:
    """Return whose word about others' addresses is believed."""
    return trusted_proxies(options.public_url, options.trusted_proxy)


def connections_max(wanted: int) -> int:
    """Return how many sockets fit: the soft bound of descriptors is raised to the hard one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    if soft == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, soft - DESCRIPTORS_RESERVED))


@contextmanager
def listening(bind: Callable[[str, int], socket], host: str, port: int) -> Iterator[socket | None]:
    """Give a bound socket; None, told to standard error, where that address cannot be had."""
    try:
        bound = bind(host, port)
    except OSError as error:
        sys.stderr.write(f"{host}:{port} cannot be listened on: {error}\n")
        yield None
        return
    with closing(bound):
        yield bound


def say_listening(bound: socket) -> None:
    """Say where we listen: whoever started us waits for this line."""
    host, port = bound.getsockname()[:2]
    sys.stdout.write(f"listening {host}:{port}\n")
    sys.stdout.flush()
