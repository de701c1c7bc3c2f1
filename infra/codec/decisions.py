"""Decisions as records (docs/log-protocol.md, part 3).

Rule 1: the bytes are a function of the decision and `rules`: keys in the schema's order, absent
fields left out, integers only.
Rule 2: an event is an object whose first key is `type`: a reader need not parse it to know it.
"""

from functools import cache
from typing import Any, Final

import msgspec

from trading.outcome import Messages


class Asked(msgspec.Struct, omit_defaults=True, gc=False):
    """The command that was answered. `digest` is lowercase hex of 16 bytes."""

    offset: int
    id: str | None = None
    type: str | None = None
    actor: str | None = None
    acting_role: str | None = None
    digest: str | None = None


class Refusal(msgspec.Struct, gc=False):
    """Why nothing changed, with the state it was judged on."""

    code: str
    params: dict[str, int | str]
    judged: dict[str, int | str]


class Entry(msgspec.Struct, omit_defaults=True):
    """What the record did to one aggregate. `seq` is before, `public_seq` after it."""

    aggregate: str
    seq: int
    public_seq: int
    events: list[msgspec.Raw]
    rejection: Refusal | None = None


class Decision(msgspec.Struct, omit_defaults=True):
    """One answer. `input` and `prev` are lowercase hex of 32 bytes."""

    command: Asked
    at_ms: int
    tick_ms: int
    heard_ms: int
    outcome: str
    entries: list[Entry]
    rules: int
    input: str
    prev: str
    raw_ms: int | None = None
    of: int | None = None
    next_due_ms: int | None = None


_encoder: Final = msgspec.json.Encoder()
_decision: Final = msgspec.json.Decoder(Decision)
_OPENING: Final = b'{"type":"'
_HEADS: Final[dict[str, bytes]] = {}  # all of an event but its fields, by type


def encode_decision(decision: Decision) -> bytes:
    """Return the record value of a decision."""
    return _encoder.encode(decision)


def decode_decision(value: bytes) -> Decision:
    """Return the decision; raises `msgspec.DecodeError` where it is none."""
    return _decision.decode(value)


def encode_event(event: Any) -> bytes:
    """Return an event as it stands in an entry."""
    body = _encoder.encode(event)
    head = _HEADS.get(event.type)
    if head is None:
        head = _HEADS[event.type] = _OPENING + event.type.encode() + b'",'
    return head[:-1] + b"}" if len(body) == len(b"{}") else head + body[1:]


def event_type(raw: msgspec.Raw) -> str:
    """Return the type of an event without parsing it."""
    plain = bytes(raw)
    return plain[len(_OPENING) : plain.index(b'"', len(_OPENING))].decode()


@cache
def _event_decoder(message: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(message)


def decode_event(messages: Messages, raw: msgspec.Raw | bytes) -> Any:
    """Return the event; raises `msgspec.DecodeError` where it is none of `messages`."""
    plain = bytes(raw)
    start = len(_OPENING)
    name = plain[start : plain.find(b'"', start)].decode("utf-8", "replace")
    message = messages.events.get(name) if plain.startswith(_OPENING) else None
    if message is None:
        raise msgspec.DecodeError(f"no such event: {name[:80]}")
    return _event_decoder(message).decode(plain)
