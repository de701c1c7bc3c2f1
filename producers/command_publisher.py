"""Putting people's commands on the log.

Rule 1: the client makes the command's id and keeps it; the same id and body again is safe.
Rule 2: the partition is computed here and passed explicitly; clients' own partitioners differ.
Rule 3: at most so many commands wait for their answer; who sends more waits.
Rule 4: an unknown answer is told as such. Sending the same again gives the final one.
"""

import asyncio
import secrets
from typing import Final

from infra.codec import Command, encode_command
from infra.kafka.admin import Log, check_log
from infra.kafka.appender import Ack, Appender
from infra.topics import COMMAND_BYTES_MAX, Family, partition_of

IN_FLIGHT_MAX: Final = 1_000
LINGER_MS: Final = 1
_ID_BYTES: Final = 18


class TooLarge(Exception):
    """A command is larger than the log takes."""


def new_command_id() -> str:
    """Return a fresh id of 144 random bits; it is shown to nobody but its maker."""
    return secrets.token_hex(_ID_BYTES)


class CommandPublisher:
    """Appends commands of one family to the log at `bootstrap`."""

    def __init__(
        self,
        bootstrap: str,
        family: Family,
        log_id: str | None = None,
        in_flight_max: int = IN_FLIGHT_MAX,
    ) -> None:
        """`log_id`, where known, must be the log's."""
        self._bootstrap = bootstrap
        self._family = family
        self._log_id = log_id
        self._appender = Appender(bootstrap, family.commands, linger_ms=LINGER_MS)
        self._room = asyncio.Semaphore(in_flight_max)
        self._partitions = 0

    async def start(self) -> Log:
        """Connect and check the log; raises `WrongLog` or `NoBroker`."""
        log = await check_log(self._bootstrap, self._family, self._log_id)
        self._partitions = log.partitions
        await self._appender.start()
        return log

    def partition_of(self, root_id: str) -> int:
        """Return the partition in which a root's commands are decided."""
        return partition_of(root_id, self._partitions)

    async def send(self, command: Command) -> Ack:
        """Append a command and return where it stands; raises `AckUnknown` or `TooLarge`."""
        return await self.send_raw(command.root, encode_command(command))

    async def send_raw(self, root_id: str, value: bytes) -> Ack:
        """Append an encoded command."""
        if len(value) > COMMAND_BYTES_MAX:
            raise TooLarge(f"{len(value)} bytes; a command has at most {COMMAND_BYTES_MAX}")
        async with self._room:
            return await self._appender.append(self.partition_of(root_id), root_id.encode(), value)

    async def close(self) -> None:
        """End the connection; what waits for its answer is given up."""
        await self._appender.close()
