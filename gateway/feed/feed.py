"""One per gateway process: follows all that is decided, and says what goes on which channel.

Rule 1: only what counts is told: every partition's chain is checked, stale records are ignored, and
a break stops that partition and is told in `health`.
Rule 2: `start` returns only once the end offsets read at its beginning have been reached; a
gateway listens after that. `run` then follows until cancelled.
Rule 3: `state`, `position` and what is given to the sink agree at every moment: folding a record
and telling it are one step without a wait.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from gateway.feed.answers import Answers
from gateway.feed.biddings import Biddings
from gateway.feed.board import Board
from gateway.feed.crowd import Crowd
from gateway.feed.families import RULES
from gateway.feed.folded import Answer, Step
from gateway.feed.log_time import LogTime
from gateway.feed.people import People
from gateway.feed.publication import Sink
from gateway.feed.reading import FamilyReader
from gateway.feed.restoring import gather_past
from gateway.feed.screens import Screens
from gateway.feed.shows import Shows
from gateway.feed.sign_outs import SignOuts
from gateway.feed.streams import StreamReader
from infra.chain import Broken
from infra.clock import monotonic_ms, now_ms
from infra.codec import CLOCK_TICK
from infra.kafka.admin import Log, check_log
from infra.kafka.reader import Record
from infra.topics import (
    BIDDING,
    INSIGHT,
    NOTICES,
    ROADSHOW,
    SIGN_OUTS,
    SIGNALS,
    TRADING,
    Family,
    partition_of,
)

log = logging.getLogger("gateway.feed")

TOLD_MS: Final = 600_000  # what is older at the start is folded without a word
SECOND_MS: Final = 1_000
RELEASE_SECONDS: Final = 0.05
LOOK_EVERY_SECONDS: Final = 2
LAG_MAX: Final = 5_000
BACK: Final = {NOTICES: 5_000, INSIGHT: 200, SIGNALS: 200, SIGN_OUTS: 5_000}


class Feed(Screens):
    """Everything the gateway knows; see the module's rules."""

    def __init__(
        self,
        bootstrap: str,
        sink: Sink,
        *,
        log_id: str | None = None,
        snapshots: Path | None = None,
        on_account: Callable[[str], None] | None = None,
    ) -> None:
        """`snapshots`: the deciders' folder of snapshots, where there is one to read.

        `on_account` is told an account whose roles, sessions or ban have just changed, or a sign-in
        that has just ended.
        """
        self._bootstrap = bootstrap
        self._sink = sink
        self._log_id = log_id
        self._snapshots = snapshots
        self._on_account = on_account
        self._live = False
        self._log: Log | None = None
        self._told_since: dict[tuple[str, int], int] = {}
        self._readers: dict[Family, FamilyReader] = {}
        self._streams: dict[str, StreamReader] = {}
        self._log_time = LogTime()
        self.answers = Answers()
        self.biddings = Biddings(sink)
        self.people = People()
        self.shows = Shows(sink, self.biddings.delay_of)
        self.sign_outs = SignOuts()
        self.board = Board(sink, self.people)
        self.crowd = Crowd(sink, self._is_secret)

    # life

    async def start(self) -> None:
        """Check the log, restore, and read on to its end; raises `WrongLog` or `NoBroker`."""
        for family, rules in RULES.items():
            found = await check_log(self._bootstrap, family, self._log_id)
            self._log, self._log_id = found, found.log_id
            reader = self._readers[family] = FamilyReader(self._bootstrap, family, rules)
            await reader.restore(found, self._snapshots)
            await self._adopt(reader, found.log_id)
        await asyncio.gather(*(one.catch_up(self._take) for one in self._readers.values()))
        assert self._log is not None, "there is a family"
        for topic, back in BACK.items():
            stream = StreamReader(self._bootstrap, topic, self._log.partitions, back)
            self._streams[topic] = stream
        await asyncio.gather(
            *(one.catch_up(self._stream_take(topic)) for topic, one in self._streams.items())
        )
        self._live = True
        log.info("caught_up log_id=%s", self._log_id)

    async def run(self) -> None:
        """Follow until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for reader in self._readers.values():
                tasks.create_task(reader.follow(self._take))
            for topic, stream in self._streams.items():
                tasks.create_task(stream.follow(self._stream_take(topic)))
            tasks.create_task(self._beat())
            tasks.create_task(self._release())
            tasks.create_task(self._watch())

    async def close(self) -> None:
        """End all connections."""
        for reader in self._readers.values():
            await reader.close()
        for stream in self._streams.values():
            await stream.close()

    async def _adopt(self, reader: FamilyReader, log_id: str) -> None:
        for folded in list(reader.restored):
            if reader.family == BIDDING:
                for bidding_id, known in folded.known.items():
                    self.biddings.adopt(bidding_id, folded.partition, known)
                try:
                    await gather_past(self._bootstrap, folded, self.biddings, log_id, now_ms())
                except Broken as error:
                    log.warning("snapshot_ignored partition=%d: %s", folded.partition, error)
                    self.biddings.forget(folded.partition)
                    reader.forget(folded, log_id)
            elif reader.family == TRADING:
                for known in folded.known.values():
                    self.people.adopt(known)
            elif reader.family == ROADSHOW:
                for aggregate, known in folded.known.items():
                    self.shows.adopt(aggregate, folded.partition, known)

    # what comes

    def _take(self, step: Step) -> None:
        decision = step.decision
        silent = not self._live and decision.at_ms < now_ms() - TOLD_MS
        if not silent:
            place = (step.family.name, step.partition)
            self._told_since.setdefault(place, step.offset)
        if self._live:
            self.hear_stamp(decision.at_ms if decision.raw_ms is None else decision.raw_ms)
        else:
            self._log_time.expect(decision.at_ms)
        if step.family == BIDDING:
            self.biddings.take(step, self.log_time_ms(), silent=silent)
        elif step.family == TRADING:
            self.people.take(step)
            self._tell_accounts()
        elif step.family == ROADSHOW:
            self.shows.take(step, self.log_time_ms(), silent=silent)
        if decision.command.type != CLOCK_TICK:
            answer = Answer(step.family, step.partition, step.offset, decision, step.hash)
            self.answers.note(answer)

    def _tell_accounts(self) -> None:
        changed, self.people.changed = self.people.changed, []
        if self._live and self._on_account is not None:
            for account_id in changed:
                self._on_account(account_id)

    def _take_sign_out(self, _offset: int, value: bytes | None) -> None:
        sign_in_id = self.sign_outs.take(value)
        if sign_in_id is not None and self._live and self._on_account is not None:
            self._on_account(sign_in_id)

    def _take_signal(self, partition: int, record: Record) -> None:
        self.crowd.take(partition, record.value, self.log_time_ms())

    def _stream_take(self, topic: str) -> Callable[[int, Record], None]:
        if topic == SIGNALS:
            return self._take_signal
        handler = {
            NOTICES: self.board.take_notice,
            INSIGHT: self.board.take_insight,
            SIGN_OUTS: self._take_sign_out,
        }[topic]
        return lambda _partition, record: handler(record.offset, record.value)

    # what goes by the clock

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep((SECOND_MS - self.log_time_ms() % SECOND_MS) / SECOND_MS)
            at_ms, degraded = self.log_time_ms(), self.degraded
            self.biddings.tick(at_ms, degraded=degraded)
            self.shows.tick(at_ms, degraded=degraded)
            self.crowd.tick(at_ms)
            self.board.tick(self._changed_rows())

    async def _release(self) -> None:
        while True:
            await asyncio.sleep(RELEASE_SECONDS)
            self.biddings.release(self.log_time_ms())
            self.shows.release(self.log_time_ms())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            for reader in self._readers.values():
                await reader.look()
                for partition, error in reader.broken.items():
                    self.answers.give_up(reader.family, partition, error)

    # where reading is

    def _log_name(self) -> str:
        return self._log_id or ""

    def _head(self, family: Family, partition: int) -> int:
        return self._readers[family].partitions[partition].chain.position.offset + 1

    def _since(self, family: Family, partition: int) -> int:
        since = self._told_since.get((family.name, partition))
        return self._head(family, partition) if since is None else since

    def _notices_at(self, name: str) -> tuple[int, int]:
        stream, partition = self._streams[NOTICES], self._partition(name)
        return stream.read[partition], stream.since[partition]

    def _partition(self, root: str) -> int:
        assert self._log is not None, "asked once it has started"
        return partition_of(root, self._log.partitions)

    # time and health

    def log_time_ms(self) -> int:
        """Return the broker's time as well as we know it."""
        return self._log_time.now_ms()

    def hear_stamp(self, appended_ms: int) -> None:
        """Take the broker's stamp of a record that has just come, or was just acknowledged."""
        self._log_time.hear(appended_ms)

    @property
    def degraded(self) -> bool:
        """Whether the log does not progress as it should."""
        quiet_ms = monotonic_ms() - 2 * LOOK_EVERY_SECONDS * SECOND_MS - SECOND_MS
        return any(
            one.is_quiet or one.broken or one.lag > LAG_MAX or one.answers_ms < quiet_ms
            for one in self._readers.values()
        )

    def health(self) -> dict[str, Any]:
        """Return how it is, with figures: for metrics; a public page makes words of it."""
        return {
            "ready": self._live,
            "degraded": self.degraded,
            "log_id": self._log_id,
            "log_time_ms": self.log_time_ms(),
            "families": {
                family.name: {
                    "lag": reader.lag,
                    "quiet": reader.is_quiet,
                    "broken": {str(at): str(error) for at, error in reader.broken.items()},
                    "read": {str(at): one.read_offset for at, one in reader.partitions.items()},
                }
                for family, reader in self._readers.items()
            },
        }

    # answers

    @property
    def log_id(self) -> str:
        """Which log this is."""
        return self._log_name()

    @property
    def bootstrap(self) -> str:
        """Where the log is."""
        return self._bootstrap

    def place_of(self, root: str) -> tuple[Log, int]:
        """Return the log, and the partition in which a root is decided."""
        assert self._log is not None, "asked once it has started"
        return self._log, self._partition(root)

    def families_of(self, root: str) -> list[Family]:
        """Return the families in which a root may be: one where it is known, else all."""
        if self.biddings.find(root) is not None:
            return [BIDDING]
        if self.shows.knows(root):
            return [ROADSHOW]
        return [TRADING] if self.people.roles_of(root) is not None else list(RULES)

    def outcome(self, answer: Answer, root: str, actor: str) -> dict[str, Any]:
        """Return what became of a command, as its actor is told it."""
        if answer.family == BIDDING:
            return self.biddings.outcome(answer, root, actor)
        return self.shows.outcome(answer, root)
