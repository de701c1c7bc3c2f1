"""Frames as websockets itself writes them."""

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from gateway.push.frames import PING, frame_of, text_frame
from tests.support.push_client import payloads_of


@given(st.one_of(st.integers(0, 200), st.sampled_from([125, 126, 65_535, 65_536, 70_000])))
def test_a_frame_is_what_websockets_itself_would_write(size: int) -> None:
    payload = b"x" * size
    assert text_frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)


def test_several_messages_are_lines_of_one_frame() -> None:
    assert payloads_of(frame_of([b"{}", b'{"id":1}'])) == [b'{}\n{"id":1}']


def test_a_ping_is_the_empty_object() -> None:
    assert payloads_of(PING) == [b"{}"]
