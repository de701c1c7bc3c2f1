"""Who does not read is paused, kept the newest, and evicted."""

from gateway.push.outlet import NOWHERE, Outlet
from tests.support.push_client import payloads_of

DESCRIPTOR = 7


class FakeTransport:
    """A transport whose buffer the test empties."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.unsent = 0

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def get_write_buffer_size(self) -> int:
        return self.unsent


class Reader:
    """An outlet, and whether it was evicted."""

    def __init__(self, unsent_bytes_max: int = 1_000) -> None:
        self.transport = FakeTransport()
        self.evictions: list[str] = []
        self.outlet = Outlet(self.transport, DESCRIPTOR, unsent_bytes_max, self._evict)

    def _evict(self) -> None:
        self.evictions.append("now")


def test_the_socket_may_be_written_to_only_while_all_is_sent() -> None:
    reader = Reader()
    assert reader.outlet.descriptor == DESCRIPTOR
    reader.outlet.pause(0)
    assert reader.outlet.descriptor == NOWHERE
    reader.outlet.resume()
    assert reader.outlet.descriptor == DESCRIPTOR


def test_what_the_socket_did_not_take_goes_by_the_transport() -> None:
    reader = Reader()
    reader.outlet.write_rest(b"abcdef", 2)
    assert reader.transport.written == [b"cdef"]


def test_a_socket_that_was_left_is_never_written_to_again() -> None:
    reader = Reader()
    reader.outlet.pause(0)
    reader.outlet.shut()
    reader.outlet.resume()
    assert reader.outlet.descriptor == NOWHERE, "the number may be another's by now"


def test_one_who_does_not_read_is_evicted_at_the_bound() -> None:
    reader = Reader()
    reader.transport.unsent = 900
    reader.outlet.pause(0)
    reader.outlet.write_more(b"x" * 100)
    assert reader.evictions == []
    reader.outlet.write_more(b"x" * 101)
    assert reader.evictions == ["now"]
    assert len(reader.transport.written) == 1


def test_one_frame_larger_than_the_bound_evicts_too() -> None:
    reader = Reader()
    reader.transport.unsent = 1_001
    reader.outlet.pause(0)
    assert reader.evictions == ["now"]


def test_what_was_unsent_must_have_gone_in_time() -> None:
    reader = Reader()
    reader.transport.unsent = 500
    reader.outlet.pause(0)
    assert not reader.outlet.is_stalled(3_999, 4_000)
    assert reader.outlet.is_stalled(4_000, 4_000)


def test_one_who_reads_too_slowly_is_stalled_although_he_reads() -> None:
    reader = Reader()
    reader.transport.unsent = 500
    reader.outlet.pause(0)
    reader.outlet.write_more(b"x" * 300)
    reader.transport.unsent = 400  # 400 of 800 have gone, 100 of the first 500 have not
    assert reader.outlet.is_stalled(4_000, 4_000)


def test_one_who_catches_up_is_not_stalled_and_is_given_another_term() -> None:
    reader = Reader()
    reader.transport.unsent = 500
    reader.outlet.pause(0)
    reader.outlet.write_more(b"x" * 300)
    reader.transport.unsent = 250
    assert not reader.outlet.is_stalled(4_000, 4_000)
    assert not reader.outlet.is_stalled(7_999, 4_000)
    assert reader.outlet.is_stalled(8_000, 4_000)


def test_a_paused_reader_is_given_the_newest_of_each_key_once_all_has_gone() -> None:
    reader = Reader()
    reader.outlet.pause(0)
    reader.outlet.keep("market", "a", b"1")
    reader.outlet.keep("market", "b", b"2")
    reader.outlet.keep("market", "a", b"3")
    reader.outlet.keep("roadshow:s", "clock", b"4")
    reader.outlet.forget("roadshow:s")
    reader.outlet.resume()
    assert payloads_of(b"".join(reader.transport.written)) == [b"3\n2"]


def test_nothing_is_written_once_it_is_shut() -> None:
    reader = Reader()
    reader.outlet.shut()
    reader.outlet.write_rest(b"x", 0)
    reader.outlet.write_more(b"x")
    assert reader.transport.written == []
