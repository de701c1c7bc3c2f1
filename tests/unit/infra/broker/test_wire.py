"""Frames and messages."""

import struct

import pytest

from infra.broker.kafka_python import consumer, metadata
from infra.broker.wire import (
    CALLS,
    MalformedError,
    Message,
    api_versions,
    decode_request,
    encode_response,
)


def frame(message: Message) -> bytes:
    message.with_header(correlation_id=9, client_id="test")
    return bytes(message.encode(header=True, framed=True))[4:]


@pytest.mark.parametrize("version", [0, 3])
def test_a_request_is_read_with_its_header(version: int) -> None:
    sent = metadata.ApiVersionsRequest(version=version)
    request = decode_request(frame(sent))
    assert (request.call.name, request.version) == ("ApiVersions", version)
    assert (request.correlation_id, request.client_id) == (9, "test")


def test_an_unknown_version_of_api_versions_is_answered_in_version_0_with_error_35() -> None:
    request = decode_request(struct.pack(">hhih", 18, 99, 5, -1))
    answer = encode_response(request, api_versions(request))
    size, correlation_id, error, keys = struct.unpack_from(">iihi", answer)
    assert (size, correlation_id, error, keys) == (len(answer) - 4, 5, 35, len(CALLS))


def test_produce_is_shown_from_version_0_and_stays_below_topic_ids() -> None:
    shown = {call.name: (call.advertised_min, call.version_max) for call in CALLS.values()}
    assert shown["Produce"] == (0, 12)
    assert shown["Fetch"][1] < 13


def test_no_call_of_transactions_is_served() -> None:
    assert not {24, 25, 26, 28} & set(CALLS)


def test_a_null_where_the_schema_allows_none_is_malformed() -> None:
    sent = consumer.HeartbeatRequest(group_id=None, generation_id=1, member_id="m", version=0)
    with pytest.raises(MalformedError, match="group_id"):
        decode_request(frame(sent))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 7,
        struct.pack(">hhih", 18, 0, 1, 500),
        struct.pack(">hhih", 999, 0, 1, -1),
        struct.pack(">hhih", 0, 2, 1, -1),
        struct.pack(">hhih", 18, 3, 1, -1) + b"\xff" * 12,
    ],
)
def test_what_is_not_a_served_request_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedError):
        decode_request(content)
