"""Appending what reactors ask for, until the broker has it.

Rule 1: nothing is given up: an unknown answer is tried again, since the same again is the same.
Rule 2: what one decision asks for is appended in order, and before the next decision is taken.
"""

import asyncio
import logging
from typing import Final

from infra.kafka.admin import NoBroker
from infra.kafka.appender import AckUnknown, Appender
from infra.topics import partition_of

log = logging.getLogger("processors.outbox")

AGAIN_SECONDS: Final = 0.5


class Outbox:
    """One appender for each topic that something has been appended to."""

    def __init__(self, bootstrap: str, partitions: int) -> None:
        """Connects at the first use."""
        self._bootstrap = bootstrap
        self._partitions = partitions
        self._appenders: dict[str, Appender] = {}
        self.appended_count = 0

    async def append(self, topic: str, key: str, value: bytes) -> None:
        """Append one record; returns when the broker has it."""
        if topic not in self._appenders:
            self._appenders[topic] = Appender(self._bootstrap, topic)
        partition = partition_of(key, self._partitions)
        while True:
            try:
                await self._appenders[topic].append(partition, key.encode(), value)
            except (AckUnknown, NoBroker) as error:
                log.warning("ack_unknown topic=%s reason=%s", topic, error)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                self.appended_count += 1
                return

    async def close(self) -> None:
        """End all connections."""
        for appender in self._appenders.values():
            await appender.close()
