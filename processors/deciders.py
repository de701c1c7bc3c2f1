"""The decider worker: owns partitions of a command topic and decides them.

Rule 1: the group says who owns what; every owned partition is a task of its own.
Rule 2: a broken partition stands still and is told; the others go on. The exit code says it later.
Rule 3: no progress while commands wait ends the process: a supervisor starts it again.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.kafka.admin import NoBroker, WrongLog, check_log
from infra.kafka.ownership import Ownership, join
from infra.process import EXIT_BROKEN, EXIT_FAILED, EXIT_OK, EXIT_STALLED
from infra.topics import Family
from processors.families import RULES
from processors.partition import PartitionDecider, Phase, Place
from processors.progress import Progress
from processors.snapshots import Snapshots

log = logging.getLogger("processors.deciders")

GROUP: Final = "deciders"
LOOK_SECONDS: Final = 1.0
STOP_SECONDS_MAX: Final = 5.0


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What one worker is started with; `slot` is its stable name in the group."""

    bootstrap: str
    slot: str
    data: Path
    family: Family
    log_id: str | None = None


class Worker:
    """One decider process."""

    def __init__(self, settings: WorkerSettings, stop: asyncio.Event) -> None:
        """`stop` ends it cleanly."""
        self._settings = settings
        self._stop = stop
        self._place: Place | None = None
        self._ownership: Ownership | None = None
        self._running: dict[int, tuple[PartitionDecider, asyncio.Task[None]]] = {}
        self._broken: set[int] = set()
        self._exit = EXIT_OK
        self._changing = asyncio.Lock()

    async def run(self) -> int:
        """Work until stopped; returns the exit code."""
        settings = self._settings
        try:
            found = await check_log(settings.bootstrap, settings.family, settings.log_id)
        except (WrongLog, NoBroker) as error:
            log.critical("refused reason=%s", error)
            return EXIT_FAILED
        self._place = Place(
            settings.bootstrap,
            found.log_id,
            settings.family,
            found.partitions,
            RULES[settings.family],
            Snapshots(settings.data / "snapshots"),
        )
        group = f"{GROUP}-{settings.family.name}"
        self._ownership = await join(
            settings.bootstrap, settings.family.commands, group, settings.slot, self._own
        )
        log.info("started slot=%s log_id=%s", settings.slot, found.log_id)
        await self._work(self._ownership)
        return self._exit or (EXIT_BROKEN if self._broken else EXIT_OK)

    async def _work(self, ownership: Ownership) -> None:
        tasks = [
            asyncio.create_task(self._stop.wait()),
            asyncio.create_task(self._keep_membership(ownership)),
            asyncio.create_task(self._watch_progress(ownership)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if (error := task.exception()) is not None:
                    log.critical("failed", exc_info=error)
                    self._exit = EXIT_FAILED
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            async with self._changing:
                await self._end(list(self._running))
            await ownership.leave()

    # owning

    async def _own(self, partitions: set[int]) -> None:
        """Take over what the group gives us; called after every rebalance."""
        async with self._changing:
            await self._end([one for one in self._running if one not in partitions])
            if self._stop.is_set():
                return
            for partition in sorted(partitions - set(self._running)):
                self._begin(partition)

    def _begin(self, partition: int) -> None:
        assert self._place is not None

        def owns() -> bool:
            return self._ownership is not None and self._ownership.owns(partition)

        decider = PartitionDecider(self._place, partition, owns)
        task = asyncio.create_task(decider.run())
        self._running[partition] = (decider, task)

    async def _end(self, partitions: Iterable[int]) -> None:
        ending = [self._running.pop(partition) for partition in partitions]
        if not ending:
            return
        for decider, _ in ending:
            decider.stop()
        _, late = await asyncio.wait([task for _, task in ending], timeout=STOP_SECONDS_MAX)
        for task in late:
            task.cancel()
        await asyncio.gather(*(task for _, task in ending), return_exceptions=True)

    async def _keep_membership(self, ownership: Ownership) -> None:
        while True:
            await ownership.poll()
            async with self._changing:
                self._look_after(ownership)

    def _look_after(self, ownership: Ownership) -> None:
        """Note what ended by itself, and begin again what is still ours."""
        for partition, (decider, task) in list(self._running.items()):
            if not task.done():
                continue
            if decider.phase is Phase.BROKEN:
                self._broken.add(partition)
                continue
            del self._running[partition]
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("partition_failed partition=%d", partition, exc_info=error)
            if ownership.owns(partition) and not self._stop.is_set():
                self._begin(partition)
        if self._broken and self._broken == set(self._running):
            log.critical("all_broken partitions=%s", sorted(self._broken))
            self._exit = EXIT_BROKEN
            self._stop.set()

    # progress

    async def _watch_progress(self, ownership: Ownership) -> None:
        """End the process where commands wait and nothing moves for several looks."""
        progress = Progress()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            watched = {
                partition: decider
                for partition, (decider, _) in self._running.items()
                if decider.phase is not Phase.BROKEN
            }
            try:
                ends = await ownership.ends(watched)
            except NoBroker:
                progress.forget()
                continue
            for partition, decider in watched.items():
                end, next_command = ends[partition], decider.host.next_command_offset
                if progress.stalled(
                    partition, end=end, next_command=next_command, moved=decider.progress
                ):
                    log.critical(
                        "stalled partition=%d next_command=%d end=%d", partition, next_command, end
                    )
                    self._exit = EXIT_STALLED
                    return
