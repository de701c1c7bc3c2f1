"""Whose address it is behind a proxy, and who is believed."""

from __future__ import annotations

import pytest

from gateway.forwarded import LOOPBACK, client_address, group_of, trusted_proxies

TRUSTED = frozenset((*LOOPBACK, "10.0.0.9"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),  # nobody whose word counts
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["evil, 198.51.100.9, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.9", "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1, 10.0.0.9"], "198.51.100.1"),  # a proxy before the proxy
        ("127.0.0.1", ["10.0.0.9, 127.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1, not an address"], "127.0.0.1"),
        ("::1", ["2001:DB8::0:1"], "2001:db8::1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_the_right_most_that_is_no_trusted_proxy_counts(
    peer: str, forwarded: list[str], address: str
) -> None:
    assert client_address(peer, forwarded, TRUSTED) == address


def test_loopback_is_believed_where_a_proxy_stands_before_us_and_nobody_else_is_named() -> None:
    assert trusted_proxies(None, []) == frozenset()
    assert trusted_proxies("https://x.example", []) == frozenset(LOOPBACK)
    assert trusted_proxies("https://x.example", ["10.0.0.9"]) == {"10.0.0.9"}
    assert trusted_proxies(None, ["::0:1"]) == {"::1"}
    with pytest.raises(ValueError, match="nginx"):
        trusted_proxies(None, ["nginx"])


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("what:is:this", "what:is:this"),
    ],
)
def test_of_ipv6_a_subscribers_net_is_one_address(address: str, group: str) -> None:
    assert group_of(address) == group
