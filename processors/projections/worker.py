"""The role: follows the log and keeps the read model at its end.

Rule 1: on start each reader reads the record at its position again; if it is another, or no longer
there, the read model is dropped and made anew, and that is said (F39).
Rule 2: a database that is away is waited for; nothing is skipped meanwhile.
Rule 3: whoever else moves the read model (`db rebuild`, a second runner) makes every reader take
its position afresh; nothing is ever written twice.
Rule 4: where a chain is broken that partition stands still and is told; the others go on.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from infra.chain import Position
from infra.db.place import read_model_url
from infra.kafka.admin import Log, NoBroker, check_log
from infra.process import EXIT_BROKEN, EXIT_OK
from infra.topics import BIDDING
from processors.projections.changes import Change
from processors.projections.following import Following, Reader
from processors.projections.runner import AWAY, Moved, ReadModel
from processors.projections.sources import StartOver, topics
from processors.projections.telemetry import Telemetry

log = logging.getLogger("processors.projections")

LOOK_SECONDS: Final = 1.0
AGAIN_SECONDS_MIN: Final = 0.1
AGAIN_SECONDS_MAX: Final = 2.0

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the role is started with.

    start_over: drop the read model first. until_end: stop at what is the log's end at the start.
    """

    bootstrap: str
    data: Path
    log_id: str | None = None
    metrics_port: int | None = None
    start_over: bool = False
    until_end: bool = False


class Worker:
    """Keeps one read model at the end of one log."""

    def __init__(self, settings: Settings, stop: asyncio.Event) -> None:
        """`stop` ends it cleanly."""
        self._settings = settings
        self._stop = stop
        self._telemetry = Telemetry()
        self._one_at_a_time = asyncio.Lock()
        self._followings: list[Following] = []
        self._ready = asyncio.Event()

    async def run(self) -> int:
        """Work until stopped, or until the end is reached; returns the exit code."""
        settings = self._settings
        found = await check_log(settings.bootstrap, BIDDING, settings.log_id)
        if settings.metrics_port is not None:
            self._telemetry.serve(settings.metrics_port)
        model = ReadModel(read_model_url(settings.data), found.log_id)
        working = asyncio.create_task(self._work(model, found))
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
        finally:
            working.cancel()
            stopping.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)
            model.close()
        return EXIT_BROKEN if any(one.broken for one in self._followings) else EXIT_OK

    async def _work(self, model: ReadModel, found: Log) -> None:
        await self._ask(model.prepare)
        if self._settings.start_over:
            await self._ask(model.forget)
        while True:
            try:
                await self._follow(model, found)
            except Moved as error:
                log.warning("moved reason=%s", error)
            except StartOver as error:
                log.warning("starts_over reason=%s", error)
                await self._ask(model.forget)
            except NoBroker as error:
                log.warning("no_broker reason=%s", error)
                await asyncio.sleep(AGAIN_SECONDS_MAX)
            else:
                return

    async def _follow(self, model: ReadModel, found: Log) -> None:
        """Follow every topic until one of them has to begin again, or the end is enough."""
        positions = await self._ask(model.positions)
        self._followings = [self._following(model, found, topic) for topic in topics()]
        tasks = [
            asyncio.create_task(following.run(positions, self._look_whether_ready))
            for following in self._followings
        ]
        tasks.append(asyncio.create_task(self._watch(model)))
        if self._settings.until_end:
            tasks.append(asyncio.create_task(self._end()))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _following(self, model: ReadModel, found: Log, topic: str) -> Following:
        async def apply(
            reader: Reader,
            before: Position | None,
            after: Position,
            at_ms: int,
            changes: Iterable[Change],
        ) -> None:
            some = list(changes)
            await self._ask(model.apply, reader, before, after, at_ms, some)
            self._telemetry.applied.labels(topic).inc(len(some))

        return Following(self._settings.bootstrap, topic, found, apply)

    def _look_whether_ready(self) -> None:
        if not self._ready.is_set() and all(one.caught_up for one in self._followings):
            self._ready.set()
            log.info("started topics=%d", len(self._followings))

    async def _end(self) -> None:
        """Return once everything has been read that was there at the start."""
        await self._ready.wait()

    async def _watch(self, model: ReadModel) -> None:
        """Look whether somebody else has begun the read model anew, and how far behind we are."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if await self._ask(model.generation) != model.began:
                raise Moved("the read model was begun anew")
            if self._settings.metrics_port is not None:
                for topic, following in zip(topics(), self._followings, strict=True):
                    self._telemetry.lag.labels(topic).set(await following.lag())

    async def _ask(
        self, do: Callable[Asked, Answer], *args: Asked.args, **kwargs: Asked.kwargs
    ) -> Answer:
        """Ask the database in a worker thread, one at a time; wait while it is away."""
        pause, is_away = AGAIN_SECONDS_MIN, False
        async with self._one_at_a_time:
            while True:
                asked = asyncio.ensure_future(asyncio.to_thread(do, *args, **kwargs))
                try:
                    answer = await asyncio.shield(asked)
                except asyncio.CancelledError:
                    await asyncio.wait([asked])  # what it does is done before anything is closed
                    raise
                except AWAY as error:
                    if not is_away:
                        log.warning("database_away reason=%s", type(error.orig).__name__)
                    is_away = True
                    self._telemetry.away.set(1)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, AGAIN_SECONDS_MAX)
                else:
                    if is_away:
                        log.info("database_back")
                        self._telemetry.away.set(0)
                    return answer
