"""The real parts of the application."""

import argparse
from collections.abc import Mapping
from typing import Any

from fastapi import Request

from gateway.authorize import PUBLIC, Subject
from gateway.channels import Channel
from gateway.http.ports import Parts
from infra.clock import now_ms


class Nothing:
    """No log yet: nothing to see, nothing to ask."""

    def state(self, channel: str) -> Mapping[str, Any] | None:  # noqa: ARG002
        """Nothing."""
        return None

    def may_see(self, subject: Subject, channel: Channel) -> bool:  # noqa: ARG002
        """Nothing."""
        return False

    def log_time_ms(self) -> int:
        """Our clock."""
        return now_ms()

    def health(self) -> Mapping[str, Any]:
        """Not ready."""
        return {"ready": False}

    async def submit(
        self, subject: Subject, method: str, body: dict[str, Any], wait_ms: int
    ) -> Mapping[str, Any]:
        """Nothing."""
        raise NotImplementedError

    async def status(self, subject: Subject, command_id: str, root: str) -> Mapping[str, Any]:
        """Nothing."""
        raise NotImplementedError


def nobody(_request: Request) -> Subject:
    """Return who anybody is."""
    return PUBLIC


def parts_of(options: argparse.Namespace) -> Parts:
    """Build the parts."""
    nothing = Nothing()
    return Parts(options.push_url, nothing, nothing, nobody)
