"""Commands as records (docs/log-protocol.md, part 2).

Rule 1: a shape that does not fit is refused before the log; if others append it: `UNREADABLE`.
Rule 2: the digest is over the *decoded* command without `issued_at_ms` and `valid_until_ms`, so
that white space and key order do not make another command.
Rule 3: who writes a command as `encode_command` does is read in one go; any other way of writing
the same is read slowly, and means the same.
"""

import hashlib
import json
import re
from enum import StrEnum
from functools import cache, lru_cache
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec

from infra.topics import COMMAND_BYTES_MAX
from trading.outcome import Messages

SCHEMA: Final = 1
CLOCK_TICK: Final = "clock_tick"
SYSTEM: Final = "system"
COMMAND_ID: Final = r"^[A-Za-z0-9_-]{22,64}$"
WORD: Final = r"^[A-Za-z0-9._:-]{1,64}$"

Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class RefusalCode(StrEnum):
    """Refusals before any rule of an aggregate, in the order in which they are checked."""

    UNREADABLE = "UNREADABLE"
    UNSUPPORTED_VERSION = "UNSUPPORTED_VERSION"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    WRONG_PARTITION = "WRONG_PARTITION"
    ID_REUSED = "ID_REUSED"
    EXPIRED = "EXPIRED"
    HALTED = "HALTED"
    DECISION_TOO_LARGE = "DECISION_TOO_LARGE"


class Command(msgspec.Struct, frozen=True, gc=False):
    """A people's command: who asks what of which aggregate. `body` is the message itself."""

    command_id: str
    type: str
    actor: str
    acting_role: str
    root: str
    aggregate: str
    body: Any
    issued_at_ms: int | None = None
    valid_until_ms: int | None = None


class Tick(msgspec.Struct, frozen=True, gc=False):
    """Time as a record, and the newest decision its chronograph has read (rule 7b)."""

    command_id: str
    actor: str
    heard_ms: int


class Refused(msgspec.Struct, frozen=True, gc=False):
    """What could not become a command; the fields that could be read, for the answer."""

    code: RefusalCode
    command_id: str | None = None
    type: str | None = None
    actor: str | None = None
    acting_role: str | None = None
    aggregate: str = ""


class _Version(msgspec.Struct):
    schema: int


Body = TypeVar("Body")


