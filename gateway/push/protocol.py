"""Centrifuge's client protocol in JSON: commands in, replies and pushes out; no state here.

Rule 1: a frame holds one command a line. Unknown fields of the envelope are ignored, as clients
send some that we need not know; a command of none of the kinds here is `unknown`.
Rule 2: `{}` is a ping, alone or among others: the answer to ours.
Rule 3: what is sent to many is encoded once and put together from bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from gateway.push.close_codes import CloseCode, Error
from gateway.strict_json import strict_json

LINE_BYTES_MAX: Final = 64 * 1024
REJECT_UNRECOVERED: Final = 2  # of a subscribe's flag


class Malformed(Exception):
    """The frame is not what the protocol says."""


@dataclass(frozen=True, slots=True)
class Connect:
    """The first command of a socket."""

    token: str = ""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Another token for the same socket."""

    token: str = ""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """`recover`: from a position; `flag` & 2: an error rather than a state, if that fails.

    What follows `flag` is not offered (offered.py).
    """

    channel: str
    recover: bool = False
    offset: int = 0
    epoch: str = ""
    flag: int = 0
    token: str = ""
    data: Any = None
    join_leave: bool = False
    tf: Any = None
    type: int = 0


@dataclass(frozen=True, slots=True)
class OnChannel:
    """What only names a channel: unsubscribe, presence, presence_stats, publish."""

    channel: str


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """Where a reader of a channel is."""

    offset: int = 0
    epoch: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """`limit` 0: the position alone; -1: all there is."""

    channel: str
    limit: int = 0
    since: StreamPosition | None = None
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Rpc:
    """A command of ours, or a question."""

    method: str = ""
    data: Any = None


@dataclass(frozen=True, slots=True)
class Command:
    """At most one of the kinds is set. Without any and without an id it is a ping."""

    id: int = 0
    connect: Connect | None = None
    refresh: Refresh | None = None
    subscribe: Subscribe | None = None
    unsubscribe: OnChannel | None = None
    publish: OnChannel | None = None
    presence: OnChannel | None = None
    presence_stats: OnChannel | None = None
    history: History | None = None
    rpc: Rpc | None = None
    send: dict[str, Any] | None = None

    @property
    def is_ping(self) -> bool:
        """Whether it is the empty object."""
        return self == _PING


_PING: Final = Command()
TOO_LONG: Final = Rpc()
"""Stands for an RPC that is longer than a command may be: it is answered, and not read."""
_decode: Final = msgspec.json.Decoder(Command).decode
encode: Final = msgspec.json.Encoder().encode


def count_of(frame: bytes) -> int:
    """Return how many commands a frame holds, before it is read."""
    return max(1, frame.count(b"\n") + (not frame.endswith(b"\n")))


def decode_frame(frame: bytes) -> list[Command]:
    """Return the commands of a frame, in order; raises `Malformed`."""
    lines = frame.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not lines:
        raise Malformed("no command")
    try:
        commands = [_decode(line) for line in lines]
        for at, line in enumerate(lines):
            if commands[at].rpc is not None and len(line) > LINE_BYTES_MAX:
                commands[at] = replace(commands[at], rpc=TOO_LONG)
            elif commands[at].rpc is not None:
                strict_json(line)  # what goes to the log says one thing only
    except (ValueError, RecursionError) as error:  # msgspec's are ValueErrors too
        raise Malformed(type(error).__name__) from error
    return commands


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The answer to a subscribe; `publications` and `data` are encoded already."""

    data: bytes
    recoverable: bool = False
    epoch: str = ""
    offset: int = 0
    was_recovering: bool = False
    recovered: bool = False
    publications: list[bytes] = field(default_factory=list[bytes])


def result(command_id: int, kind: str, value: object) -> bytes:
    """Return a reply with a result."""
    return encode({"id": command_id, kind: value})


def error(command_id: int, what: Error) -> bytes:
    """Return a reply with an error."""
    body: dict[str, Any] = {"code": what.code, "message": what.message}
    if what.temporary:
        body["temporary"] = True
    if what.params:
        body["params"] = what.params
    return encode({"id": command_id, "error": body})


def subscribed(command_id: int, answer: Subscribed) -> bytes:
    """Return the reply to a subscribe."""
    value: dict[str, Any] = {}
    if answer.recoverable:
        value |= {
            "recoverable": True, "positioned": True, "epoch": answer.epoch,
            "offset": answer.offset,
        }  # fmt: skip
    if answer.was_recovering:
        value["was_recovering"] = True
    if answer.recovered:
        value["recovered"] = True
    if answer.publications:
        value["publications"] = [msgspec.Raw(each) for each in answer.publications]
    value["data"] = msgspec.Raw(answer.data)
    return encode({"id": command_id, "subscribe": value})


def publication(data: bytes, offset: int | None) -> bytes:
    """Return a publication as it stands in pushes, recoveries and histories."""
    if offset is None:
        return b'{"data":%b}' % data
    return b'{"data":%b,"offset":%d}' % (data, offset)


def push_prefix(channel: str) -> bytes:
    """Return the beginning of a channel's pushes; `PUSH_SUFFIX` ends them."""
    return b'{"push":{"channel":%b,"pub":' % encode(channel)


PUSH_SUFFIX: Final = b"}}"


def unsubscribed(channel: str, why: CloseCode) -> bytes:
    """Return the push that ends a subscription."""
    ended = {"code": why.code, "reason": why.reason}
    return encode({"push": {"channel": channel, "unsubscribe": ended}})


def history(command_id: int, publications: Iterable[bytes], offset: int, epoch: str) -> bytes:
    """Return the reply to a question for the past."""
    found = [msgspec.Raw(each) for each in publications]
    return result(command_id, "history", {"publications": found, "offset": offset, "epoch": epoch})
