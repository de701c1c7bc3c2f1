"""From which pages a browser may talk to us (reliability T01).

Rule 1: an exact list. An origin is never compared with the Host header: both are the attacker's
where he points a name of his own at our address.
"""

import re
from typing import Final
from urllib.parse import urlsplit

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_STREAM: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?/?"
)


def allowed_origins(port: int, public_url: str | None = None) -> frozenset[str]:
    """Return the origins of the pages served at a port of loopback, and of their public name."""
    found = {f"http://{host}:{port}" for host in _LOOPBACK}
    if public_url:
        found.add(origin_of(public_url))
    return frozenset(found)


def own_hosts(port: int, public_url: str | None = None) -> list[str]:
    """Return the names that we go by, the one to be told to others first."""
    found = [f"{host}:{port}" for host in _LOOPBACK]
    return [urlsplit(origin_of(public_url)).netloc, *found] if public_url else found


def stream_origin(text: str) -> str:
    """Return an origin from which pages may show a stream; raises `ValueError`.

    https, or http on this machine; nothing but the origin, and nobody's name in it.
    """
    found = _STREAM.fullmatch(text)
    if found is None or (found["scheme"] == "http" and found["host"] not in _LOOPBACK):
        raise ValueError(f"{text} is no https origin of a stream")
    return origin_of(text)


def origin_of(url: str) -> str:
    """Return the origin of a URL as browsers write it; raises `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"{url} is not the http(s) URL of a page")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.port is None or parts.port == _DEFAULT_PORTS[parts.scheme]:
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{parts.port}"
