"""JSON that says one thing only."""

import pytest

from gateway.strict_json import strict_json


def test_what_is_plain_is_read() -> None:
    assert strict_json('{"a":[1,2.5,"中",null,true],"b":{"a":1}}'.encode()) == {
        "a": [1, 2.5, "中", None, True], "b": {"a": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b'{"a":1,"a":1}', b'[{"x":{"a":1,"a":2}}]', b"NaN", b"[Infinity]", b"-Infinity",
     b"\xff", '{"a":1}'.encode("utf-16"), b"9" * 5_000],
)  # fmt: skip
def test_what_may_be_read_in_two_ways_is_not_read(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        strict_json(data)
