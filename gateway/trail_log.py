"""The audit trail on the log: appending entries in order, and reading them all.

Rule 1: who is answered over HTTP waits for his entry: no answer without a trail. A socket does not
wait (its turn is one step), but is refused once too many entries wait for the broker.
Rule 2: an entry that has a number is appended, however long it takes: a gap would be a fault.
Rule 3: every entry of a writer goes to one partition, so that they stand there in their order.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import Final

from gateway.trail import Head, Pen, Reading, Trail, read_trail
from infra.kafka.admin import Log, NoBroker, check_log
from infra.kafka.appender import AckUnknown, Appender
from infra.kafka.reader import Record, open_reader
from infra.topics import AUDIT, TRADING

log = logging.getLogger("gateway.trail_log")

WAITING_MAX: Final = 1_000
SECONDS_MAX: Final = 3.0
AGAIN_SECONDS: Final = 0.2
PARTITION: Final = 0


class NoTrail(Exception):
    """It cannot be written down now, so it must not be shown."""


class TrailLog:
    """The pen of this process, and its way to the log; `run` beside everything else."""

    def __init__(self, bootstrap: str, log_id: str) -> None:
        """Connects at the first use."""
        self._appender = Appender(bootstrap, AUDIT)
        self._pen = Pen(log_id)
        self._waiting: deque[tuple[bytes, asyncio.Future[None]]] = deque()
        self._came = asyncio.Event()

    def note(self, reading: Reading) -> bool:
        """Write it down without waiting; False where it cannot be, and must not be shown."""
        return self._put(reading) is not None

    async def tell(self, reading: Reading) -> None:
        """Write it down; returns once the broker has it. Raises `NoTrail`."""
        done = self._put(reading)
        if done is None:
            raise NoTrail
        try:
            async with asyncio.timeout(SECONDS_MAX):
                await asyncio.shield(done)
        except TimeoutError as error:
            raise NoTrail from error

    def _put(self, reading: Reading) -> asyncio.Future[None] | None:
        if len(self._waiting) >= WAITING_MAX:
            log.critical("audit_full waiting=%d", len(self._waiting))
            return None
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._pen.write(reading), done))
        self._came.set()
        return done

    async def run(self) -> None:
        """Append what waits, in order, until cancelled."""
        while True:
            await self._came.wait()
            self._came.clear()
            while self._waiting:
                value, done = self._waiting[0]
                await self._append(value)
                self._waiting.popleft()
                if not done.done():
                    done.set_result(None)

    async def _append(self, value: bytes) -> None:
        while True:
            try:
                await self._appender.append(PARTITION, None, value)
            except (AckUnknown, NoBroker) as error:
                log.warning("audit_waits reason=%s", error)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    async def close(self) -> None:
        """Give what waits a moment, then end the connection."""
        waiting = [done for _, done in self._waiting]
        if waiting:
            await asyncio.wait(waiting, timeout=SECONDS_MAX)
        await self._appender.close()


@contextlib.asynccontextmanager
async def open_trail_log(bootstrap: str, log_id: str) -> AsyncIterator[TrailLog]:
    """Open a trail that is written to until the block ends."""
    trail = TrailLog(bootstrap, log_id)
    running = asyncio.create_task(trail.run())
    try:
        yield trail
    finally:
        await trail.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def read_trail_log(bootstrap: str, heads: Sequence[Head] = ()) -> tuple[Log, Trail]:
    """Read and check the whole trail, up to its end now."""
    found = await check_log(bootstrap, TRADING)
    reader = await open_reader(bootstrap, AUDIT, {PARTITION: 0}, Record)
    try:
        end = (await reader.ends())[PARTITION]
        values = [row.value async for rows in reader.read_to(PARTITION, end) for row in rows]
    finally:
        await reader.close()
    return found, read_trail(found.log_id, values, heads)
