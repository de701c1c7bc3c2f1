"""Commands in, replies and pushes out."""

import json

import pytest

from gateway.push import protocol
from gateway.push.close_codes import BUSY, NOT_AVAILABLE
from gateway.push.protocol import Malformed, Subscribed, count_of, decode_frame


def test_a_frame_holds_one_command_a_line() -> None:
    commands = decode_frame(
        b'{"id":1,"connect":{"token":"t"}}\n{}\n{"id":2,"rpc":{"method":"m"}}\n'
    )
    assert [command.id for command in commands] == [1, 0, 2]
    assert commands[0].connect is not None
    assert commands[0].connect.token == "t"  # noqa: S105  # of this test
    assert commands[1].is_ping


def test_unknown_fields_of_the_envelope_are_ignored() -> None:
    frame = b'{"id":1,"connect":{"token":"t","name":"js","version":"5","subs":{}},"new":[1]}'
    assert decode_frame(frame)[0].connect is not None


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\n",
        b"{}\n\n{}",
        b"[]",
        b"null",
        b'{"id":"1"}',
        b'{"id":1.5}',
        b'{"id":1,"subscribe":{}}',
        b'{"id":1,"subscribe":{"channel":7}}',
        b'{"id":1,"rpc":' + b"[" * 15_000,
        b'{"id":1',
        b'{"id":1,"rpc":{"data":NaN}}',
        b'{"id":1,"rpc":{"data":{"amount_fen":1,"amount_fen":9}}}',
        b'{"id":1,"id":2,"rpc":{}}',
        b"\x00\x01",
    ],
)
def test_what_is_not_the_protocol_is_malformed(frame: bytes) -> None:
    with pytest.raises(Malformed):
        decode_frame(frame)


def test_an_error_says_temporary_only_where_it_is() -> None:
    assert json.loads(protocol.error(3, BUSY))["error"]["temporary"] is True
    assert "temporary" not in json.loads(protocol.error(3, NOT_AVAILABLE))["error"]


def test_a_subscribe_reply_is_put_together_from_encoded_parts() -> None:
    answer = Subscribed(
        b'{"state":null,"latest":{}}', recoverable=True, epoch="e", offset=4, was_recovering=True,
        recovered=True, publications=[protocol.publication(b'{"a":1}', 5)],
    )  # fmt: skip
    assert json.loads(protocol.subscribed(9, answer)) == {
        "id": 9,
        "subscribe": {
            "recoverable": True,
            "positioned": True,
            "epoch": "e",
            "offset": 4,
            "was_recovering": True,
            "recovered": True,
            "publications": [{"data": {"a": 1}, "offset": 5}],
            "data": {"state": None, "latest": {}},
        },
    }


def test_a_channel_that_is_not_recoverable_has_no_position() -> None:
    reply = json.loads(protocol.subscribed(1, Subscribed(b"{}")))
    assert reply == {"id": 1, "subscribe": {"data": {}}}


def test_a_conflated_publication_has_no_offset() -> None:
    assert json.loads(protocol.publication(b"1", None)) == {"data": 1}


def test_a_channels_name_is_escaped_in_its_pushes() -> None:
    push = (
        protocol.push_prefix('bidding:"\n') + protocol.publication(b"1", 2) + protocol.PUSH_SUFFIX
    )
    assert json.loads(push)["push"] == {"channel": 'bidding:"\n', "pub": {"data": 1, "offset": 2}}


@pytest.mark.parametrize(
    ("frame", "count"), [(b"{}", 1), (b"{}\n", 1), (b"{}\n{}", 2), (b"", 1), (b"\n\n", 2)]
)
def test_commands_are_counted_before_they_are_read(frame: bytes, count: int) -> None:
    assert count_of(frame) == count
