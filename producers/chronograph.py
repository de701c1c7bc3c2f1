"""The chronograph: puts time on the log, one tick in flight per partition.

Rule 1: while anything is open, a tick a second; else one in thirty seconds, and a tick a second
again from five seconds before the next timer is due, by the broker's time as its answers show it.
Rule 2: a tick carries the time of the newest decision that was read (rule 7b of the log), so it
reads up to the end before it ticks.
Rule 3: never a queue: the next tick waits for the answer to the last.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from infra.clock import monotonic_ms
from infra.codec import Tick, encode_tick
from infra.kafka.admin import Log, NoBroker
from infra.kafka.appender import AckUnknown, Appender
from infra.tail import Heard, Tail, open_tail
from infra.topics import Family
from producers.command_publisher import new_command_id

log = logging.getLogger("producers.chronograph")

BUSY_MS: Final = 1_000
IDLE_MS: Final = 30_000
EARLY_MS: Final = 5_000
QUIET_MS_MAX: Final = 1_000
AGAIN_SECONDS: Final = 0.2
CATCH_UP_SECONDS: Final = 0.02
CATCH_UP_LOOKS: Final = 250


def next_tick_ms(last_ms: int, at_ms: int, next_due_ms: int | None) -> int:
    """Return when to tick next, in broker time, after a tick at `last_ms`.

    `at_ms` and `next_due_ms` are those of the newest decision: equal while anything is open.
    """
    if next_due_ms is None:
        return last_ms + IDLE_MS
    if next_due_ms <= at_ms:
        return last_ms + BUSY_MS
    return min(last_ms + IDLE_MS, max(last_ms + BUSY_MS, next_due_ms - EARLY_MS))


@dataclass(slots=True)
class Face:
    """What the chronograph knows of one partition."""

    at_ms: int = 0
    next_due_ms: int | None = None
    last_ms: int | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, heard: Heard) -> None:
        """Take note of a decision that counts."""
        decision = heard.counted.decision
        self.at_ms, self.next_due_ms = decision.at_ms, decision.next_due_ms
        self.changed.set()

    def wait_ms(self, broker_ms: int) -> int:
        """Return how long to wait for the next tick."""
        if self.last_ms is None:
            return 0
        return max(0, next_tick_ms(self.last_ms, self.at_ms, self.next_due_ms) - broker_ms)


class Chronograph:
    """Ticks in every partition of a family until cancelled."""

    def __init__(self, bootstrap: str, family: Family, log_of: Log, slot: str) -> None:
        """`slot` is the name that its ticks bear; `log_of` is what `check_log` found."""
        self._bootstrap = bootstrap
        self._family = family
        self._log = log_of
        self._slot = slot
        self._faces = {partition: Face() for partition in range(log_of.partitions)}
        self._appender = Appender(bootstrap, family.commands)
        self._broker_ahead_ms = 0
        self._read_at_ms = 0

    async def run(self) -> None:
        """Tick; returns only by an error or when cancelled."""
        tail, heard = await open_tail(self._bootstrap, self._family, self._log)
        try:
            self._hear(heard)
            await self._appender.start()
            name = self._family.name
            log.info("ticking slot=%s family=%s partitions=%d", self._slot, name, len(self._faces))
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen(tail))
                for partition, face in self._faces.items():
                    group.create_task(self._tick(tail, partition, face))
        finally:
            await self._appender.close()
            await tail.close()

    def _hear(self, heard: list[Heard]) -> None:
        self._read_at_ms = monotonic_ms()
        for one in heard:
            self._faces[one.partition].hear(one)

    async def _listen(self, tail: Tail) -> None:
        told: set[int] = set()
        while True:
            self._hear(await tail.read())
            for partition in set(tail.broken) - told:
                told.add(partition)
                reason = tail.broken[partition]
                log.critical("chain_broken partition=%d reason=%s", partition, reason)

    async def _tick(self, tail: Tail, partition: int, face: Face) -> None:
        while partition not in tail.broken:
            wait_ms = face.wait_ms(monotonic_ms() + self._broker_ahead_ms)
            if wait_ms:
                face.changed.clear()
                with suppress(TimeoutError):  # not wait_for: on 3.11 it can swallow a cancellation
                    async with asyncio.timeout(wait_ms / 1_000):
                        await face.changed.wait()
                continue
            try:
                await self._catch_up(tail)
                value = encode_tick(Tick(new_command_id(), self._slot, face.at_ms))
                ack = await self._appender.append(partition, None, value)
            except (AckUnknown, NoBroker) as error:
                log.warning("tick_unknown partition=%d reason=%s", partition, error)
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            self._broker_ahead_ms = ack.timestamp_ms - monotonic_ms()
            face.last_ms = ack.timestamp_ms

    async def _catch_up(self, tail: Tail) -> None:
        """After a pause, read to the end first: who was asleep must not say what he missed."""
        if monotonic_ms() - self._read_at_ms <= QUIET_MS_MAX:
            return
        for _ in range(CATCH_UP_LOOKS):
            if not await tail.lag():
                return
            await asyncio.sleep(CATCH_UP_SECONDS)
