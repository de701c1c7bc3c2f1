"""How many are here to the log's `signals`, from where heat and every gateway's rooms take it.

Rule 1: a report that does not reach the log is lost, and no harm: the next one says all again.
"""

import asyncio
import contextlib
from typing import Final

from gateway.push.hub import Hub
from gateway.push.pulse import Pulse
from infra.clock import monotonic_ms
from infra.headcounts import encode
from infra.kafka.admin import NoBroker
from infra.kafka.appender import AckUnknown, Appender
from infra.topics import SIGNALS

LOOK_SECONDS: Final = 0.5


class Signals:
    """One per gateway process."""

    def __init__(self, bootstrap: str, hub: Hub, partitions: int) -> None:
        """`partitions`: how many the log has."""
        self._appender = Appender(bootstrap, SIGNALS)
        self._hub = hub
        self._pulse = Pulse(hub.presence, partitions)

    async def run(self) -> None:
        """Tell how many are there, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for partition, report in self._pulse.reports(
                monotonic_ms(), self._hub.rooms.log_time_ms()
            ):
                with contextlib.suppress(AckUnknown, NoBroker):
                    await self._appender.append(partition, report.gateway.encode(), encode(report))

    async def close(self) -> None:
        """End the connection."""
        await self._appender.close()
