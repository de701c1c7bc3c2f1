"""Partitions as Java's client computes them, so that any client finds the same."""

import pytest

from infra.topics import murmur2, partition_of

JAVA = [  # org.apache.kafka.common.utils.Utils.murmur2, as its own tests have it
    (b"21", -973932308),
    (b"foobar", -790332482),
    (b"a-little-bit-long-string", -985981536),
    (b"a-little-bit-longer-string", -1486304829),
    (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
    (b"abc", 479470107),
]


@pytest.mark.parametrize(("key", "signed"), JAVA)
def test_murmur2_is_the_one_of_java(key: bytes, signed: int) -> None:
    assert murmur2(key) == signed % 2**32


def test_a_partition_is_the_positive_hash_modulo_their_number() -> None:
    assert partition_of("foobar", 12) == (-790332482 & 0x7FFFFFFF) % 12
    assert {partition_of(f"lot-{number}", 4) for number in range(50)} == {0, 1, 2, 3}
