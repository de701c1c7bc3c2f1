"""Figures of the read model's reader, for a listener of its own on loopback, only when asked."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

LOOPBACK: Final = "127.0.0.1"


class Telemetry:
    """What may be counted and measured."""

    def __init__(self) -> None:
        """Nothing is served yet."""
        self._registry = CollectorRegistry()
        self.lag = Gauge(
            "shuoguo_projections_lag_records", "Records not yet in the read model", ["topic"],
            registry=self._registry,
        )  # fmt: skip
        self.applied = Counter(
            "shuoguo_projections_changes", "Changes of rows written", ["topic"],
            registry=self._registry,
        )  # fmt: skip
        self.away = Gauge(
            "shuoguo_projections_database_away", "Whether the database cannot be asked",
            registry=self._registry,
        )  # fmt: skip

    def serve(self, port: int) -> None:
        """Listen on loopback."""
        start_http_server(port, addr=LOOPBACK, registry=self._registry)
