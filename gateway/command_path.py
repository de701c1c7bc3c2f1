"""The one way of a person's command to the log, for RPC and HTTP alike (push.md, part 4)."""

from dataclasses import dataclass, field
from typing import Any

from gateway.authorize import Subject


class Refusal(Exception):
    """Not put on the log. `temporary`: the same again may go through."""

    def __init__(
        self,
        code: str,
        status: int,
        params: dict[str, int | str] | None = None,
        *,
        temporary: bool = False,
    ) -> None:
        """`status` is what HTTP answers with."""
        super().__init__(code)
        self.code = code
        self.status = status
        self.params = params or {}
        self.temporary = temporary


@dataclass(frozen=True, slots=True)
class Reply:
    """On the log. `outcome` where it was waited for and came in time.

    `offset` is None while it would tell something (sealed bids are collected).
    """

    command_id: str
    received_at_ms: int
    partition: int
    offset: int | None
    outcome: dict[str, Any] | None = None
    params: dict[str, Any] = field(default_factory=dict[str, Any])


class CommandPath:
    """Takes commands from subjects; one per gateway process."""

    async def submit(
        self, subject: Subject, method: str, body: dict[str, Any], wait_ms: int = 0
    ) -> Reply:
        """Put a command on the log; raises `Refusal`."""
        raise NotImplementedError

    async def status(self, subject: Subject, command_id: str, root: str) -> dict[str, Any]:
        """Return {"state": "decided"|"checking"|"not_seen", "outcome"}; raises `Refusal`."""
        raise NotImplementedError