class _Envelope(
    msgspec.Struct, Generic[Body], forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    schema: int
    command_id: str
    type: str
    actor: str
    acting_role: str
    root: str
    aggregate: str
    body: Body
    issued_at_ms: Milliseconds | None = None
    valid_until_ms: Milliseconds | None = None


class _TickBody(msgspec.Struct, forbid_unknown_fields=True):
    heard_ms: Milliseconds


_encoder: Final = msgspec.json.Encoder()
_envelope: Final = msgspec.json.Decoder(_Envelope[msgspec.Raw])
_version: Final = msgspec.json.Decoder(_Version)
_tick_body: Final = msgspec.json.Decoder(_TickBody)
_COMMAND_ID: Final = re.compile(COMMAND_ID.replace("$", r"\Z"))
_WORD: Final = re.compile(WORD.replace("$", r"\Z"))
_TYPE: Final = b',"type":"'
_BODY: Final = b',"body":'
_TO_ZERO: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER: Final = b"0" * 16
_INTEGER_MAX: Final = 2**53
_UNREADABLE: Final = Refused(RefusalCode.UNREADABLE)


@cache
def _body_decoder(message: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(message, strict=True)


@cache
def _canonical_decoder(message: type) -> msgspec.json.Decoder[_Envelope[Any]]:
    return msgspec.json.Decoder(_Envelope[message], strict=True)  # type: ignore[valid-type]


def encode_command(command: Command) -> bytes:
    """Return the record value of a command."""
    return _encoder.encode(
        _Envelope(
            SCHEMA, command.command_id, command.type, command.actor, command.acting_role,
            command.root, command.aggregate, command.body,
            command.issued_at_ms, command.valid_until_ms,
        )
    )  # fmt: skip


def encode_tick(tick: Tick) -> bytes:
    """Return the record value of a tick; its key is absent."""
    body = _TickBody(tick.heard_ms)
    return _encoder.encode(
        _Envelope(SCHEMA, tick.command_id, CLOCK_TICK, tick.actor, SYSTEM, "", "", body)
    )


def decode_command(messages: Messages, value: bytes | None) -> Command | Tick | Refused:
    """Return what a record of a command topic asks, or why it cannot be read."""
    return read_command(messages, value)[0]


def read_command(messages: Messages, value: bytes | None) -> tuple[Command | Tick | Refused, bytes]:
    """Return what a record asks, and the digest of a command (empty for all else)."""
    if value is None or len(value) > COMMAND_BYTES_MAX:
        return _UNREADABLE, b""
    return _read_canonical(messages, value) or _read_any(messages, value)


def _read_canonical(messages: Messages, value: bytes) -> tuple[Command, bytes] | None:
    """Read what `encode_command` wrote; None for all else, whatever is wrong with it.

    To be the same again when encoded is proof of order, spaces and names at once: one decoding and
    one encoding where `_read_any` needs two and three.
    """
    start = value.find(_TYPE) + len(_TYPE)
    name = value[start : value.find(b'"', start)]
    message = messages.commands.get(name.decode("latin-1"))
    if message is None or _has_long_number(value[value.find(_BODY) :]):
        return None
    try:
        envelope = _canonical_decoder(message).decode(value)
        whole = _encoder.encode(envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError):
        return None
    fits = envelope.schema == SCHEMA and _is_named(envelope) and _is_placed(envelope)
    return (_command(envelope), _digest(envelope, value)) if fits and whole == value else None


def _read_any(messages: Messages, value: bytes) -> tuple[Command | Tick | Refused, bytes]:
    """Read a value in whatever order and spacing, or say what is wrong with it."""
    try:
        envelope = _envelope.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _foreign(value), b""
    if not _is_named(envelope):
        return _UNREADABLE, b""
    if envelope.schema != SCHEMA:
        return _of(RefusalCode.UNSUPPORTED_VERSION, envelope), b""
    if envelope.type == CLOCK_TICK:
        return _tick(envelope), b""
    message = messages.commands.get(envelope.type)
    if message is None:
        return _of(RefusalCode.UNKNOWN_TYPE, envelope), b""
    try:
        return _checked(envelope, message, value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError):
        return _of(RefusalCode.UNREADABLE, envelope), b""


def _checked(said: _Envelope[msgspec.Raw], message: type, value: bytes) -> tuple[Command, bytes]:
    if not _is_placed(said):
        raise ValueError("no such root or aggregate")
    body = _body_decoder(message).decode(said.body)
    if _has_long_number(_encoder.encode(body)):
        _check_size(msgspec.to_builtins(body))
    envelope: _Envelope[Any] = msgspec.structs.replace(said, body=body)
    plain = _encoder.encode(envelope)
    if plain != value:
        _check_names(value, plain)
    return _command(envelope), _digest(envelope, plain)


def _command(envelope: _Envelope[Any]) -> Command:
    return Command(
        envelope.command_id, envelope.type, envelope.actor, envelope.acting_role,
        envelope.root, envelope.aggregate, envelope.body,
        envelope.issued_at_ms, envelope.valid_until_ms,
    )  # fmt: skip


def _digest(envelope: _Envelope[Any], plain: bytes) -> bytes:
    """Return rule 2's digest; `plain` is the envelope encoded, times and all."""
    if envelope.issued_at_ms is not None or envelope.valid_until_ms is not None:
        envelope.issued_at_ms = envelope.valid_until_ms = None
        plain = _encoder.encode(envelope)
    return hashlib.sha256(plain).digest()[:16]


def _has_long_number(plain: bytes) -> bool:
    """Whether 16 digits stand in a row; half the time that a regular expression takes."""
    return _LONG_NUMBER in plain.translate(_TO_ZERO)


def _check_names(value: bytes, plain: bytes) -> None:
    """Raise where a name is unknown or given twice: which of two counts must not be a guess."""
    said = json.loads(value, object_pairs_hook=_once)
    if not _within(said, json.loads(plain)):
        raise ValueError("a name is unknown")


def _check_size(said: object) -> None:
    """Raise where a whole number is too large for every reader to hold it exactly."""
    if isinstance(said, dict):
        said = list(said.values())
    if isinstance(said, list | tuple):
        for one in said:
            _check_size(one)
    elif isinstance(said, int) and abs(said) > _INTEGER_MAX:
        raise ValueError("a number is too large")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice")
    return names


def _within(said: object, known: object) -> bool:
    if isinstance(said, dict) and isinstance(known, dict):
        return all(
            value is None if name not in known else _within(value, known[name])
            for name, value in said.items()
        )
    if isinstance(said, list) and isinstance(known, list):
        return all(_within(one, other) for one, other in zip(said, known, strict=True))
    return True


def digest(command: Command) -> bytes:
    """Return 16 bytes that two records share only where they ask the same (rule 8)."""
    plain = Command(
        command.command_id, command.type, command.actor, command.acting_role,
        command.root, command.aggregate, command.body,
    )  # fmt: skip
    return hashlib.sha256(encode_command(plain)).digest()[:16]


def _tick(envelope: _Envelope[msgspec.Raw]) -> Tick | Refused:
    if envelope.acting_role != SYSTEM:
        return _of(RefusalCode.UNREADABLE, envelope)
    try:
        return Tick(envelope.command_id, envelope.actor, _tick_body.decode(envelope.body).heard_ms)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _of(RefusalCode.UNREADABLE, envelope)


def _foreign(value: bytes) -> Refused:
    """A value that is no envelope of ours: perhaps one of a later schema."""
    try:
        later = _version.decode(value).schema > SCHEMA
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        later = False
    return Refused(RefusalCode.UNSUPPORTED_VERSION) if later else _UNREADABLE


def _of(code: RefusalCode, envelope: _Envelope[msgspec.Raw]) -> Refused:
    aggregate = envelope.aggregate if _is_word(envelope.aggregate) else ""
    return Refused(
        code, envelope.command_id, envelope.type, envelope.actor, envelope.acting_role, aggregate
    )


def _is_named(envelope: _Envelope[Any]) -> bool:
    return (
        _COMMAND_ID.match(envelope.command_id) is not None
        and _is_word(envelope.type)
        and _is_word(envelope.actor)
        and _is_word(envelope.acting_role)
    )


def _is_placed(envelope: _Envelope[Any]) -> bool:
    return _is_word(envelope.root) and _is_word(envelope.aggregate)


@lru_cache(maxsize=65_536)
def _is_word(text: str) -> bool:
    return _WORD.match(text) is not None
