"""Commands as records: what is read, and what is refused and how."""

import json
from typing import Any

import msgspec
import pytest

from infra.codec import Command, RefusalCode, Refused, decode_command, digest, encode_command
from infra.codec.commands import read_command
from infra.topics import COMMAND_BYTES_MAX
from tests.support.toy_rules import Add, ToyRules

MESSAGES = ToyRules().messages
COMMAND = Command("c" * 22, "add", "A1", "bidder", "toy-1", "toy-1", Add(2))
PLAIN: dict[str, Any] = json.loads(encode_command(COMMAND))


def said(**changed: Any) -> bytes:
    return json.dumps(PLAIN | changed).encode()


def code(value: bytes | None) -> RefusalCode | None:
    found = decode_command(MESSAGES, value)
    return found.code if isinstance(found, Refused) else None


def test_a_command_comes_back_as_it_was() -> None:
    assert decode_command(MESSAGES, encode_command(COMMAND)) == COMMAND


def test_spaces_order_and_times_change_no_digest() -> None:
    turned = dict(reversed((PLAIN | {"issued_at_ms": 5, "valid_until_ms": 6}).items()))
    value = json.dumps(turned, indent=2).encode()
    assert read_command(MESSAGES, value)[1] == digest(COMMAND)


@pytest.mark.parametrize("times", [(None, None), (5, None), (None, 6), (5, 6)])
def test_what_our_own_encoder_wrote_is_read_as_any_other_way_of_writing_it(
    times: tuple[int | None, int | None],
) -> None:
    command = msgspec.structs.replace(COMMAND, issued_at_ms=times[0], valid_until_ms=times[1])
    value = encode_command(command)
    assert read_command(MESSAGES, value) == (command, digest(COMMAND))
    assert read_command(MESSAGES, value + b" ") == (command, digest(COMMAND))


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b'"schema":1', b'"schema":2'),
        (b'"schema":1,', b""),
        (b"cccc", b"c c"),
        (b'"actor":"A1"', b'"actor":"A 1"'),
        (b'"root":"toy-1"', b'"root":""'),
        (b'"amount":2', b'"amount":9007199254740993'),
        (b'"amount":2', b'"amount":2.0'),
        (b'"amount":2', b'"amount":2,"more":1'),
        (b'"type":"add"', b'"type":"clock_tick"'),
        (b'"type":"add"', b'"type":"add","type":"add"'),
    ],
)
def test_spaces_after_it_change_nothing_of_what_is_wrong(said: bytes, instead: bytes) -> None:
    value = encode_command(COMMAND).replace(said, instead, 1)
    assert value != encode_command(COMMAND)
    assert read_command(MESSAGES, value) == read_command(MESSAGES, value + b" ")


def test_another_body_is_another_digest() -> None:
    assert read_command(MESSAGES, said(body={"amount": 3}))[1] != digest(COMMAND)


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"null",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"a":' * 10_000,
        said(body={"amount": 2.5}),
        said(body={"amount": "2"}),
        said(body={"amount": True}),
        said(body={"amount": 2, "more": 1}),
        said(body=[]),
        said(more=1),
        said(command_id="short"),
        said(command_id="c" * 65),
        said(actor="A 1"),
        said(actor="A1\n"),
        said(root=""),
        said(valid_until_ms=-1),
        said(valid_until_ms=2**53 + 1),
        said().replace(b'"amount": 2', b'"amount": 2, "amount": 3'),
        said().replace(b'"amount": 2', b'"amount": 1' + b"0" * 5_000),
        said().replace(b'"actor": "A1"', b'"actor": "A1", "actor": "A2"'),
        said().ljust(COMMAND_BYTES_MAX + 1),
    ],
)
def test_what_does_not_fit_is_unreadable(value: bytes | None) -> None:
    assert code(value) is RefusalCode.UNREADABLE


def test_sixty_four_kibibytes_may_still_be_said() -> None:
    assert code(said().ljust(COMMAND_BYTES_MAX)) is None


def test_a_later_schema_and_an_unknown_type_are_named() -> None:
    assert code(said(schema=2)) is RefusalCode.UNSUPPORTED_VERSION
    assert code(said(schema=2, novelty=[1])) is RefusalCode.UNSUPPORTED_VERSION
    assert code(said(type="subtract")) is RefusalCode.UNKNOWN_TYPE


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 10**400])
def test_a_number_too_large_to_be_exact_everywhere_is_unreadable(number: int) -> None:
    assert code(said(body={"amount": number})) is RefusalCode.UNREADABLE


def test_the_largest_exact_number_is_read() -> None:
    found = decode_command(MESSAGES, said(body={"amount": 2**53}))
    assert isinstance(found, Command)
    assert found.body == Add(2**53)
