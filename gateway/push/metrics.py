"""Figures for Prometheus, read when they are asked for; on loopback, and only where wanted.

Rule 1: the hot path counts in plain integers; nothing here is called for a delivery.
Rule 2: no label tells who or which room: the numbers of labels are bounded.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from gateway.push.gateway import Gateway
from gateway.push.hub import DELAYS_MS

LOOPBACK: Final = "127.0.0.1"


class GatewayCollector(Collector):
    """What one gateway process counts."""

    def __init__(self, gateway: Gateway) -> None:
        """Reads it at each scrape."""
        self._gateway = gateway

    def collect(self) -> Iterable[Metric]:
        """Return all figures of now."""
        yield from self._gauges()
        yield from self._counters()
        yield self._delays()

    def _gauges(self) -> Iterator[Metric]:
        gateway = self._gateway
        unsent = [socket.outlet.unsent for socket in tuple(gateway.paused) if socket.outlet]
        for name, says, value in (
            ("connections", "Open connections whose client has connected.", gateway.people.count),
            ("sockets", "Open sockets, whatever they have said.", gateway.open_count),
            ("paused", "Connections with something unsent.", len(gateway.paused)),
            ("unsent_bytes", "Bytes that wait in this process for readers.", sum(unsent)),
        ):
            yield GaugeMetricFamily(f"shuoguo_push_{name}", says, value=value)

    def _counters(self) -> Iterator[Metric]:
        happened, hub = self._gateway.counts, self._gateway.hub.counts
        for name, says, value in (
            ("connects", "Accepted connects.", happened.connected),
            ("handshakes_refused", "Refused handshakes.", self._gateway.admission.refused_count),
            ("evictions", "Readers that did not read.", happened.evicted),
            ("calls", "RPCs.", happened.calls),
            ("calls_refused", "RPCs answered with an error.", happened.calls_refused),
            ("published", "Critical publications.", hub.published),
            ("conflated", "Conflated publications.", hub.conflated),
            ("conflated_outdated", "Conflated ones older than a known one.", hub.outdated),
            ("deliveries", "Frames given to connections.", hub.deliveries),
        ):
            yield CounterMetricFamily(f"shuoguo_push_{name}", says, value=value)
        drops = CounterMetricFamily(
            "shuoguo_push_drops", "What a reader was not given at once, by lane.", labels=["lane"]
        )
        drops.add_metric(["conflated"], hub.kept)
        drops.add_metric(["critical"], 0)  # never: such a reader is closed
        yield drops
        recoveries = CounterMetricFamily(
            "shuoguo_push_recoveries", "Subscribes from a position.", labels=["result"]
        )
        recoveries.add_metric(["ok"], hub.recovered)
        recoveries.add_metric(["failed"], hub.unrecovered)
        yield recoveries
        closed = CounterMetricFamily(
            "shuoguo_push_closed", "Connections that we closed, by code.", labels=["code"]
        )
        for code, count in happened.closed.items():
            closed.add_metric([str(code)], count)
        yield closed

    def _delays(self) -> Metric:
        counts = self._gateway.hub.counts
        sums, buckets = 0, []
        for bound, count in zip((*DELAYS_MS, None), counts.delays, strict=True):
            sums += count
            buckets.append(("+Inf" if bound is None else str(bound / 1_000), float(sums)))
        return HistogramMetricFamily(
            "shuoguo_push_fan_out_delay_seconds",
            "From a publication to the write of its tick.",
            buckets=buckets,
            sum_value=counts.delays_sum_ms / 1_000,
        )


@contextmanager
def serve_metrics(gateway: Gateway, port: int | None) -> Iterator[int | None]:
    """Serve the figures on loopback until the block ends; gives the port."""
    if port is None:
        yield None
        return
    registry = CollectorRegistry()
    registry.register(GatewayCollector(gateway))
    server, thread = start_http_server(port, addr=LOOPBACK, registry=registry)
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=2)
