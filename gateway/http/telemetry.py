"""Figures of the HTTP side, for a listener of its own on loopback, only when asked (T25)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

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

    def watch(self, health: Callable[[], Mapping[str, Any]]) -> None:
        """Show how far the feed has read, too: no public page tells it (docs/visibility.md)."""
        self._registry.register(FeedCollector(health))

    def serve(self, port: int) -> None:
        """Listen on loopback."""
        start_http_server(port, addr=LOOPBACK, registry=self._registry)


class FeedCollector(Collector):
    """How far the feed has read and what is before it, by family, at each scrape."""

    def __init__(self, health: Callable[[], Mapping[str, Any]]) -> None:
        """`health` is the feed's."""
        self._health = health

    def collect(self) -> Iterable[Metric]:
        """Return the figures of now."""
        lag = GaugeMetricFamily(
            "shuoguo_feed_lag_records", "Decisions not yet read.", labels=["family"]
        )
        read = GaugeMetricFamily(
            "shuoguo_feed_read_offset", "The newest decision read.", labels=["family", "partition"]
        )
        for name, found in self._health()["families"].items():
            lag.add_metric([name], found["lag"])
            for partition, offset in found["read"].items():
                read.add_metric([name, partition], offset)
        yield lag
        yield read
