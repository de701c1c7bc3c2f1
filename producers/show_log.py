"""What the people of a roadshow say to the log, and what the log says back.

Rule 1: what they know is what decisions say; nobody remembers what he has asked for.
Rule 2: an unknown ack is sent again with the same id, which is always safe.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from infra.clock import now_ms
from infra.codec import Command, decode_command, decode_event
from infra.kafka.admin import NoBroker
from infra.kafka.appender import AckUnknown
from infra.kafka.reader import record_at
from infra.tail import Heard, Tail, open_tail
from infra.topics import BIDDING, ROADSHOW, TRADING, Family
from producers.command_publisher import CommandPublisher, new_command_id
from roadshow.dispatch import ROADSHOW as SHOWS
from roadshow.dispatch import Root, Show
from trading.bidding.commands import ResumeBidding
from trading.bidding.state import Bidding
from trading.dispatch import BIDDING as BIDDINGS
from trading.outcome import Rules

log = logging.getLogger("producers.show_log")

FAMILIES: Final = (ROADSHOW, BIDDING, TRADING)
RULES: Final[dict[Family, Rules[Any]]] = {ROADSHOW: SHOWS, BIDDING: BIDDINGS}
CONFIRMED_BY_TWO: Final = (ResumeBidding.type,)
AGAIN_SECONDS: Final = 0.2
ANSWER_SECONDS_MAX: Final = 120.0  # a busy machine may take its time


class Answer(NamedTuple):
    """What was decided of a command. `code`: "" where it was not refused."""

    outcome: str
    code: str
    params: Mapping[str, int | str] = {}

    @property
    def is_decided(self) -> bool:
        """Whether it was done, now or before."""
        return self.outcome in ("decided", "repeated") and not self.code


class NoAnswer(Exception):
    """A command had no decision for long."""


class ShowLog:
    """The three families, as people of a roadshow use them."""

    def __init__(self, bootstrap: str, log_id: str | None = None) -> None:
        """Call `start`, and run `listen` beside everything else."""
        self._bootstrap = bootstrap
        self._publishers = {
            family: CommandPublisher(bootstrap, family, log_id) for family in FAMILIES
        }
        self._tails: dict[Family, Tail] = {}
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._watched: dict[str, Any] = {}  # aggregate → its state
        self._first_of_two: dict[str, tuple[int, int]] = {}  # aggregate → where its command stands

    async def start(self) -> None:
        """Connect, and find the end of the log."""
        for family, publisher in self._publishers.items():
            found = await publisher.start()
            self._tails[family], _ = await open_tail(self._bootstrap, family, found)

    async def listen(self) -> None:
        """Hear the log for ever."""
        async with asyncio.TaskGroup() as group:
            for family in FAMILIES:
                group.create_task(self._hear(family))

    async def close(self) -> None:
        """End all connections."""
        for tail in self._tails.values():
            await tail.close()
        for publisher in self._publishers.values():
            await publisher.close()

    def watch(self, aggregate: str) -> None:
        """Fold this aggregate from its first event on: call it before anything is asked of it."""
        self._watched.setdefault(aggregate, None)

    def forget(self, aggregate: str) -> None:
        """Fold it no longer."""
        self._watched.pop(aggregate, None)
        self._first_of_two.pop(aggregate, None)

    def show(self, session_id: str) -> Show | None:
        """Return a watched session as the log has it."""
        root: Root | None = self._watched.get(session_id)
        return None if root is None else root.show

    def bidding(self, bidding_id: str) -> Bidding | None:
        """Return a watched bidding as the log has it."""
        found: Bidding | None = self._watched.get(bidding_id)
        return found

    async def first_of_two(self, bidding_id: str) -> Any:
        """Return what the first of two people asked for last, to be asked for in the same words."""
        where = self._first_of_two.get(bidding_id)
        if where is None:
            return None
        record = await record_at(self._bootstrap, BIDDING.commands, *where)
        found = None if record is None else decode_command(BIDDINGS.messages, record.value)
        return found.body if isinstance(found, Command) else None

    async def say(
        self,
        family: Family,
        root: str,
        actor: str,
        role: str,
        body: Any,
        valid_ms: int | None = None,
    ) -> Answer:
        """Append a command and wait for what is decided; raises `NoAnswer`."""
        at_ms = now_ms()
        command = Command(
            new_command_id(), body.type, actor, role, root, root, body,
            at_ms, None if valid_ms is None else at_ms + valid_ms,
        )  # fmt: skip
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[command.command_id] = answer
        try:
            await self._send(family, command)
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                told = await answer
        except TimeoutError as error:
            raise NoAnswer(f"{body.type} of {root} has no decision") from error
        finally:
            del self._waiting[command.command_id]
        if told.code:
            log.info("refused type=%s root=%s code=%s", body.type, root, told.code)
        return told

    async def _send(self, family: Family, command: Command) -> None:
        while True:
            try:
                await self._publishers[family].send(command)
            except (AckUnknown, NoBroker) as error:
                log.warning("ack_unknown reason=%s", error)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    async def _hear(self, family: Family) -> None:
        tail = self._tails[family]
        while True:
            for heard in await tail.read():
                self._fold(family, heard)

    def _fold(self, family: Family, heard: Heard) -> None:
        decision = heard.counted.decision
        code, params = "", {}
        for entry in decision.entries:
            if entry.rejection is not None:
                code, params = entry.rejection.code, entry.rejection.params
            if entry.aggregate in self._watched and family in RULES:
                self._evolve(RULES[family], entry.aggregate, entry.events)
                if decision.command.type in CONFIRMED_BY_TWO:
                    self._first_of_two[entry.aggregate] = heard.partition, decision.command.offset
        waiting = self._waiting.get(decision.command.id or "")
        if waiting is not None and not waiting.done():
            waiting.set_result(Answer(decision.outcome, code, params))

    def _evolve(self, rules: Rules[Any], aggregate: str, events: list[msgspec.Raw]) -> None:
        for raw in events:
            try:
                event = decode_event(rules.messages, raw)
            except msgspec.DecodeError:
                continue  # the host's own: `halted`
            self._watched[aggregate] = rules.evolve(self._watched[aggregate], aggregate, event)
