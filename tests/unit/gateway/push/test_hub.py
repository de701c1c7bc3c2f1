"""Lanes, ticks, fresh subscribers, recovery."""

import pytest

from gateway.feed.publication import Publication
from gateway.push.hub import (
    RECOVERY_MAX,
    REST_MS_MAX,
    TICK_MS,
    Ahead,
    Answer,
    Hub,
    Unrecoverable,
    Wish,
)
from gateway.push.presence import Member
from gateway.push.protocol import StreamPosition, Subscribed
from tests.support.push import EPOCH, FakeRooms
from tests.support.push_client import FakeReader, publications_of, write

ROOM = "bidding:b1"


class House:
    """A hub and its clock."""

    def __init__(self) -> None:
        self.rooms = FakeRooms()
        self.hub = Hub(self.rooms, write=write)
        self.now_ms = 1_000

    def publish(self, channel: str, *values: int) -> None:
        """Publish in one go; what may be sent at once is."""
        for value in values:
            self.hub.publish(self.rooms.add(channel, value), self.now_ms)
        self.flush()

    def conflate(self, channel: str, key: str, value: int, version: int | None = None) -> None:
        data = {"key": key, "value": value}
        publication = Publication(channel, data, key=key, version=version)
        self.hub.publish(publication, self.now_ms)
        self.flush()

    def join(self, reader: FakeReader, channel: str = ROOM, wish: Wish | None = None) -> Answer:
        member = Member(f"c-{id(reader)}", None)
        return self.hub.subscribe(channel, reader, member, wish or Wish(), self.now_ms)

    def flush(self, took_ms: int = 0) -> None:
        """Flush if it is time, as the gateway does."""
        if self.hub.flush_at_ms is not None and self.hub.flush_at_ms <= self.now_ms:
            begun_ms, self.now_ms = self.now_ms, self.now_ms + took_ms
            self.hub.flush(begun_ms)
            self.hub.sent(self.now_ms, took_ms)

    def tick(self, ms: int = TICK_MS) -> None:
        self.now_ms += ms
        self.flush()


def since(offset: int, epoch: str = EPOCH, *, reject: bool = False) -> Wish:
    return Wish(StreamPosition(offset, epoch), reject)


def offsets(reader: FakeReader, channel: str = ROOM) -> list[int]:
    return [each["offset"] for each in publications_of(reader.take(), channel)]


def recovered(answer: Answer) -> list[int] | None:
    """The offsets of the recovered publications; None where it was not."""
    assert isinstance(answer, Subscribed)
    if not answer.recovered:
        return None
    return [int(each.rpartition(b":")[2][:-1]) for each in answer.publications]


# lanes and ticks


def test_an_idle_channel_sends_at_once_and_a_busy_one_with_the_tick() -> None:
    house, reader = House(), FakeReader()
    house.join(reader)
    house.publish(ROOM, 1)
    assert offsets(reader) == [1]
    house.publish(ROOM, 2)
    house.publish(ROOM, 3)
    assert offsets(reader) == []
    assert house.hub.flush_at_ms == house.now_ms + TICK_MS
    house.tick()
    assert len(reader.frames) == 1
    assert offsets(reader) == [2, 3]


def test_what_is_published_in_one_go_is_sent_together() -> None:
    house, reader = House(), FakeReader()
    house.join(reader)
    house.publish(ROOM, 1, 2, 3)
    assert len(reader.frames) == 1
    assert offsets(reader) == [1, 2, 3]


def test_a_full_room_leaves_half_of_the_time_to_others() -> None:
    house, reader = House(), FakeReader()
    house.join(reader)
    house.hub.publish(house.rooms.add(ROOM, 1), house.now_ms)
    house.flush(took_ms=30)
    house.publish(ROOM, 2)
    house.tick(29)
    assert offsets(reader) == [1]
    house.tick(1)
    assert offsets(reader) == [2]


