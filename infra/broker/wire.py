"""The codec: frames of the Kafka protocol to requests, and answers to frames.

The messages are kafka-python's, generated from Kafka's own schemas. `CALLS` says which are served,
in which versions: below those that name topics by id (Produce 13, Fetch 13), and Produce from
0 because librdkafka looks for that; one older than 3 closes the connection, as in Kafka 4.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from typing import Any

from infra.broker.errors import Error
from infra.broker.kafka_python import admin, consumer, metadata, producer

Message = Any  # a message of kafka-python: it has no types of its own
Values = dict[str, Any]
"""An answer in plain values: an array of messages is a list of these; what is left out, or has no
place in the version that is answered, has the schema's default or is left away."""

FRAME_BYTES_MAX = 32 * 1024 * 1024
_HEADER = struct.Struct(">hhih")
_ANSWER = struct.Struct(">ii")
_CORRELATION_BYTES = 4
_API_VERSIONS = 18
_DECODING_ERRORS = (
    struct.error,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    RuntimeError,
    AssertionError,
)


class MalformedError(Exception):
    """Not a request of the Kafka protocol, or one that is not served: close the connection."""


@dataclass(frozen=True, slots=True)
class Call:
    """A served call: its messages and versions (`advertised_min` may lie below `version_min`)."""

    name: str
    request: Message
    response: Message
    version_min: int
    version_max: int
    advertised_min: int


def _call(
    module: Message, name: str, version_min: int, version_max: int, advertised_min: int = -1
) -> Call:
    request, response = getattr(module, f"{name}Request"), getattr(module, f"{name}Response")
    shown = version_min if advertised_min < 0 else advertised_min
    return Call(name, request, response, version_min, version_max, shown)


_ALL = (
    _call(producer, "Produce", 3, 12, 0),
    _call(producer, "InitProducerId", 0, 4),
    _call(consumer, "Fetch", 4, 12),
    _call(consumer, "ListOffsets", 1, 7),
    _call(consumer, "OffsetCommit", 2, 8),
    _call(consumer, "OffsetFetch", 1, 8),
    _call(consumer, "JoinGroup", 0, 9),
    _call(consumer, "SyncGroup", 0, 5),
    _call(consumer, "Heartbeat", 0, 4),
    _call(consumer, "LeaveGroup", 0, 5),
    _call(metadata, "ApiVersions", 0, 3),
    _call(metadata, "Metadata", 0, 9),
    _call(metadata, "FindCoordinator", 0, 4),
    _call(admin, "CreateTopics", 2, 6),
    _call(admin, "DeleteTopics", 1, 5),
    _call(admin, "CreatePartitions", 0, 3),
    _call(admin, "DescribeConfigs", 1, 4),
    _call(admin, "ListGroups", 0, 4),
    _call(admin, "DescribeGroups", 0, 5),
    _call(admin, "DeleteGroups", 0, 2),
)
CALLS: dict[int, Call] = {call.request.API_KEY: call for call in _ALL}


@dataclass(frozen=True, slots=True)
class Request:
    """One decoded request; `message` is kafka-python's."""

    call: Call
    version: int
    correlation_id: int
    client_id: str
    message: Message


def decode_request(frame: bytes) -> Request:
    """Read one frame (without its length); raises MalformedError."""
    try:
        return _decode(memoryview(frame))
    except _DECODING_ERRORS as error:
        raise MalformedError(type(error).__name__) from error


def encode_response(request: Request, values: Values) -> bytes:
    """The answer's frame, length included, in the request's version."""
    kind, version = request.call.response, request.version
    body = filled(kind, values).encode(version=version)
    flexible = kind.flexible_version_q(version) and kind.API_KEY != _API_VERSIONS
    tags = b"\0" if flexible else b""  # of the header: none
    size = _CORRELATION_BYTES + len(tags) + len(body)
    return b"".join([_ANSWER.pack(size, request.correlation_id), tags, body])


def filled(kind: Message, values: Values) -> Message:
    """A message of kafka-python with these values."""
    nested = _nested(kind)
    return kind(
        **{
            name: [filled(nested[name], each) for each in value]
            if name in nested and value
            else value
            for name, value in values.items()
        }
    )


@cache
def _nested(kind: Message) -> dict[str, Message]:
    return {f.name: f.data_class for f in kind.fields.values() if f.is_struct_array()}


def _decode(frame: memoryview) -> Request:
    api_key, version, correlation_id, name_bytes = _HEADER.unpack_from(frame)
    call = CALLS.get(api_key)
    if call is None:
        raise MalformedError(f"call {api_key}")
    at = _HEADER.size + max(name_bytes, 0)
    if at > len(frame):
        raise MalformedError("header")
    client_id = str(frame[_HEADER.size : at], "utf-8")
    if not call.version_min <= version <= call.version_max:
        if api_key != _API_VERSIONS:
            raise MalformedError(f"{call.name} version {version}")
        return Request(call, 0, correlation_id, client_id, None)  # answered in v0 with an error
    if call.request.flexible_version_q(version):
        at = _skip_tags(frame, at)
    message = call.request.decode(frame[at:], version=version)
    _refuse_nulls(message, version)
    return Request(call, version, correlation_id, client_id, message)


def _refuse_nulls(message: Message, version: int) -> None:
    """The codec reads a null where the schema allows none; a null name must not get further."""
    kind: Message = type(message)
    for name, nested, nullable in _fields(kind, version):
        value = getattr(message, name)
        if value is None:
            if not nullable:
                raise MalformedError(f"null {name}")
        elif nested:
            for element in value:
                _refuse_nulls(element, version)


@cache
def _fields(kind: Message, version: int) -> list[tuple[str, bool, bool]]:
    """(name, whether it is a list of messages, whether null is allowed) of each field."""
    return [
        (
            field.name,
            field.is_struct_array(),
            field.nullable_for_version_q(version) or field.type_str == "uuid",
        )
        for field in kind.fields.values()
        if field.for_version_q(version) and not field.tagged_field_q(version)
    ]


def _skip_tags(frame: memoryview, at: int) -> int:
    count, at = _unsigned_varint(frame, at)
    for _ in range(count):
        _, at = _unsigned_varint(frame, at)
        size, at = _unsigned_varint(frame, at)
        at += size
        if at > len(frame):
            raise MalformedError("tags")
    return at


def _unsigned_varint(frame: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 35, 7):
        byte = frame[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
    raise MalformedError("varint")


def api_versions(request: Request) -> Values:
    """The answer to ApiVersions; to an unknown version of it: v0 with UNSUPPORTED_VERSION."""
    keys = [
        {"api_key": key, "min_version": call.advertised_min, "max_version": call.version_max}
        for key, call in sorted(CALLS.items())
    ]
    error = Error.NONE if request.message is not None else Error.UNSUPPORTED_VERSION
    return {"error_code": error, "api_keys": keys}
