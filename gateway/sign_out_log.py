"""Telling every gateway that a sign-in has ended: a record of the `sign-outs` topic.

Rule 1: it waits for the broker, but not long: a sign-out is done in any case, and where it could
not be told a socket lives on for as long as its token, five minutes at most.
"""

import asyncio
import logging
from typing import Final

from gateway.feed.sign_outs import encode_sign_out
from infra.kafka.admin import NoBroker
from infra.kafka.appender import AckUnknown, Appender
from infra.topics import SIGN_OUTS, partition_of

log = logging.getLogger("gateway.sign_out_log")

SECONDS_MAX: Final = 3.0
AGAIN_SECONDS: Final = 0.2


class SignOutLog:
    """One per process."""

    def __init__(self, bootstrap: str, partitions: int) -> None:
        """Connects at the first use."""
        self._appender = Appender(bootstrap, SIGN_OUTS)
        self._partitions = partitions

    async def tell(self, sign_in_id: str, at_ms: int) -> None:
        """Append it; the same again is as once. Never raises for want of a broker."""
        value = encode_sign_out(sign_in_id, at_ms)
        partition = partition_of(sign_in_id, self._partitions)
        try:
            async with asyncio.timeout(SECONDS_MAX):
                await self._append(partition, sign_in_id.encode(), value)
        except TimeoutError:
            log.warning("sign_out_untold sign_in=%s", sign_in_id)

    async def _append(self, partition: int, key: bytes, value: bytes) -> None:
        while True:
            try:
                await self._appender.append(partition, key, value)
            except (AckUnknown, NoBroker):
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    async def close(self) -> None:
        """End the connection."""
        await self._appender.close()
