"""`python -m processors reactors`: the Faust app that delivers decisions to the reactors.

Rule 1: Faust delivers and keeps the heat's windows. What counts, and whether all was delivered, is
said by the chain and the offsets (`processors.reactors`): nothing else hangs on its commits.
Rule 2: source topics are made before it starts (it would only warn, and read nothing).
Rule 3: no progress while the sources move ends the process: a supervisor starts it again (F16).
"""

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import faust
import msgspec

from infra.clock import now_ms
from infra.headcounts import decode as decode_headcount
from infra.kafka.admin import Log, NoBroker, WrongLog, check_log
from infra.kafka.reader import LogReader, Record, open_reader
from infra.kafka.settings import replication
from infra.process import EXIT_FAILED, EXIT_OK, EXIT_STALLED
from infra.scratch import scratch
from infra.topics import BEATS, SIGNALS
from processors.heat import KEPT_SECONDS, STEP_SECONDS, WINDOW_SECONDS, Beat
from processors.heating import Heater
from processors.outbox import Outbox
from processors.progress import Progress
from processors.reactors import GROUP, SOURCES, At, Reactors
from processors.reminders import LOOK_SECONDS as REMIND_SECONDS
from processors.tables import KEYS, VALUES, WINDOWED_KEYS

log = logging.getLogger("processors.app")

LOOK_SECONDS: Final = 1.0
LOOKS_MAX: Final = 12  # a rebalance and a recovery of tables must fit
START_SECONDS_MAX: Final = 60.0
STOP_SECONDS_MAX: Final = 8.0
SESSION_SECONDS: Final = 6
HEARTBEAT_SECONDS: Final = 2
COMMIT_SECONDS: Final = 1.0
HEATS: Final = (BEATS, SIGNALS)

_beat: Final = msgspec.json.Decoder(Beat)


@dataclass(frozen=True, slots=True)
class ReactorSettings:
    """What the role is started with; `slot` is its stable name in the group."""

    bootstrap: str
    slot: str
    data: Path
    log_id: str | None = None


class Shell:
    """The app, what it feeds, and how far it has come."""

    def __init__(self, settings: ReactorSettings, found: Log, outbox: Outbox, data: str) -> None:
        """`data` is a folder for what Faust writes; nothing in it is needed again."""
        self._found = found
        self._outbox = outbox
        self.reactors = Reactors(settings.bootstrap, found, outbox)
        self.owned: set[At] = set()
        self.moved = asyncio.Event()
        self._heats: dict[At, int] = {}
        self.app = _make_app(settings, found, data)
        self._define()

    def positions(self) -> dict[At, int]:
        """Return for each partition that is delivered the offset that is waited for next."""
        return {**self.reactors.positions(), **self._heats}

    @property
    def is_ready(self) -> bool:
        """Whether every partition that is ours is being acted on."""
        ours = {at for at in self.owned if at[0] in SOURCES}
        return bool(ours) and ours <= set(self.reactors.positions())

    def _define(self) -> None:
        app = self.app
        raw = {"key_type": bytes, "value_type": bytes, "allow_empty": True, "internal": False}
        app.on_partitions_assigned.connect(self._assigned)
        app.on_partitions_revoked.connect(self._revoked)
        n = self._found.partitions
        standings = _kept(app.Table("standings", partitions=n), KEYS)
        cells = _kept(app.Table("heat", partitions=n, default=dict), WINDOWED_KEYS).hopping(
            WINDOW_SECONDS, STEP_SECONDS, expires=KEPT_SECONDS
        )
        heater = Heater(cells, standings, self._outbox, n)
        app.agent(app.topic(*SOURCES, **raw), name="decisions")(self._take_decisions)

        async def take_heat(stream: Any) -> None:
            async for event in stream.events():
                message = event.message
                await self._take_heat(
                    heater, (message.topic, message.partition), message.offset, event.value
                )

        async def tell() -> None:
            if not app.rebalancing and not app.tables.recovery.in_recovery:
                await heater.tell(now_ms(), {one for topic, one in self.owned if topic == BEATS})

        app.agent(app.topic(*HEATS, **raw), name="heat")(take_heat)
        app.timer(LOOK_SECONDS)(tell)

    async def _take_decisions(self, stream: Any) -> None:
        async for event in stream.events():
            message = event.message
            await self.reactors.take(
                (message.topic, message.partition), message.offset, event.value
            )

    async def _take_heat(self, heater: Heater, at: At, offset: int, value: bytes | None) -> None:
        """Take a record in its turn: what was left out before it is read back first."""
        wanted = self._heats.get(at, offset)
        if offset < wanted:
            return
        rows = [(offset, value)] if offset == wanted else await self.reactors.missing(at, wanted)
        for row_offset, row_value in rows:
            _heat(heater, at, row_value)
            self._heats[at] = row_offset + 1

    async def _assigned(self, _app: Any, assigned: Iterable[Any], **_: Any) -> None:
        self.owned = {(one.topic, one.partition) for one in assigned}
        self.moved.set()

    async def _revoked(self, _app: Any, revoked: Iterable[Any], **_: Any) -> None:
        """What stays ours goes on where it is; what does not is given up once that is known."""

    async def adopt(self) -> None:
        """Keep to what the group gives us, after every rebalance."""
        while True:
            await self.moved.wait()
            self.moved.clear()
            lost = [at for at in self.reactors.positions() if at not in self.owned]
            self.reactors.release(lost)
            for at in [at for at in self._heats if at not in self.owned]:
                del self._heats[at]
            await self.reactors.adopt(sorted(self.owned))

    async def remind(self) -> None:
        """Remind of what is about to open, for ever; without a broker it waits for it."""
        while True:
            await asyncio.sleep(REMIND_SECONDS)
            try:
                await self.reactors.remind()
            except NoBroker as error:
                log.warning("no_reminders reason=%s", error)