def test_a_room_rests_no_longer_than_fifty_milliseconds() -> None:
    house, reader = House(), FakeReader()
    house.join(reader)
    house.hub.publish(house.rooms.add(ROOM, 1), house.now_ms)
    house.flush(took_ms=1_000)
    house.publish(ROOM, 2)
    house.tick(REST_MS_MAX)
    assert offsets(reader) == [1, 2]


def test_what_piled_up_while_sending_took_long_is_joined() -> None:
    house, reader = House(), FakeReader()
    house.join(reader)
    house.hub.publish(house.rooms.add(ROOM, 1), house.now_ms)
    house.flush(took_ms=200)
    for value in range(5):
        house.publish(ROOM, value)
    reader.take()
    house.tick(REST_MS_MAX)
    assert len(reader.frames) == 1
    assert offsets(reader) == [2, 3, 4, 5, 6]


def test_what_has_not_rested_waits_while_another_is_sent() -> None:
    house, reader = House(), FakeReader()
    house.join(reader, "bidding:b1")
    house.join(reader, "bidding:b2")
    house.publish("bidding:b1", 1)
    house.tick(TICK_MS - 1)
    house.publish("bidding:b1", 2)
    house.publish("bidding:b2", 1)
    messages = reader.take()
    assert [each["offset"] for each in publications_of(messages, "bidding:b1")] == [1]
    assert [each["offset"] for each in publications_of(messages, "bidding:b2")] == [1]
    house.tick(1)
    assert offsets(reader, "bidding:b1") == [2]


def test_an_idle_channel_does_not_wait_for_a_busy_one() -> None:
    house, reader = House(), FakeReader()
    house.join(reader, "bidding:b1")
    house.join(reader, "bidding:b2")
    house.publish("bidding:b1", 1)
    house.publish("bidding:b1", 2)
    reader.take()
    house.publish("bidding:b2", 1)
    assert offsets(reader, "bidding:b2") == [1]


def test_everybody_is_given_the_same_bytes() -> None:
    house, readers = House(), [FakeReader() for _ in range(3)]
    for reader in readers:
        house.join(reader)
    house.publish(ROOM, 1)
    assert len({id(reader.frames[0]) for reader in readers}) == 1


def test_one_tick_of_several_channels_is_one_write() -> None:
    house, both, one = House(), FakeReader(), FakeReader()
    house.join(both, "bidding:b1")
    house.join(both, "bidding:b2")
    house.join(one, "bidding:b1")
    for value in (1, 2):
        for channel in ("bidding:b1", "bidding:b2"):
            house.publish(channel, value)
    both.take()
    one.take()
    house.tick()
    assert len(both.frames) == 1
    messages = both.take()
    assert [each["offset"] for each in publications_of(messages, "bidding:b1")] == [2]
    assert [each["offset"] for each in publications_of(messages, "bidding:b2")] == [2]
    assert offsets(one, "bidding:b1") == [2]


def test_critical_ones_all_go_out_and_of_conflated_ones_the_newest() -> None:
    house, reader = House(), FakeReader()
    house.join(reader)
    house.publish(ROOM, 0)
    reader.take()
    for value in range(50):
        house.conflate(ROOM, "upvotes", value)
        house.publish(ROOM, value)
    house.tick()
    found = publications_of(reader.take(), ROOM)
    assert [each["offset"] for each in found if "offset" in each] == list(range(2, 52))
    assert [each["data"] for each in found if "offset" not in each] == [
        {"key": "upvotes", "value": 49}
    ]


def test_a_paused_reader_misses_nothing_critical() -> None:
    house, reader = House(), FakeReader()
    house.join(reader)
    reader.paused = True
    house.publish(ROOM, 1)
    house.conflate(ROOM, "clock", 1)
    house.publish(ROOM, 2)
    house.tick()
    assert offsets(reader) == [1, 2]
    assert list(reader.kept) == [(ROOM, "clock")]


