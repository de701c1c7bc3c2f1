"""Whose address it is, where a proxy stands between: one rule for pages and sockets.

Rule 1: `X-Forwarded-For` is read only from a peer that is trusted; what anybody else says is not
heard. Of all that stands there the right-most that is no trusted proxy's counts: what is left of it
its sender may have made up.
Rule 2: bounds are by address; one subscriber has 2^64 of IPv6, so a /64 is one address there.
"""

import ipaddress
from collections.abc import Collection, Iterable
from typing import Final

LOOPBACK: Final = ("127.0.0.1", "::1")
_V6_BITS: Final = 64


def trusted_proxies(public_url: str | None, named: Iterable[str]) -> frozenset[str]:
    """Return who is believed: who is named, or this machine where a proxy stands before us.

    Raises `ValueError` where one is no address.
    """
    found = frozenset(str(ipaddress.ip_address(one)) for one in named)
    if found or not public_url:
        return found
    return frozenset(LOOPBACK)


def client_address(peer: str, forwarded: Iterable[str], trusted: Collection[str]) -> str:
    """Return who asks: `forwarded` are the header's lines, in order."""
    if peer not in trusted:
        return peer
    for said in reversed([one.strip() for line in forwarded for one in line.split(",")]):
        try:
            address = str(ipaddress.ip_address(said))
        except ValueError:
            return peer  # a proxy that is trusted writes addresses
        if address not in trusted:
            return address
    return peer


def group_of(address: str) -> str:
    """Return by what bounds are counted: the address, of IPv6 its /64."""
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> _V6_BITS << _V6_BITS, _V6_BITS)))