def _heat(heater: Heater, at: At, value: bytes | None) -> None:
    topic, partition = at
    if topic == SIGNALS:
        report = decode_headcount(value)
        if report is not None:
            heater.take_signal(partition, report)
        return
    try:
        heater.take_beat(_beat.decode(value or b""))
    except (msgspec.MsgspecError, ArithmeticError, LookupError, ValueError) as error:
        log.warning("unreadable topic=%s reason=%s", topic, error)


def _kept(table: Any, keys: Any) -> Any:
    table.key_serializer, table.value_serializer = keys, VALUES
    table.changelog_topic = None  # made with the table, for what it had then: made anew when asked
    return table


def _make_app(settings: ReactorSettings, found: Log, data: str) -> Any:
    return faust.App(
        GROUP,
        broker=[f"kafka://{each}" for each in settings.bootstrap.split(",")],
        datadir=data,
        store="memory://",
        autodiscover=False,
        topic_partitions=found.partitions,
        topic_replication_factor=replication(found.nodes),
        topic_allow_declare=True,
        topic_disable_leader=True,
        table_standby_replicas=0,
        web_enabled=False,
        consumer_group_instance_id=settings.slot,
        broker_session_timeout=SESSION_SECONDS,
        broker_heartbeat_interval=HEARTBEAT_SECONDS,
        broker_commit_interval=COMMIT_SECONDS,
        stream_wait_empty=False,
        key_serializer="raw",
        value_serializer="raw",
    )


