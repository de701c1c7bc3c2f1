"""Figures of the HTTP side, for a listener of its own on loopback, only when asked (T25)."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server

LOOPBACK: Final = "127.0.0.1"


class Telemetry:
    """What is counted of every request: no path, as paths bear ids."""

    def __init__(self) -> None:
        """Nothing is served yet."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "shuoguo_http_requests", "Requests answered", ["method", "status"],
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "shuoguo_http_seconds", "Seconds to the end of an answer", registry=self._registry
        )

    def answered(self, method: str, status: int, took_ms: int) -> None:
        """Count a request."""
        self._requests.labels(method, str(status)).inc()
        self._seconds.observe(took_ms / 1_000)

    def serve(self, port: int) -> None:
        """Listen on loopback."""
        start_http_server(port, addr=LOOPBACK, registry=self._registry)
