"""What the machine's operator asks about accounts, and what the log says of them.

Rule 1: he asks as `operator`, which is no account; the rules of `trading/membership` answer.
Rule 2: an answer that does not come in time is told as unknown, with the command's id; the same
command is sent again only where its acknowledgement was lost, under the same id.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

from infra.codec import Command, Decision, decode_event
from infra.kafka.admin import Log, check_log
from infra.kafka.appender import Ack, AckUnknown
from infra.tail import Heard, Tail, open_tail, read_partition
from infra.topics import TRADING
from producers.command_publisher import CommandPublisher, new_command_id
from trading.dispatch import MEMBERSHIP
from trading.membership.state import Membership

OPERATOR: Final = "operator"
ANSWER_SECONDS_MAX: Final = 15.0
ACK_ATTEMPTS_MAX: Final = 3
_AGAIN_SECONDS: Final = 0.2

Place = tuple[int, int]


class NoAnswer(Exception):
    """No answer came in time: what became of these commands is not known."""

    def __init__(self, command_ids: Sequence[str]) -> None:
        super().__init__(", ".join(command_ids))
        self.command_ids = tuple(command_ids)


class MembershipLog:
    """The trading topics of a running log, for one who asks a few things and goes."""

    def __init__(self, bootstrap: str, log_id: str | None = None) -> None:
        """Use as `async with`."""
        self._bootstrap = bootstrap
        self._log_id = log_id
        self._publisher = CommandPublisher(bootstrap, TRADING, log_id)
        self._tail: Tail | None = None
        self._decided: dict[Place, Decision] = {}

    async def __aenter__(self) -> Self:
        """Connect, and take the position from which answers are heard."""
        try:
            log = await self._publisher.start()
            self._tail, _ = await open_tail(self._bootstrap, TRADING, log)
        except BaseException:
            await self._publisher.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        if self._tail is not None:
            await self._tail.close()
        await self._publisher.close()

    async def ask(self, account_id: str, body: Any) -> Decision:
        """Ask one thing; raises `NoAnswer`."""
        return (await self.ask_all([(account_id, body)]))[0]

    async def ask_all(self, asked: Sequence[tuple[str, Any]]) -> list[Decision]:
        """Ask many things at once; their answers in the same order; raises `NoAnswer`."""
        commands = [
            Command(
                new_command_id(), body.type, OPERATOR, OPERATOR, account_id, account_id, body
            )
            for account_id, body in asked
        ]  # fmt: skip
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                acks = await asyncio.gather(*map(self._send, commands))
                return await self._answers([(ack.partition, ack.offset) for ack in acks])
        except TimeoutError as error:
            raise NoAnswer([command.command_id for command in commands]) from error

    async def _send(self, command: Command) -> Ack:
        for _ in range(ACK_ATTEMPTS_MAX):
            try:
                return await self._publisher.send(command)
            except AckUnknown:
                await asyncio.sleep(_AGAIN_SECONDS)
        raise NoAnswer([command.command_id])

    async def _answers(self, places: Sequence[Place]) -> list[Decision]:
        assert self._tail is not None, "it is used as `async with`"
        while not all(place in self._decided for place in places):
            for error in self._tail.broken.values():
                raise error
            self._note(await self._tail.read())
        return [self._decided[place] for place in places]

    def _note(self, heard: Sequence[Heard]) -> None:
        for partition, one in heard:
            self._decided[(partition, one.decision.command.offset)] = one.decision


def code_of(decision: Decision) -> tuple[str, Mapping[str, int | str]] | None:
    """Return why a command was refused; None where it was not."""
    for entry in decision.entries:
        if entry.rejection is not None:
            return entry.rejection.code, entry.rejection.params
    return None


async def memberships_of(bootstrap: str, log_id: str | None = None) -> dict[str, Membership]:
    """Read what the log says of all accounts, by account."""
    log: Log = await check_log(bootstrap, TRADING, log_id)
    found: dict[str, Membership] = {}
    for partition in range(log.partitions):
        _, counted = await read_partition(bootstrap, TRADING, log, partition)
        for entry in (entry for one in counted for entry in one.decision.entries):
            for raw in entry.events:
                event = decode_event(MEMBERSHIP.messages, raw)
                now = MEMBERSHIP.evolve(found.get(entry.aggregate), entry.aggregate, event)
                found[entry.aggregate] = now
    return found
