"""Which sign-ins have ended, by what the topic says."""

import pytest

from gateway.feed.sign_outs import KEPT_MS, SignOuts, encode_sign_out


def test_a_sign_in_that_ended_is_told_once_and_known() -> None:
    found = SignOuts()
    assert found.take(encode_sign_out("s-1", 5)) == "s-1"
    assert found.take(encode_sign_out("s-1", 5)) is None
    assert "s-1" in found
    assert "s-2" not in found


def test_what_no_token_can_bear_any_more_is_forgotten() -> None:
    found = SignOuts()
    for at_ms, name in ((0, "s-1"), (KEPT_MS, "s-2"), (KEPT_MS + 1, "s-3")):
        found.take(encode_sign_out(name, at_ms))
    assert "s-1" not in found
    assert len(found) == 2


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"sign_in_id":1,"at_ms":2}', b"\xff"])
def test_what_cannot_be_read_ends_nothing(value: bytes | None) -> None:
    found = SignOuts()
    assert found.take(value) is None
    assert not len(found)
