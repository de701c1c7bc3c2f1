"""One per gateway process: follows all that is decided, and says what goes on which channel.

Rule 1: only what counts is told: every partition's chain is checked, stale records are ignored, and
a break stops that partition and is told in `health`.
Rule 2: `start` returns only once the end offsets read at its beginning have been reached; a
gateway listens after that. `run` then follows until cancelled.
Rule 3: `state`, `position` and what is given to the sink agree at every moment: folding a record
and telling it are one step without a wait.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.channels import Channel
from gateway.feed.publication import Sink


class Feed:
    """Everything the gateway knows; see the module's rules."""

    def __init__(
        self,
        bootstrap: str,
        sink: Sink,
        *,
        log_id: str | None = None,
        snapshots: Path | None = None,
    ) -> None:
        """`snapshots`: the deciders' folder of snapshots, where there is one to read."""
        raise NotImplementedError

    async def start(self) -> None:
        """Check the log, restore, and read on to its end; raises `WrongLog` or `NoBroker`."""
        raise NotImplementedError

    async def run(self) -> None:
        """Follow until cancelled."""
        raise NotImplementedError

    async def close(self) -> None:
        """End all connections."""
        raise NotImplementedError

    # channels

    def state(self, channel: Channel) -> dict[str, Any] | None:
        """Return what a fresh subscriber is given, None where there is nothing of that name."""
        raise NotImplementedError

    def latest(self, channel: Channel) -> dict[str, dict[str, Any]]:
        """Return the newest conflated values of a channel, by key."""
        raise NotImplementedError

    def position(self, channel: Channel) -> int:
        """Return the offset of the newest publication of a channel (0: none yet)."""
        raise NotImplementedError

    def complete_since(self, channel: Channel) -> int:
        """Return the offset after which every publication of the channel went to the sink."""
        raise NotImplementedError

    def recoverable(self, channel: Channel) -> bool:
        """Whether a channel's publications have offsets."""
        raise NotImplementedError

    # time and health

    def log_time_ms(self) -> int:
        """Return the broker's time as well as we know it."""
        raise NotImplementedError

    @property
    def degraded(self) -> bool:
        """Whether the log does not progress as it should."""
        raise NotImplementedError

    def health(self) -> dict[str, Any]:
        """Return the facts for a health page; nothing secret."""
        raise NotImplementedError

    # people

    def numbers_of(self, account_id: str) -> Mapping[str, str]:
        """Return the numbers an account bears, by bidding."""
        raise NotImplementedError

    def account_of(self, bidding_id: str, number: str) -> str | None:
        """Return who bears a number. Never published."""
        raise NotImplementedError

    def roles_of(self, account_id: str) -> frozenset[str] | None:
        """Return the roles an account holds by the log; None where it knows no such account."""
        raise NotImplementedError

    def revoked_before_ms(self, account_id: str) -> int:
        """Return the time before which no login of the account counts (0: none)."""
        raise NotImplementedError

    def is_banned(self, account_id: str) -> bool:
        """Whether an account is shut out."""
        raise NotImplementedError
