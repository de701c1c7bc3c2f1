"""One channel: lanes, encodings, the body of a fresh subscriber."""

import json

from gateway.push.channel import Channel
from gateway.push.ring import Ring
from tests.support.push_client import FakeReader, messages_of


def channel_of(name: str = "bidding:b1", *, is_shared: bool = True) -> Channel:
    return Channel(name, Ring(), is_shared=is_shared)


def test_of_a_key_only_the_newest_waits() -> None:
    channel = channel_of()
    channel.conflate("clock", {"n": 1})
    channel.conflate("clock", {"n": 2})
    messages = messages_of(channel.take().frame)
    assert messages == [{"push": {"channel": "bidding:b1", "pub": {"data": {"n": 2}}}}]


def test_one_who_is_paused_is_given_what_is_critical_and_kept_the_rest() -> None:
    channel, reader = channel_of(), FakeReader()
    channel.critical.append(channel.push(b'{"data":1,"offset":1}'))
    channel.conflate("clock", {"n": 1})
    channel.take().give_paused(reader)
    assert messages_of(b"".join(reader.frames)) == [
        {"push": {"channel": "bidding:b1", "pub": {"data": 1, "offset": 1}}}
    ]
    assert list(reader.kept) == [("bidding:b1", "clock")]


def test_an_older_version_of_a_key_does_not_count() -> None:
    channel = channel_of()
    assert channel.newest("a", 5, {"n": 5})
    assert not channel.newest("a", 4, {"n": 4})
    assert json.loads(channel.latest_body({})) == {"a": {"n": 5}}


def test_what_went_through_is_newer_than_what_the_feed_had_at_its_start() -> None:
    channel = channel_of()
    channel.newest("a", 1, {"n": 2})
    assert json.loads(channel.latest_body({"a": {"n": 1}, "b": {"n": 1}})) == {
        "a": {"n": 2}, "b": {"n": 1},
    }  # fmt: skip


def test_a_state_is_encoded_once_for_an_offset() -> None:
    channel = channel_of()
    assert json.loads(channel.body(3, {"n": 3}, {}))["state"] == {"n": 3}
    assert channel.has_body(3)
    assert not channel.has_body(4)
    assert json.loads(channel.body(3, None, {}))["state"] == {"n": 3}


def test_a_private_state_is_encoded_each_time_as_it_may_change_without_an_offset() -> None:
    channel = channel_of("user:a-1", is_shared=False)
    channel.body(3, {"unread_count": 1}, {})
    assert not channel.has_body(3)
    assert json.loads(channel.body(3, {"unread_count": 0}, {}))["state"] == {"unread_count": 0}
