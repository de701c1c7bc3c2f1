"""The reactors: each decision that counts is acted on once, in order, and nothing is passed over.

Rule 1: who delivers decisions (Faust) is not trusted with completeness. A gap is read back, a
repeat is passed over, and a restart goes back behind the group's position (reliability F16, F17).
Rule 2: what was told already is known from the notices themselves: a notice bears its cause.
Rule 3: a decision that a reactor cannot understand becomes a dead letter; the next one is taken.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import msgspec

from infra.chain import Broken
from infra.codec import encode_command
from infra.follow import Counted, window_start
from infra.kafka.admin import Log
from infra.kafka.groups import committed_offsets
from infra.tail import reaching
from infra.topics import BEATS, BIDDING, DEAD_LETTERS, NOTICES, ROADSHOW, TRADING, Family
from processors import directory, handover, heat, notices
from processors.directory import Directory
from processors.gate import Gap, Gate, Row, open_gate
from processors.handover import place_of
from processors.outbox import Outbox
from processors.reacting import Asking, Cause, Heard, hear, letter_value, merged
from processors.reading_back import Follower, open_follower, read_parts
from processors.reminders import Reminders
from processors.telling import Notice

log = logging.getLogger("processors.reactors")

GROUP: Final = "reactors"
SOURCES: Final[dict[str, Family]] = {one.decisions: one for one in (ROADSHOW, BIDDING, TRADING)}
KNOWN: Final = {
    ROADSHOW.decisions: merged(
        directory.DIRECTORY_EVENTS, handover.ROADSHOW_EVENTS, heat.ROADSHOW_EVENTS,
        notices.ROADSHOW_EVENTS,
    ),
    BIDDING.decisions: merged(
        handover.BIDDING_EVENTS, heat.BIDDING_EVENTS, notices.BIDDING_EVENTS
    ),
    TRADING.decisions: notices.MEMBERSHIP_EVENTS,
}  # fmt: skip
MARGIN: Final = 1_000  # so far behind the group's position a restart goes
NOTICES_BACK: Final = 2_000
STRANGERS_MAX: Final = 1_000

At = tuple[str, int]


class _Told(msgspec.Struct):
    notice_id: str
    cause: Cause


class Memory(NamedTuple):
    """What the notices topic says was told: the newest cause of each source, and all ids."""

    newest: dict[At, int]
    ids: set[str]


class Reactors:
    """Everything that is done with decisions, for the partitions that this process has."""

    def __init__(self, bootstrap: str, found: Log, outbox: Outbox) -> None:
        """`start` before anything else."""
        self._bootstrap = bootstrap
        self._log = found
        self._outbox = outbox
        self._gates: dict[At, Gate] = {}
        self._turns: dict[At, asyncio.Lock] = {}
        self._adopting = asyncio.Lock()
        self._memory = Memory({}, set())
        self._directory = Directory()
        self._follower: Follower | None = None
        self._reminders = Reminders(bootstrap, found)
        self._strangers: dict[str, None] = {}

    async def start(self) -> None:
        """Rebuild what is known of sessions."""
        self._follower = await open_follower(self._bootstrap, self._log)
        await self._follower.catch_up(self._learn)

    async def close(self) -> None:
        """Stop reading."""
        await self._reminders.close()
        if self._follower is not None:
            await self._follower.close()

    # owning

    async def adopt(self, wanted: Iterable[At]) -> None:
        """Take over partitions: what is not known to have been done is done now."""
        async with self._adopting:
            new = [at for at in wanted if at[0] in SOURCES and at not in self._gates]
            if new:
                await self._adopt(new)

    async def _adopt(self, new: list[At]) -> None:
        committed = await committed_offsets(self._bootstrap, GROUP)
        self._memory = await self._remember()
        for topic in dict.fromkeys(topic for topic, _ in new):
            partitions = {partition for one, partition in new if one == topic}
            parts = await self._read_back(topic, partitions, committed)
            for partition, rows in sorted(parts.items()):
                async with self._turn((topic, partition)):
                    resume = committed.get((topic, partition), 0) - MARGIN
                    await self._open((topic, partition), rows, resume)

    async def _read_back(
        self, topic: str, partitions: set[int], committed: dict[At, int]
    ) -> dict[int, list[Row]]:
        def begin(starts: Mapping[int, int], ends: Mapping[int, int]) -> dict[int, int]:
            return {
                one: window_start(
                    starts[one],
                    min(ends[one], max(0, committed.get((topic, one), 0) - MARGIN)),
                )
                for one in partitions
            }

        parts = await read_parts(self._bootstrap, topic, partitions, begin)
        return {
            one: await reaching(self._bootstrap, topic, one, rows) for one, rows in parts.items()
        }

    async def _open(self, at: At, rows: list[Row], resume: int) -> None:
        topic, partition = at
        commands = SOURCES[topic].commands
        try:
            gate, counted = open_gate(self._log.log_id, commands, partition, rows, resume)
        except Broken as error:
            log.critical("broken topic=%s partition=%d reason=%s", topic, partition, error)
            gate, counted = Gate.shut(rows[-1][0] + 1, error), []
        for one in counted:
            await self._act(at, one)
        self._gates[at] = gate

    def release(self, lost: Iterable[At]) -> None:
        """Give partitions up; whoever takes them over begins by reading back."""
        for at in lost:
            self._gates.pop(at, None)

    # taking

    async def take(self, at: At, offset: int, value: bytes | None) -> None:
        """Take a record as it was delivered; returns when what follows from it is on the log."""
        if at not in self._gates:
            await self.adopt([at])
        async with self._turn(at):
            gate = self._gates.get(at)
            if gate is None:
                return
            was_whole = gate.broken is None
            try:
                counted = gate.take([(offset, value)])
            except Gap as gap:
                log.warning("gap topic=%s partition=%d %s", *at, gap)
                counted = gate.take(await self.missing(at, gap.first))
            if gate.broken is not None and was_whole:
                log.critical("broken topic=%s partition=%d reason=%s", *at, gate.broken)
            for one in counted:
                await self._act(at, one)

    async def missing(self, at: At, first: int) -> list[Row]:
        """Read back what was left out, from `first` to the end that there is now."""
        topic, partition = at
        found = await read_parts(
            self._bootstrap, topic, {partition}, lambda _starts, _ends: {partition: first}
        )
        return found[partition]

    def positions(self) -> dict[At, int]:
        """Return for each partition the offset that is waited for next."""
        return {at: gate.next_offset for at, gate in self._gates.items()}

    def _turn(self, at: At) -> asyncio.Lock:
        return self._turns.setdefault(at, asyncio.Lock())

    # acting

    async def _act(self, at: At, counted: Counted) -> None:
        newest = self._memory.newest.get(at, -1)
        if counted.offset < newest:
            return
        try:
            heard = hear(KNOWN[at[0]], *at, counted.offset, counted.decision)
            if heard is not None:
                await self._know(at[0], heard)
                await self._emit(heard)
        except (msgspec.MsgspecError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            log.exception("not_understood topic=%s partition=%d offset=%d", *at, counted.offset)
            await self._bury(Cause(*at, counted.offset), counted.decision.at_ms, error)

    async def _bury(self, cause: Cause, at_ms: int, error: Exception) -> None:
        detail = f"{type(error).__name__}: {error}"[:500]
        letter = handover.dead_letter(cause, at_ms, "NOT_UNDERSTOOD", "", detail)
        await self._outbox.append(DEAD_LETTERS, f"{cause.topic}-{cause.partition}",
                                  letter_value(letter))  # fmt: skip

    async def _emit(self, heard: Heard) -> None:
        """Commands first, notices last: a notice with this cause says that all else is done."""
        acts = handover.react(heard)
        beats = heat.beats_of(heard, self._directory)
        told = notices.notify(heard, self._directory)
        for act in acts:
            if isinstance(act, Asking):
                command = act.command
                await self._outbox.append(
                    act.family.commands, command.root, encode_command(command)
                )
                log.info("handed_over type=%s root=%s", command.type, command.root)
            else:
                log.error("dead_letter code=%s root=%s", act.code, act.root)
                await self._outbox.append(DEAD_LETTERS, act.root or "-", letter_value(act))
        for beat in beats:
            await self._outbox.append(BEATS, beat.session_id, msgspec.json.encode(beat))
        for notice in told:
            await self._tell(notice)

    async def _tell(self, notice: Notice) -> None:
        if notice.notice_id not in self._memory.ids:
            await self._outbox.append(NOTICES, notice.audience, msgspec.json.encode(notice))

    async def remind(self) -> None:
        """Tell the reminders that are due of what is ours; again is as once."""
        acted = {
            partition: gate.next_offset
            for (topic, partition), gate in self._gates.items()
            if topic == BIDDING.decisions and gate.broken is None
        }
        for reminder in await self._reminders.due(acted):
            await self._know_bidding(reminder.upcoming.bidding_id)
            for notice in notices.remind(reminder, self._directory):
                await self._tell(notice)
                self._memory.ids.add(notice.notice_id)

    # knowing

    async def _know(self, topic: str, heard: Heard) -> None:
        """Learn what the decision says of sessions, or what must be known to tell of it."""
        if topic == ROADSHOW.decisions:
            for happening in heard.happenings:
                self._directory.fold(happening)
            return
        for happening in heard.happenings:
            await self._know_bidding(happening.aggregate)

    async def _know_bidding(self, bidding_id: str) -> None:
        place = place_of(bidding_id)
        if place is None or bidding_id in self._strangers:
            return
        if not self._directory.knows_bidding(place.session_id, bidding_id):
            await self._look_up(place.session_id, bidding_id)

    async def _look_up(self, session_id: str, bidding_id: str) -> None:
        assert self._follower is not None
        await self._follower.catch_up(self._learn)
        if not self._directory.knows_bidding(session_id, bidding_id):
            self._strangers[bidding_id] = None
            if len(self._strangers) > STRANGERS_MAX:
                del self._strangers[next(iter(self._strangers))]

    def _learn(self, partition: int, counted: Counted) -> None:
        try:
            heard = hear(
                directory.DIRECTORY_EVENTS, ROADSHOW.decisions, partition, counted.offset,
                counted.decision,
            )  # fmt: skip
        except msgspec.MsgspecError:
            return  # becomes a dead letter where it is taken
        for happening in () if heard is None else heard.happenings:
            self._directory.fold(happening)

    async def _remember(self) -> Memory:
        def begin(starts: Mapping[int, int], ends: Mapping[int, int]) -> dict[int, int]:
            return {one: max(starts[one], end - NOTICES_BACK) for one, end in ends.items()}

        everything = set(range(self._log.partitions))
        memory = Memory({}, set())
        for rows in (await read_parts(self._bootstrap, NOTICES, everything, begin)).values():
            for _, value in rows:
                _note(memory, value)
        return memory


_told: Final = msgspec.json.Decoder(_Told)


def _note(memory: Memory, value: bytes | None) -> None:
    try:
        told = _told.decode(value or b"")
    except msgspec.MsgspecError:
        return
    memory.ids.add(told.notice_id)
    at = (told.cause.topic, told.cause.partition)
    memory.newest[at] = max(told.cause.offset, memory.newest.get(at, -1))
