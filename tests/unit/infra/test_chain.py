"""The hashes of a log, written out a second time from the page."""

import hashlib

import pytest

from infra.chain import (
    NO_DECISION,
    Broken,
    Chain,
    Verdict,
    genesis,
    hash_decision,
    next_input,
)


def test_a_genesis_names_log_topic_and_partition() -> None:
    text = b'["shuoguo/1","log","bidding.commands",3]'
    assert genesis("log", "bidding.commands", 3) == hashlib.sha256(text).digest()


@pytest.mark.parametrize(
    ("key", "value", "tail"),
    [
        (b"k", b"vv", b"\0\0\0\1k\0\0\0\2vv"),
        (None, b"", b"\xff\xff\xff\xff\0\0\0\0"),
        (b"", None, b"\0\0\0\0\xff\xff\xff\xff"),
    ],
)
def test_an_input_covers_offset_stamp_key_and_value(
    key: bytes | None, value: bytes | None, tail: bytes
) -> None:
    start = bytes(32)
    plain = start + (7).to_bytes(8, "big") + (1_800_000_000_000).to_bytes(8, "big") + tail
    assert next_input(start, 7, 1_800_000_000_000, key, value) == hashlib.sha256(plain).digest()


def test_a_decision_is_named_by_its_bytes() -> None:
    assert hash_decision(b"{}") == hashlib.sha256(b"{}").digest()


@pytest.mark.parametrize(
    "value", [None, b"", b"{", b"{}", b"\xff", b"[" * 60_000, b"7", b'{"prev":1,"rules":1}']
)
def test_what_is_no_decision_does_not_count_and_moves_nothing(value: bytes | None) -> None:
    chain = Chain(genesis("log", "bidding.commands", 0))
    before = chain.position
    assert chain.read(5, value) == (Verdict.NOISE, NO_DECISION)
    assert chain.position == before


def test_what_says_that_it_is_a_decision_but_cannot_be_read_is_a_break() -> None:
    chain = Chain(genesis("log", "bidding.commands", 0))
    with pytest.raises(Broken) as broken:
        chain.read(5, b'{"prev":"00","rules":99,"command":{"place":7}}')
    assert broken.value.offset == 5
