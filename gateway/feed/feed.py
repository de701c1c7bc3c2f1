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
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from gateway import channels
from gateway.channels import Channel
from gateway.feed.answers import Answer, Answers
from gateway.feed.biddings import Biddings
from gateway.feed.board import Board
from gateway.feed.families import RULES
from gateway.feed.folded import Step
from gateway.feed.log_time import LogTime
from gateway.feed.people import People
from gateway.feed.publication import Sink
from gateway.feed.reading import FamilyReader
from gateway.feed.restoring import gather_past
from gateway.feed.streams import StreamReader
from gateway.views.outcome import entry_of, view_outcome
from gateway.visibility import Asking, may_subscribe
from infra.chain import Broken
from infra.clock import monotonic_ms, now_ms
from infra.kafka.admin import Log, check_log
from infra.kafka.reader import Record
from infra.topics import BIDDING, INSIGHT, NOTICES, SIGNALS, TRADING, Family, partition_of

log = logging.getLogger("gateway.feed")

TOLD_MS: Final = 600_000  # what is older at the start is folded without a word
SECOND_MS: Final = 1_000
RELEASE_SECONDS: Final = 0.05
LOOK_EVERY_SECONDS: Final = 2
LAG_MAX: Final = 5_000
BACK: Final = {NOTICES: 5_000, INSIGHT: 200, SIGNALS: 200}


