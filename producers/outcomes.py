"""How a client learns what became of his command (docs/log-protocol.md, part 5).

Rule 1: take a read position, append, and wait for the counted decision with that command offset.
Rule 2: acknowledgement unknown: send the same id and body again; that always gives a final answer.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from infra.chain import Broken
from infra.codec import Command, Decision
from infra.follow import Counted
from infra.kafka.admin import Log
from infra.kafka.appender import AckUnknown
from infra.kafka.reader import OffsetGone
from infra.tail import Heard, Tail, open_tail, read_partition
from infra.topics import Family
from producers.command_publisher import CommandPublisher

log = logging.getLogger("producers.outcomes")

RECENT_MAX: Final = 20_000
AGAIN_SECONDS: Final = 0.2


class Outcomes:
    """Follows the decisions of a family from the end of the log on, and tells who waits."""

    def __init__(self, bootstrap: str, family: Family, log_of: Log) -> None:
        """`log_of` is what `check_log` found."""
        self._bootstrap = bootstrap
        self._family = family
        self._log = log_of
        self._recent: OrderedDict[tuple[int, int], Counted] = OrderedDict()
        self._waiting: dict[tuple[int, int], asyncio.Future[Counted]] = {}
        self._tail: Tail | None = None
        self._task: asyncio.Task[None] | None = None
        self._lost: Broken | None = None

    async def start(self) -> None:
        """Take the read position; what is appended from now on will be heard."""
        self._tail, heard = await open_tail(self._bootstrap, self._family, self._log)
        self._note(heard)
        self._task = asyncio.create_task(self._follow(self._tail))

    async def of(self, partition: int, command_offset: int) -> Counted:
        """Wait for the decision of a command; raises `Broken` where the chain is broken."""
        place = (partition, command_offset)
        if place in self._recent:
            return self._recent[place]
        if self._lost is not None:
            raise self._lost
        if self._tail is not None and partition in self._tail.broken:
            raise self._tail.broken[partition]
        waiting = self._waiting.setdefault(place, asyncio.get_running_loop().create_future())
        return await asyncio.shield(waiting)  # others may wait for the same

    async def find(self, partition: int, command_offset: int) -> Counted | None:
        """Return the decision of an older command; reads the partition for it."""
        if (partition, command_offset) in self._recent:
            return self._recent[(partition, command_offset)]
        _, counted = await read_partition(self._bootstrap, self._family, self._log, partition)
        return next((one for one in counted if one.decision.command.offset == command_offset), None)

    async def close(self) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._tail is not None:
            await self._tail.close()

    async def _follow(self, tail: Tail) -> None:
        try:
            while True:
                self._note(await tail.read())
                for partition, error in tail.broken.items():
                    self._give_up(partition, error)
        except OffsetGone as gone:
            self._lost = Broken(-1, str(gone))
            for partition in {partition for partition, _ in self._waiting}:
                self._give_up(partition, self._lost)

    def _give_up(self, partition: int, error: Broken) -> None:
        for place in [place for place in self._waiting if place[0] == partition]:
            waiting = self._waiting.pop(place)
            if not waiting.done():
                log.critical("chain_broken partition=%d reason=%s", partition, error)
                waiting.set_exception(error)

    def _note(self, heard: Sequence[Heard]) -> None:
        for partition, one in heard:
            place = (partition, one.decision.command.offset)
            self._recent[place] = one
            waiting = self._waiting.pop(place, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(one)
        while len(self._recent) > RECENT_MAX:
            self._recent.popitem(last=False)


def _note_unknown(command: Command, error: AckUnknown) -> None:
    log.warning("ack_unknown command=%s reason=%s", command.command_id, error)


async def ask(
    publisher: CommandPublisher,
    outcomes: Outcomes,
    command: Command,
    unknown: Callable[[Command, AckUnknown], None] = _note_unknown,
) -> Decision:
    """Append a command and return its first answer, however often the wire fails.

    `unknown` hears of every sending that may or may not be on the log. A repeat (this or an earlier
    sending of the same command) is followed to the answer it repeats.
    """
    while True:
        try:
            ack = await publisher.send(command)
        except AckUnknown as error:
            unknown(command, error)
            await asyncio.sleep(AGAIN_SECONDS)
            continue
        decision = (await outcomes.of(ack.partition, ack.offset)).decision
        if decision.outcome != "repeated" or decision.of is None:
            return decision
        first = await outcomes.find(ack.partition, decision.of)
        return decision if first is None else first.decision
