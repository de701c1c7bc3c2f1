"""Bidders on raw sockets, in one loop with the sending of their bids.

A bidder follows the room and the channel of his own number, as the page does. Of each bid he notes
when the reply came and when the outcome.
"""

import json
import re
import time
from typing import Any, Final

from bench.fanout_watchers import OFFSET, Crowd, Watcher, frame_of_client
from bench.lots import command_id
from trading.values import BidderNumber

NUMBERS_FROM: Final = 10**15
STEP_FEN: Final = 100
JOIN_SECONDS_MAX: Final = 20.0
_REPLY: Final = re.compile(rb'^\{"id":(\d+),"rpc"', re.MULTILINE)
_ERROR: Final = re.compile(rb'^.*"error":.*$', re.MULTILINE)
_OUTCOME: Final = re.compile(
    rb'"kind":"outcome".*?"command_id":"bench-(\d+)","type":"\w+","code":(null|"\w+")'
)


class Bidder(Watcher):
    """One socket with a number."""

    own = ""

    def wishes(self) -> list[dict[str, Any]]:
        """His own channel, then the room: the position of the latter is kept."""
        return [{"id": 3, "subscribe": {"channel": self.own}}, *super().wishes()]


class Bidders(Crowd):
    """All of them."""

    def __init__(
        self, port: int, bidding_id: str, numbers: tuple[BidderNumber, ...], tokens: list[str]
    ) -> None:
        """All are in when this returns."""
        super().__init__(port, f"bidding:{bidding_id}", "", "price_fen")
        self.bidding_id = bidding_id
        self._next = 0
        self.sent: dict[int, int] = {}  # by amount, monotonic ns
        self.reply_ms: list[float] = []
        self.outcome_ms: list[float] = []
        self.refused: list[bytes] = []  # by the gateway
        self.overtaken = 0  # by a higher bid that was sent later: refused by the log
        new: list[Watcher] = []
        for index, (number, token) in enumerate(zip(numbers, tokens, strict=True)):
            bidder = Bidder(index + 1, port, f"bidding:{bidding_id}", token)
            bidder.own = f"bidder:{bidding_id}.{number}"
            new.append(bidder)
        self.watchers = new
        joined = self._enter(new, time.monotonic(), JOIN_SECONDS_MAX)
        assert joined["in"] == len(new), joined

    def bid(self, count: int, rate: int) -> None:
        """Send so many bids at a steady rate, each higher than the last."""
        begun, first = time.monotonic(), self._next
        self._next += count
        for index in range(first, self._next):
            while (wait := begun + (index - first) / rate - time.monotonic()) > 0:
                self._turn(wait)
            body = {
                "command_id": command_id(NUMBERS_FROM + index), "bidding_id": self.bidding_id,
                "amount_fen": _amount(index),
            }  # fmt: skip
            call = {"id": index + 10, "rpc": {"method": "bid.place", "data": body}}
            watcher = self.watchers[index % len(self.watchers)]
            assert watcher.sock is not None, "he is in"
            self.sent[_amount(index)] = time.monotonic_ns()
            watcher.sock.send(frame_of_client(json.dumps(call).encode()))

    def hear_out(self, count: int, seconds_max: float) -> None:
        """Read until everybody has heard of so many bids."""
        until = time.monotonic() + seconds_max
        wanted = count * len(self.watchers)
        while self.received < wanted - self.overtaken * len(self.watchers) or len(
            self.outcome_ms
        ) < count - len(self.refused):
            if time.monotonic() > until:
                break
            self._turn(0.05)

    def stay(self, seconds: float) -> None:
        """Read, and answer pings, for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._turn(left)

    def wait(self, count: int, seconds_max: float) -> None:
        """Read until there are so many replies and outcomes."""
        until = time.monotonic() + seconds_max
        while min(len(self.reply_ms), len(self.outcome_ms)) < count and time.monotonic() < until:
            self._turn(0.05)

    def _taken(self, watcher: Watcher, buffer: bytes | bytearray, begin: int, end: int) -> None:
        room = f'{{"push":{{"channel":"{watcher.channel}"'.encode()
        if buffer.startswith(room, begin, end):
            super()._taken(watcher, buffer, begin, end)
            return
        now, payload = time.monotonic_ns(), bytes(buffer[begin:end])
        for found in _REPLY.findall(payload):
            self.reply_ms.append((now - self.sent[_amount(int(found) - 10)]) / 1e6)
        for found, code in _OUTCOME.findall(payload):
            self.overtaken += code != b"null"
            index = int(found) - NUMBERS_FROM
            self.outcome_ms.append((now - self.sent[_amount(index)]) / 1e6)
        self.refused += _ERROR.findall(payload)
        if OFFSET not in payload:
            super()._taken(watcher, buffer, begin, end)  # pings


def _amount(index: int) -> int:
    return STEP_FEN * (index + 1)
