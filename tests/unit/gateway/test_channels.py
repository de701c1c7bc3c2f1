"""A name means one channel, or none."""

import pytest

from gateway.channels import KINDS, Channel, parse

NAMES = [
    "bidding:S-1.i1.1", "bidding.public:B", "bidding.seller:B", "bidding.control:B",
    "bidding.watch:B", "bidder:S-1.i1.1.207", "roadshow:S", "roadshow.staff:S", "seller:o-1",
    "user:a-1", "desk:bidding", "market",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_and_written_the_same(name: str) -> None:
    channel = parse(name)
    assert channel is not None
    assert str(channel) == name


def test_every_kind_has_a_name() -> None:
    assert {channel.kind for channel in map(parse, NAMES) if channel} == set(KINDS)


def test_the_number_stands_after_the_last_dot() -> None:
    assert parse("bidder:S-1.i1.1.207") == Channel("bidder", "S-1.i1.1", "207")


@pytest.mark.parametrize(
    "name",
    ["", "bidding", "bidding:", "bidder:207", "bidder:B.", "bidder:.7", "market:x", "Bidding:1",
     "roadshow.x:1", "$bidding:1", "bidding:" + "x" * 200],
)  # fmt: skip
def test_anything_else_is_no_channel(name: str) -> None:
    assert parse(name) is None