class Worker:
    """One reactor process."""

    def __init__(self, settings: ReactorSettings, stop: asyncio.Event) -> None:
        """`stop` ends it cleanly."""
        self._settings = settings
        self._stop = stop

    async def run(self) -> int:
        """Work until stopped; returns the exit code."""
        settings = self._settings
        for name in ("faust", "mode"):
            logging.getLogger(name).setLevel(logging.WARNING)  # our own lines say what matters
        try:
            for family in SOURCES.values():
                found = await check_log(settings.bootstrap, family, settings.log_id)
        except (WrongLog, NoBroker) as error:
            log.critical("refused reason=%s", error)
            return EXIT_FAILED
        outbox = Outbox(settings.bootstrap, found.partitions)
        with scratch("reactors") as data:
            shell = Shell(settings, found, outbox, str(data))
            try:
                return await self._work(shell, found)
            except Exception as error:  # noqa: BLE001 - Faust's: whatever it is, we start again
                log.critical("failed reason=%s: %s", type(error).__name__, error)
                return EXIT_FAILED
            finally:
                await _close_quietly(shell.app.stop())
                await _close_quietly(shell.reactors.close())
                await _close_quietly(outbox.close())

    async def _work(self, shell: Shell, found: Log) -> int:
        await shell.reactors.start()
        tasks = [
            asyncio.create_task(each)
            for each in (
                self._stopped(),
                shell.adopt(),
                shell.remind(),
                self._watch(shell, found),
            )
        ]
        starting = asyncio.create_task(shell.app.start())
        try:
            done, _ = await asyncio.wait([*tasks, starting], return_when=asyncio.FIRST_COMPLETED)
            if done == {starting}:
                starting.result()
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result() or EXIT_OK
        finally:
            for task in (*tasks, starting):
                task.cancel()
            await asyncio.gather(*tasks, starting, return_exceptions=True)

    async def _stopped(self) -> int:
        await self._stop.wait()
        return EXIT_OK

    async def _watch(self, shell: Shell, found: Log) -> int:
        """Return how it ended: a crash of Faust's, no start in time, or no progress."""
        ends = Ends(self._settings.bootstrap, found.partitions)
        progress = Progress(LOOKS_MAX)
        numbers: dict[At, int] = {}
        looks_until_start = int(START_SECONDS_MAX / LOOK_SECONDS)
        started = False
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                if shell.app.should_stop:
                    log.critical("faust_ended", exc_info=shell.app.crash_reason)
                    return EXIT_FAILED
                if not started and shell.is_ready:
                    started = True
                    log.info("started slot=%s log_id=%s", self._settings.slot, found.log_id)
                looks_until_start -= 1
                if not started and looks_until_start <= 0:
                    log.critical("not_started seconds=%d", START_SECONDS_MAX)
                    return EXIT_STALLED
                if await _stands_still(shell, ends, progress, numbers):
                    return EXIT_STALLED
        finally:
            await ends.close()


async def _stands_still(
    shell: Shell, ends: "Ends", progress: Progress, numbers: dict[At, int]
) -> bool:
    try:
        found = await ends.look()
    except NoBroker:
        progress.forget()
        return False
    for at, next_offset in shell.positions().items():
        number = numbers.setdefault(at, len(numbers))
        if progress.stalled(
            number, end=found[at], next_command=next_offset, moved=(next_offset, 0)
        ):
            log.critical(
                "stalled topic=%s partition=%d next=%d end=%d", *at, next_offset, found[at]
            )
            return True
    return False


class Ends:
    """Where the source topics end, asked from outside Faust."""

    def __init__(self, bootstrap: str, partitions: int) -> None:
        """Connects at the first look."""
        self._bootstrap = bootstrap
        self._partitions = partitions
        self._readers: dict[str, LogReader[Record]] = {}

    async def look(self) -> Mapping[At, int]:
        """Return the end of every partition of every source."""
        found: dict[At, int] = {}
        for topic in (*SOURCES, *HEATS):
            if topic not in self._readers:
                starts = dict.fromkeys(range(self._partitions), 0)
                self._readers[topic] = await open_reader(self._bootstrap, topic, starts, Record)
            ends = await self._readers[topic].ends()
            found |= {(topic, partition): end for partition, end in ends.items()}
        return found

    async def close(self) -> None:
        """Stop looking."""
        for reader in self._readers.values():
            await reader.close()


async def _close_quietly(closing: Awaitable[object]) -> None:
    """Close what may be broken already; what does not close in time is left to the kernel."""
    task = asyncio.ensure_future(closing)
    _, late = await asyncio.wait([task], timeout=STOP_SECONDS_MAX)
    if late:
        log.warning("does_not_close seconds=%d", STOP_SECONDS_MAX)
        task.cancel()
    elif not task.cancelled() and (error := task.exception()) is not None:
        log.warning("closing_failed reason=%s: %s", type(error).__name__, error)