class Feed:
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

        `on_account` is told an account whose roles, sessions or ban have just changed.
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
        self.board = Board(sink, self.people)

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

    # what comes

    def _take(self, step: Step) -> None:
        decision = step.decision
        silent = not self._live and decision.at_ms < now_ms() - TOLD_MS
        if not silent:
            place = (step.family.name, step.partition)
            self._told_since.setdefault(place, step.offset)
        if self._live:
            self._log_time.hear(decision.at_ms if decision.raw_ms is None else decision.raw_ms)
        if step.family == BIDDING:
            self.biddings.take(step, self.log_time_ms(), silent=silent)
        elif step.family == TRADING:
            self.people.take(step)
            self._tell_accounts()
        answer = Answer(step.family, step.partition, step.offset, decision, step.hash)
        self.answers.note(answer)

    def _tell_accounts(self) -> None:
        changed, self.people.changed = self.people.changed, []
        if self._live and self._on_account is not None:
            for account_id in changed:
                self._on_account(account_id)

    def _stream_take(self, topic: str) -> Callable[[int, Record], None]:
        handler = {
            NOTICES: self.board.take_notice,
            INSIGHT: self.board.take_insight,
            SIGNALS: self.board.take_signal,
        }[topic]
        return lambda _partition, record: handler(record.offset, record.value)

    # what goes by the clock

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep((SECOND_MS - self.log_time_ms() % SECOND_MS) / SECOND_MS)
            at_ms, degraded = self.log_time_ms(), self.degraded
            self.biddings.tick(at_ms, degraded=degraded)
            self.board.tick(self._market_rows(self.biddings.take_changed()))

    async def _release(self) -> None:
        while True:
            await asyncio.sleep(RELEASE_SECONDS)
            self.biddings.release(self.log_time_ms())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            for reader in self._readers.values():
                await reader.look()
                for partition, error in reader.broken.items():
                    self.answers.give_up(reader.family, partition, error)

    # channels

    def state(self, channel: Channel | str) -> dict[str, Any] | None:
        """Return what a fresh subscriber is given, None where there is nothing of that name."""
        found = channels.parse(channel) if isinstance(channel, str) else channel
        return None if found is None else self._state(found)

    def _state(self, channel: Channel) -> dict[str, Any] | None:
        if channel.kind == "market":
            return {"rows": self._market_rows(None)}
        if channel.kind in channels.NOTICE_KINDS:
            return self.board.notices_of(channel)
        room = self.biddings.find(channel.id)
        if room is None:
            return None
        if channel.kind == "bidding":
            return room.inside.state()
        if channel.kind == "bidding.public":
            return room.outside.state()
        if channel.kind == "bidder":
            return room.bidder_state(channel.number)
        return room.aside_state(channel.kind) if channel.kind in channels.ASIDE else None

    def may_see(self, asking: Asking, channel: Channel) -> bool:
        """Return whether he may follow a channel, and ask for its state."""
        return may_subscribe(asking, channel, self)

    def latest(self, channel: Channel) -> dict[str, dict[str, Any]]:
        """Return the newest conflated values of a channel, by key."""
        room = self.biddings.find(channel.id)
        if room is not None and channel.kind == "bidding":
            clock = room.inside.clock(self.log_time_ms(), degraded=self.degraded)
            return {"clock": clock}
        if room is not None and channel.kind == "bidding.public":
            later_ms = self.log_time_ms() - room.delay_ms
            return {"clock": room.outside.clock(later_ms, degraded=self.degraded)}
        return self.board.latest(channel)

    def position(self, channel: Channel) -> int:
        """Return the offset of the newest publication of a channel (0: none yet).

        Where offsets have gaps it is that of the newest record that could have been one.
        """
        if not self.recoverable(channel):
            return 0
        if channel.kind in channels.NOTICE_KINDS:
            return self._streams[NOTICES].read[self._partition(str(channel))]
        room = self.biddings.find(channel.id)
        if room is None:
            return 0
        if channel.kind == "bidding":
            return room.inside.known.public_seq
        if channel.kind == "bidding.public":
            return room.outside.known.public_seq
        return self._readers[BIDDING].partitions[room.partition].chain.position.offset + 1

    def complete_since(self, channel: Channel) -> int:
        """Return the offset after which every publication of the channel went to the sink."""
        if channel.kind in channels.NOTICE_KINDS:
            return self._streams[NOTICES].since[self._partition(str(channel))]
        room = self.biddings.find(channel.id)
        if room is None:
            return 0
        if channel.kind in channels.ROOMS:
            return room.since
        folded = self._readers[BIDDING].partitions[room.partition]
        return self._told_since.get((BIDDING.name, room.partition), folded.read_offset + 1)

    def recoverable(self, channel: Channel) -> bool:
        """Whether a channel's publications have offsets."""
        if channel.kind == "market":
            return False
        if channel.kind not in ("bidder", *channels.ASIDE):
            return True
        room = self.biddings.find(channel.id)
        return room is None or not room.is_secret

    def _partition(self, root: str) -> int:
        assert self._log is not None, "asked once it has started"
        return partition_of(root, self._log.partitions)

    def _market_rows(self, changed: set[str] | None) -> list[dict[str, Any]]:
        rooms = self.biddings.all() if changed is None else map(self.biddings.find, changed)
        rows = [room.market_row() for room in rooms if room is not None]
        return [row for row in rows if row is not None]

    # time and health

    def log_time_ms(self) -> int:
        """Return the broker's time as well as we know it."""
        return self._log_time.now_ms()

    @property
    def degraded(self) -> bool:
        """Whether the log does not progress as it should."""
        quiet_ms = monotonic_ms() - 2 * LOOK_EVERY_SECONDS * SECOND_MS - SECOND_MS
        return any(
            one.is_quiet or one.broken or one.lag > LAG_MAX or one.answers_ms < quiet_ms
            for one in self._readers.values()
        )

    def health(self) -> dict[str, Any]:
        """Return the facts for a health page; nothing secret."""
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
        return list(RULES)

    def hides_positions(self, family: Family, root: str) -> bool:
        """Whether positions there would tell of closed envelopes."""
        room = self.biddings.find(root) if family == BIDDING else None
        return room is not None and room.hides_positions

    def is_ranked(self, bidding_id: str, number: str) -> bool:
        """Whether a number bears a priority rank."""
        room = self.biddings.find(bidding_id)
        return room is not None and room.is_ranked(number)

    def outcome(self, answer: Answer, root: str, actor: str) -> dict[str, Any]:
        """Return what became of a command, as its actor is told it."""
        if answer.family == BIDDING:
            return self.biddings.outcome(answer, root, actor)
        entry = entry_of(answer.decision, root)
        return view_outcome(
            answer.decision, entry, [], partition=answer.partition,
            decision_offset=answer.offset, decision_hash=answer.hash,
        )  # fmt: skip

    # people

    def numbers_of(self, account_id: str) -> Mapping[str, str]:
        """Return the numbers an account bears, by bidding."""
        return self.people.numbers_of(account_id)

    def account_of(self, bidding_id: str, number: str) -> str | None:
        """Return who bears a number. Never published."""
        return self.people.account_of(bidding_id, number)

    def roles_of(self, account_id: str) -> frozenset[str] | None:
        """Return the roles an account holds by the log; None where it knows no such account."""
        return self.people.roles_of(account_id)

    def revoked_before_ms(self, account_id: str) -> int:
        """Return the time before which no login of the account counts (0: none)."""
        return self.people.revoked_before_ms(account_id)

    def is_banned(self, account_id: str) -> bool:
        """Whether an account is shut out."""
        return self.people.is_banned(account_id)

    def seller_of(self, bidding_id: str) -> tuple[str, ...]:
        """Return who sells there, where the log says so: accounts and organisations."""
        return self.people.sellers_of(bidding_id)

    def access_of(self, root_id: str) -> str:
        """Return who may follow a session, or the session of a bidding."""
        return "public"

    def takes_part(self, account_id: str, root_id: str) -> bool:
        """Return whether an account is registered to a session, or the session of a bidding."""
        return False
