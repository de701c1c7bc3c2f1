"""Samples of presence to the log's `signals`, from where heat and every gateway's rooms take them.

Rule 1: a sample that does not reach the log is lost, and no harm: the next one says more.
"""

import asyncio
import contextlib
import logging
from typing import Final

from gateway.push.hub import Hub
from gateway.push.pulse import Pulse, Sample, encode_sample
from infra.clock import monotonic_ms
from infra.kafka.admin import NoBroker
from infra.kafka.appender import AckUnknown, Appender
from infra.topics import SIGNALS, partition_of

LOOK_SECONDS: Final = 0.5
_log: Final = logging.getLogger("gateway.push")


class Signals:
    """One per gateway process."""

    def __init__(self, bootstrap: str, hub: Hub, partitions: int) -> None:
        """`partitions`: how many the log has."""
        self._appender = Appender(bootstrap, SIGNALS)
        self._hub = hub
        self._pulse = Pulse(hub.presence)
        self._partitions = partitions

    async def run(self) -> None:
        """Tell how many are there, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for sample in self._pulse.samples(monotonic_ms(), self._hub.rooms.log_time_ms()):
                with contextlib.suppress(AckUnknown, NoBroker):
                    await self._tell(sample)

    async def _tell(self, sample: Sample) -> None:
        key = sample.session_id
        await self._appender.append(
            partition_of(key, self._partitions), key.encode(), encode_sample(sample)
        )

    async def close(self) -> None:
        """End the connection."""
        await self._appender.close()
