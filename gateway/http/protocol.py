"""HTTP/1.1 as uvicorn speaks it, with a deadline for whoever is slow, and room for the next.

Rule 1: a request's head must be whole `HEAD_SECONDS` after its first byte (of a fresh connection:
after it was opened), its body `BODY_SECONDS` after its head. Then it is answered 408 and closed;
where the answer has begun it is only closed.
Rule 2: connections on which no request is under way are strangers (gateway/strangers.py): the one
that has been idle for longest makes room for the next visitor.
"""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from gateway.forwarded import group_of
from gateway.strangers import Strangers

HEAD_SECONDS: Final = 10.0
BODY_SECONDS: Final = 20.0
IDLE_PER_ADDRESS_MAX: Final = 1_000
IDLE_MAX: Final = 4_000
_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Deadlines(H11Protocol):
    """One connection; a subclass made by `protocol_of` knows whom it shares the room with."""

    strangers: Strangers["Deadlines"]
    proxies: frozenset[str]
    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Called by uvicorn."""
        super().__init__(*arguments, **options)
        self._waits_for = ""
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection was opened."""
        super().connection_made(transport)
        self._is_idle()
        self._wait_for("head")

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._wait_for("")
        self.strangers.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes of a head, or of a body."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """A request is answered; the next one may be here already."""
        super().on_response_complete()
        self._look()

    def _look(self) -> None:
        """See what is awaited now."""
        theirs = self.conn.their_state
        if theirs is h11.SEND_BODY:
            self.strangers.remove(self)
            self._wait_for("body")
        elif theirs is not h11.IDLE:  # it is ours to answer
            self.strangers.remove(self)
            self._wait_for("")
        elif self.conn.trailing_data[0]:
            self._wait_for("head")
        elif self.cycle is not None:  # between two requests: uvicorn's own time for that runs
            self._wait_for("")
            self._is_idle()

    def _is_idle(self) -> None:
        address = self.client[0] if self.client else ""
        gone = self.strangers.add(self, "" if address in self.proxies else group_of(address))
        if gone is not None:
            gone.transport.close()

    def _wait_for(self, what: str) -> None:
        if what == self._waits_for:
            return
        self._waits_for = what
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if what:
            seconds = self.head_seconds if what == "head" else self.body_seconds
            self._deadline = self.loop.call_later(seconds, self._too_slow)

    def _too_slow(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(_TOO_SLOW)
        self.transport.close()


def protocol_of(proxies: frozenset[str], connections_max: int) -> type[Deadlines]:
    """Return the protocol of a server. `proxies` speak for many, so that no bound is theirs."""
    strangers = Strangers["Deadlines"](IDLE_PER_ADDRESS_MAX, min(IDLE_MAX, connections_max // 2))
    return type("BoundDeadlines", (Deadlines,), {"strangers": strangers, "proxies": proxies})