@pytest.mark.parametrize("taken", [0, 5, None], ids=["nothing", "a part", "an error"])
def test_what_a_socket_does_not_take_at_once_is_given_to_its_outlet(taken: int | None) -> None:
    house, readers = House(), [FakeReader() for _ in range(3)]

    def takes_little(reader: FakeReader, frame: bytes) -> int:
        if reader is not readers[1]:
            return write(reader, frame)
        if taken is None:
            raise BlockingIOError
        reader.frames.append(frame[:taken])
        return taken

    house.hub.write = takes_little
    for reader in readers:
        house.join(reader)
        house.join(reader, "bidding:b2")
    house.publish(ROOM, 1)
    for _ in range(2):
        house.publish(ROOM, 2)
        house.publish("bidding:b2", 2)
    house.tick()
    for reader in readers:
        messages = reader.take()
        assert [each["offset"] for each in publications_of(messages, ROOM)] == [1, 2, 3]
        assert [each["offset"] for each in publications_of(messages, "bidding:b2")] == [1, 2]


def test_a_value_older_than_a_known_one_is_not_told() -> None:
    house, reader = House(), FakeReader()
    house.join(reader)
    house.conflate(ROOM, "heat", 2, version=9)
    house.conflate(ROOM, "heat", 1, version=8)
    house.tick()
    assert [each["data"]["value"] for each in publications_of(reader.take(), ROOM)] == [2]
    assert house.hub.counts.outdated == 1


def test_a_publication_that_comes_twice_is_told_once() -> None:
    house, reader = House(), FakeReader()
    house.join(reader)
    publication = house.rooms.add(ROOM, 1)
    house.hub.publish(publication, house.now_ms)
    house.hub.publish(publication, house.now_ms)
    house.tick()
    assert offsets(reader) == [1]
    assert house.hub.counts.repeated == 1


def test_who_has_left_is_told_nothing_more() -> None:
    house, reader = House(), FakeReader()
    house.join(reader)
    house.publish(ROOM, 1)
    house.publish(ROOM, 2)
    reader.take()
    house.hub.unsubscribe(ROOM, reader, f"c-{id(reader)}")
    house.tick()
    assert reader.frames == []


# a fresh subscriber


def test_a_fresh_subscriber_is_given_the_state_and_the_newest_values() -> None:
    house = House()
    house.publish(ROOM, 7)
    house.conflate(ROOM, "clock", 1)
    answer = house.join(FakeReader())
    assert isinstance(answer, Subscribed)
    assert (answer.offset, answer.epoch, answer.recovered) == (1, EPOCH, False)
    assert answer.data == (b'{"state":{"values":[7]},"latest":{"clock":{"key":"clock","value":1}}}')


def test_the_state_is_built_once_for_all_who_come_at_one_offset() -> None:
    house = House()
    house.publish(ROOM, 7)
    for _ in range(100):
        house.join(FakeReader())
    assert house.rooms.states_built == 1


def test_what_was_pending_goes_to_the_old_ones_before_a_new_one_is_in() -> None:
    house, old, new = House(), FakeReader(), FakeReader()
    house.join(old)
    house.publish(ROOM, 1)
    house.publish(ROOM, 2)
    answer = house.join(new)
    assert isinstance(answer, Subscribed)
    assert answer.offset == 2
    house.tick()
    assert offsets(old) == [1, 2]
    assert new.frames == []


def test_the_market_has_no_position() -> None:
    house, reader = House(), FakeReader()
    answer = house.join(reader, "market")
    assert isinstance(answer, Subscribed)
    assert not answer.recoverable
    house.conflate("market", "b1", 5)
    assert publications_of(reader.take(), "market") == [{"data": {"key": "b1", "value": 5}}]


# recovery


def test_one_who_missed_something_is_given_it_and_no_state() -> None:
    house = House()
    for value in range(5):
        house.publish(ROOM, value)
    answer = house.join(FakeReader(), wish=since(2))
    assert recovered(answer) == [3, 4, 5]
    assert isinstance(answer, Subscribed)
    assert answer.offset == 2, "the position moves with the publications"
    assert answer.data.startswith(b'{"state":null')


def test_one_who_missed_nothing_has_recovered() -> None:
    house = House()
    house.publish(ROOM, 1)
    assert recovered(house.join(FakeReader(), wish=since(1))) == []


def test_in_a_channel_with_gaps_the_position_may_be_beyond_its_publications() -> None:
    house = House()
    house.rooms.values["user:a"] = [0] * 90
    house.hub.publish(Publication("user:a", {}, offset=70), house.now_ms)
    assert recovered(house.join(FakeReader(), "user:a", since(60))) == [70]
    assert recovered(house.join(FakeReader(), "user:a", since(80))) == []


@pytest.mark.parametrize(
    "wish", [since(2, "another0"), since(0), since(2)], ids=["epoch", "before", "too-many"]
)
def test_who_cannot_recover_is_told_so_and_given_the_state(wish: Wish) -> None:
    house = House()
    house.rooms.forgotten[ROOM] = 1
    house.rooms.values[ROOM] = [0]
    for value in range(RECOVERY_MAX + 2):
        house.publish(ROOM, value)
    answer = house.join(FakeReader(), wish=wish)
    assert isinstance(answer, Subscribed)
    assert (answer.was_recovering, answer.recovered) == (True, False)
    assert answer.offset == RECOVERY_MAX + 3
    assert answer.publications == []
    assert b'"state":{' in answer.data


def test_who_wants_no_state_instead_is_told_112_and_is_not_in() -> None:
    house, reader = House(), FakeReader()
    house.publish(ROOM, 1)
    assert isinstance(house.join(reader, wish=since(1, "other", reject=True)), Unrecoverable)
    house.publish(ROOM, 2)
    house.tick()
    assert reader.frames == []


def test_who_is_ahead_of_us_is_not_answered_with_an_old_state() -> None:
    house, reader = House(), FakeReader()
    house.publish(ROOM, 1)
    assert house.join(reader, wish=since(3)) == Ahead(1)
    house.publish(ROOM, 2)
    house.tick()
    assert reader.frames == []


def test_who_waits_is_asked_again_after_the_next_publication() -> None:
    house = House()
    heard: list[int] = []
    end = house.hub.wait_for(ROOM, heard.append)
    house.hub.publish(house.rooms.add(ROOM, 1), house.now_ms)
    assert heard == []
    house.flush()
    end()
    house.publish(ROOM, 2)
    assert heard == [house.now_ms]


def test_where_the_feed_lost_its_place_nobody_recovers_across_it() -> None:
    house = House()
    for value in range(3):
        house.publish(ROOM, value)
    house.rooms.forgotten[ROOM] = 3
    assert recovered(house.join(FakeReader(), wish=since(1))) is None
    assert recovered(house.join(FakeReader(), wish=since(3))) == []


def test_a_channel_that_was_let_go_does_not_pretend_to_be_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.push.hub.CHANNELS_MAX", 10)
    house = House()
    house.publish(ROOM, 1)
    house.publish(ROOM, 2)
    for number in range(30):
        house.publish(f"bidding:x{number}", 1)
    assert recovered(house.join(FakeReader(), wish=since(1))) is None
    assert recovered(house.join(FakeReader(), wish=since(2))) == []


def test_to_let_a_channel_go_costs_the_same_however_many_are_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.push.hub.CHANNELS_MAX", 10)
    house = House()
    followed = [f"bidding:f{number}" for number in range(9)]
    reader = FakeReader()
    for name in followed:
        house.hub.subscribe(name, reader, Member("c-1", "ann"), Wish(), house.now_ms)
    for number in range(50):
        house.publish(f"bidding:x{number}", 1)
    assert list(house.hub._idle) == ["bidding:x49"]
    assert set(house.hub._channels) == {*followed, "bidding:x49"}
    house.hub.unsubscribe(followed[3], reader, "c-1")
    house.publish("bidding:x50", 1)
    house.publish("bidding:x51", 1)
    assert followed[3] not in house.hub._channels
