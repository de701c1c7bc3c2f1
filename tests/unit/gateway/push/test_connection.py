"""One client without a socket: replies, rights, limits, time."""

import json
from typing import Any

import pytest

from gateway.push import close_codes as codes
from gateway.push.close_codes import CloseCode
from gateway.push.limits import Limits
from gateway.push.ports import Fault
from gateway.push.turn import State
from tests.support.push import EPOCH
from tests.support.push_client import FakeReader, Spoken, publications_of

ROOM = "bidding:b1"


def error_of(reply: Any) -> tuple[int, bool]:
    return reply["error"]["code"], reply["error"].get("temporary", False)


# who it is


def test_a_connect_says_who_we_are_and_what_time_it_is() -> None:
    spoken = Spoken()
    reply = spoken.connect()
    assert reply["id"] == 1
    assert reply["connect"] == {
        "client": "c-1", "version": "shuoguo", "expires": True, "ttl": 300, "ping": 5,
        "pong": True, "data": {"server_time_ms": spoken.rooms.now_ms},
    }  # fmt: skip


def test_an_expired_token_is_an_error_and_what_follows_in_the_frame_does_no_harm() -> None:
    spoken = Spoken()
    replies = spoken.ask(
        {"id": 1, "connect": {"token": "expired"}}, {"id": 2, "subscribe": {"channel": ROOM}}
    )
    assert [error_of(reply)[0] for reply in replies] == [109, 101]


@pytest.mark.parametrize(
    ("token", "close"), [("forged", codes.INVALID_TOKEN), ("banned", codes.BANNED)]
)
def test_a_forged_token_ends_it(token: str, close: CloseCode) -> None:
    assert Spoken().say({"id": 1, "connect": {"token": token}}).close == close


@pytest.mark.parametrize(
    "command",
    [
        {"id": 1, "subscribe": {"channel": ROOM}},
        {"id": 1, "rpc": {"method": "echo"}},
        {"id": 1},
        {"connect": {"token": "ann"}},
    ],
)
def test_what_comes_before_connect_is_a_bad_request(command: dict[str, Any]) -> None:
    assert Spoken().say(command).close == codes.BAD_REQUEST


def test_connecting_twice_is_a_bad_request() -> None:
    spoken = Spoken()
    spoken.connect()
    assert spoken.say({"id": 2, "connect": {"token": "ann"}}).close == codes.BAD_REQUEST


def test_an_account_has_only_so_many_screens() -> None:
    spoken = Spoken(Limits(per_account_max=1))
    spoken.connect()
    spoken.connection = spoken.another(FakeReader(), "c-2")
    assert spoken.say({"id": 1, "connect": {"token": "ann"}}).close == codes.CONNECTION_LIMIT
    spoken.connection = spoken.another(FakeReader(), "c-3")
    assert spoken.connect("bob")["connect"]["client"] == "c-3"


# commands


def test_commands_are_answered_in_order_of_one_frame() -> None:
    spoken = Spoken()
    replies = spoken.ask(
        {"id": 1, "connect": {"token": "ann"}},
        {"id": 2, "subscribe": {"channel": ROOM}},
        {},
        {"id": 3, "subscribe": {"channel": "market"}},
        {"id": 4, "unsubscribe": {"channel": ROOM}},
    )
    assert [reply["id"] for reply in replies] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"publish": {"channel": ROOM, "data": {}}}, 103),
        ({"subscribe": {"channel": "user:bob"}}, 103),
        ({"presence": {"channel": ROOM}}, 108),
        ({"presence_stats": {"channel": ROOM}}, 108),
        ({"presence": {"channel": "roadshow:s1"}}, 108),
        ({"history": {"channel": ROOM}}, 103),
        ({"sub_refresh": {"channel": ROOM}}, 104),
        ({"something_new": {}}, 104),
    ],
)
def test_what_is_not_for_him_is_refused_and_the_socket_stays(
    command: dict[str, Any], code: int
) -> None:
    spoken = Spoken()
    spoken.connect()
    assert error_of(spoken.ask({"id": 2, **command})[0])[0] == code


@pytest.mark.parametrize(
    ("wish", "word"),
    [
        ({"token": "t"}, "token"),
        ({"data": {"a": 1}}, "data"),
        ({"join_leave": True}, "presence_stats"),
        ({"tf": {"op": "eq", "key": "k", "val": "v"}}, "tags"),
        ({"type": 1}, "stream"),
    ],
)
def test_a_wish_that_is_not_offered_is_refused_in_words_and_the_socket_stays(
    wish: dict[str, Any], word: str
) -> None:
    spoken = Spoken()
    spoken.connect()
    error = spoken.subscribe(ROOM, **wish)["error"]
    assert error["code"] == 108
    assert "temporary" not in error
    assert word in error["message"]
    assert spoken.hub.followed() == []
    assert "subscribe" in spoken.subscribe(ROOM)


def test_a_wish_that_the_answer_settles_is_settled_by_it() -> None:
    spoken = Spoken()
    spoken.connect()
    answer = spoken.subscribe(ROOM, delta="fossil", positioned=True)["subscribe"]
    assert "delta" not in answer
    assert answer["positioned"]


def test_a_message_that_nobody_hears_is_answered_in_words() -> None:
    spoken = Spoken()
    spoken.connect()
    (said,) = spoken.ask({"send": {"data": {}}})
    error = said["push"]["message"]["data"]["error"]
    assert error["code"] == 108
    assert "rpc" in error["message"]


def test_a_command_that_is_too_long_is_refused_alone() -> None:
    spoken = Spoken()
    spoken.connect()
    long: dict[str, Any] = {"id": 2, "rpc": {"method": "echo", "data": "x" * 70_000}}
    turn = spoken.say(long, {"id": 3, "rpc": {"method": "echo", "data": "x" * 60_000}})
    assert error_of(json.loads(turn.replies[0])) == (106, False)
    assert [call.command_id for call in turn.calls] == [3]


def test_a_guest_follows_fewer_rooms_and_what_he_asks_is_charged_to_his_address() -> None:
    limits = Limits(guest_channels_max=2, address_work_per_second=10, address_work_burst=5)
    spoken = Spoken(limits)
    spoken.connect("")
    answers = [spoken.subscribe(f"roadshow:s{number}") for number in range(3)]
    assert ["subscribe" in one for one in answers] == [True, True, False]
    assert error_of(answers[2]) == (106, False)
    assert spoken.people.guests.wait_ms("", spoken.now_ms) == 0
    spoken.ask(
        {"id": 9, "presence_stats": {"channel": ROOM}}, {"id": 10, "history": {"channel": ROOM}}
    )
    assert spoken.people.guests.wait_ms("", spoken.now_ms) == 100


def test_the_pong_that_was_asked_for_costs_a_guest_nothing_and_another_does() -> None:
    spoken = Spoken(Limits(ping_ms=1_000, address_work_burst=2))
    spoken.connect("")
    spoken.now_ms += 1_000
    spoken.people.guests.owe("", 2, 0, spoken.now_ms)
    assert spoken.connection.wants_ping(spoken.now_ms)
    spoken.say({})
    assert spoken.people.guests.wait_ms("", spoken.now_ms) == 0
    spoken.say({})
    assert spoken.people.guests.wait_ms("", spoken.now_ms) > 0


def test_who_is_left_unread_is_not_closed_for_a_pong_that_waits_to_be_read() -> None:
    spoken = Spoken(Limits(ping_ms=1_000, pong_ms=500))
    spoken.connect("")
    spoken.now_ms += 1_000
    assert spoken.connection.wants_ping(spoken.now_ms)
    spoken.connection.unread(spoken.now_ms + 400)
    assert spoken.connection.due(spoken.now_ms + 600) is None
    assert spoken.connection.due(spoken.now_ms + 900) == codes.NO_PONG


@pytest.mark.parametrize("frame", [b"", b"hello", b"[]", b'{"id":1}\n\n{"id":2}', b"\xff"])
def test_what_is_not_the_protocol_is_a_bad_request(frame: bytes) -> None:
    spoken = Spoken()
    spoken.connect()
    assert spoken.connection.receive_frame(frame, spoken.now_ms).close == codes.BAD_REQUEST


def test_too_many_commands_end_it() -> None:
    spoken = Spoken(Limits(commands_per_second=10, commands_burst=20))
    spoken.connect()
    pings: list[dict[str, Any]] = [{}] * 19
    assert spoken.say(*pings).close is None
    assert spoken.say({}).close == codes.TOO_MANY_REQUESTS
    spoken.later(100)
    assert spoken.say({}).close is None


def test_a_call_is_for_the_shell_and_its_answer_a_frame() -> None:
    spoken = Spoken()
    spoken.connect()
    turn = spoken.say({"id": 7, "rpc": {"method": "bid.place", "data": {"amount_fen": 1}}})
    call = turn.calls[0]
    assert turn.replies == []
    assert (call.method, call.data, call.subject.account_id) == (
        "bid.place", {"amount_fen": 1}, "ann",
    )  # fmt: skip
    frame = spoken.connection.answer_call(call, {"command_id": "x"})
    assert frame is not None
    assert json.loads(frame[2:]) == {"id": 7, "rpc": {"data": {"command_id": "x"}}}


def test_beyond_so_many_calls_the_next_is_refused_for_now() -> None:
    spoken = Spoken(Limits(calls_max=2))
    spoken.connect()
    turn = spoken.say(*({"id": n, "rpc": {"method": "m"}} for n in (2, 3, 4)))
    assert len(turn.calls) == 2
    assert error_of(json.loads(turn.replies[0])) == (111, True)
    spoken.connection.answer_call(turn.calls[0], {})
    assert len(spoken.say({"id": 5, "rpc": {"method": "m"}}).calls) == 1


def test_an_answer_to_one_who_is_gone_is_nothing() -> None:
    spoken = Spoken()
    spoken.connect()
    call = spoken.say({"id": 2, "rpc": {"method": "m"}}).calls[0]
    spoken.connection.closed()
    assert spoken.connection.answer_call(call, {}) is None


def test_presence_is_counted_for_all_and_listed_for_staff_by_code() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.subscribe("roadshow:s1")
    counted = spoken.ask({"id": 3, "presence_stats": {"channel": "roadshow:s1"}})[0]
    assert counted["presence_stats"] == {"num_clients": 1, "num_users": 1}
    spoken.access.roles_of["ann"] = frozenset({"host"})
    listed = spoken.ask({"id": 4, "presence": {"channel": "roadshow:s1"}})[0]
    assert listed["presence"]["presence"] == {"c-1": {"client": "c-1", "user": "A-ann"}}


def test_history_gives_what_is_still_there() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.subscribe(ROOM)
    for value in range(4):
        spoken.publish(ROOM, value)
    asked = {"channel": ROOM, "limit": 2, "since": {"offset": 1, "epoch": EPOCH}}
    found = spoken.ask({"id": 3, "history": asked})[0]["history"]
    assert (found["offset"], found["epoch"]) == (4, EPOCH)
    assert [each["offset"] for each in found["publications"]] == [2, 3]
    stale = {"channel": ROOM, "limit": 2, "since": {"offset": 1, "epoch": "other"}}
    assert error_of(spoken.ask({"id": 4, "history": stale})[0])[0] == 112


# subscriptions


def test_a_second_subscribe_is_refused_and_after_an_unsubscribe_it_is_not() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.subscribe(ROOM)
    assert error_of(spoken.subscribe(ROOM))[0] == 105
    spoken.ask({"id": 3, "unsubscribe": {"channel": ROOM}})
    assert "subscribe" in spoken.subscribe(ROOM)


def test_one_connection_follows_only_so_many_channels() -> None:
    spoken = Spoken(Limits(channels_max=2))
    spoken.connect()
    replies = [spoken.subscribe(f"bidding:b{n}") for n in range(3)]
    assert error_of(replies[2])[0] == 106


def test_a_client_ahead_of_us_is_held_and_answered_once_we_are_there() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.publish(ROOM, 1)
    wish = {"recover": True, "offset": 2, "epoch": EPOCH}
    assert spoken.ask({"id": 9, "subscribe": {"channel": ROOM, **wish}}) == []
    spoken.publish(ROOM, 2)
    spoken.later(10)
    reply = spoken.reader.take()[0]
    assert (reply["id"], reply["subscribe"]["recovered"]) == (9, True)
    spoken.publish(ROOM, 3)
    spoken.later(10)
    assert [each["offset"] for each in publications_of(spoken.reader.take(), ROOM)] == [3]


def test_a_client_that_stays_ahead_is_refused_for_now() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.ask(
        {"id": 9, "subscribe": {"channel": ROOM, "recover": True, "offset": 5, "epoch": EPOCH}}
    )
    spoken.later(1_000)
    assert spoken.connection.due(spoken.now_ms) is None
    assert spoken.reader.take() == []
    spoken.later(1_000)
    spoken.connection.due(spoken.now_ms)
    reply = spoken.reader.take()[0]
    assert (reply["id"], error_of(reply)) == (9, (100, True))
    assert "subscribe" in spoken.subscribe(ROOM)


def test_a_held_subscribe_ends_with_an_unsubscribe() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.ask(
        {"id": 9, "subscribe": {"channel": ROOM, "recover": True, "offset": 1, "epoch": EPOCH}}
    )
    spoken.ask({"id": 10, "unsubscribe": {"channel": ROOM}})
    spoken.publish(ROOM, 1)
    spoken.later(10)
    assert spoken.reader.take() == []


def test_who_wants_no_state_instead_is_told_112() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.publish(ROOM, 1)
    reply = spoken.subscribe(ROOM, recover=True, offset=1, epoch="other", flag=3)
    assert error_of(reply)[0] == 112


def test_what_a_role_gave_is_taken_away_with_it() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.subscribe(ROOM)
    spoken.subscribe("market")
    spoken.access.forbidden.add(("ann", ROOM))
    pushes = [json.loads(each) for each in spoken.connection.take_away()]
    assert pushes == [
        {"push": {"channel": ROOM, "unsubscribe": {"code": 2000, "reason": "server unsubscribe"}}}
    ]
    spoken.publish(ROOM, 1)
    assert spoken.reader.frames == []
    assert spoken.connection.channels == {"market"}


# time


def test_who_says_nothing_at_all_is_closed() -> None:
    spoken = Spoken()
    spoken.later(4_999)
    assert spoken.connection.due(spoken.now_ms) is None
    spoken.later(1)
    assert spoken.connection.due(spoken.now_ms) == codes.STALE


def test_a_token_that_ran_out_opens_nothing_and_then_closes() -> None:
    spoken = Spoken()
    spoken.access.lives_ms = 60_000
    spoken.connect()
    spoken.later(60_000)
    assert spoken.connection.due(spoken.now_ms) is None
    assert error_of(spoken.subscribe(ROOM))[0] == 109
    assert error_of(spoken.ask({"id": 3, "rpc": {"method": "m"}})[0])[0] == 109
    spoken.later(10_000)
    assert spoken.connection.due(spoken.now_ms) == codes.EXPIRED


def test_another_token_prolongs_it() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.later(299_000)
    assert spoken.ask({"id": 5, "refresh": {"token": "ann"}})[0]["refresh"]["ttl"] == 300
    spoken.later(60_000)
    assert spoken.connection.due(spoken.now_ms) is None


@pytest.mark.parametrize("token", ["expired", "bob"])
def test_a_refresh_with_an_old_token_or_anothers_lets_the_client_come_back(token: str) -> None:
    spoken = Spoken()
    spoken.connect()
    turn = spoken.say({"id": 5, "refresh": {"token": token}})
    assert (turn.close, turn.replies) == (codes.EXPIRED, [])
    assert turn.close is not None
    assert turn.close.comes_back


def test_a_revoked_sign_in_is_not_prolonged() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.access.faults["ann"] = Fault.REVOKED
    assert spoken.say({"id": 5, "refresh": {"token": "ann"}}).close == codes.INVALID_TOKEN


def test_a_ping_wants_a_pong() -> None:
    spoken = Spoken()
    spoken.connect()
    assert not spoken.connection.wants_ping(spoken.now_ms)
    spoken.later(5_000)
    assert spoken.connection.wants_ping(spoken.now_ms)
    spoken.later(1_000)
    spoken.say({})
    spoken.later(3_000)
    assert spoken.connection.due(spoken.now_ms) is None
    spoken.later(1_000)
    assert spoken.connection.wants_ping(spoken.now_ms)
    spoken.later(4_000)
    assert spoken.connection.due(spoken.now_ms) == codes.NO_PONG


def test_one_who_is_gone_has_left_everything() -> None:
    spoken = Spoken()
    spoken.connect()
    spoken.subscribe("roadshow:s1")
    spoken.ask(
        {"id": 9, "subscribe": {"channel": ROOM, "recover": True, "offset": 5, "epoch": EPOCH}}
    )
    spoken.connection.closed()
    spoken.connection.closed()
    assert spoken.connection.state is State.CLOSED
    assert spoken.hub.presence.stats("roadshow:s1") == (0, 0)
    assert spoken.hub.followed() == []
    assert spoken.people.count == 0
    for value in range(6):
        spoken.publish(ROOM, value)
    spoken.later(10)
    assert spoken.reader.frames == []
    assert spoken.hub.followed() == []
    assert spoken.say({"id": 3, "rpc": {"method": "m"}}).calls == []


# the trail


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"subscribe": {"channel": ROOM}}, f"subscribe {ROOM}"),
        ({"presence": {"channel": "roadshow:s1"}}, "presence roadshow:s1"),
        ({"presence_stats": {"channel": "roadshow:s1"}}, "presence_stats roadshow:s1"),
        ({"history": {"channel": ROOM}}, f"history {ROOM}"),
    ],
)
def test_what_is_looked_at_is_noted_once_and_not_shown_where_it_cannot_be(
    asked: dict[str, Any], what: str
) -> None:
    spoken = Spoken()
    spoken.access.roles_of["ann"] = frozenset({"host"})
    spoken.connect()
    if "history" in asked:
        spoken.ask({"id": 2, "subscribe": {"channel": ROOM}})
        spoken.access.noted.clear()
    (reply,) = spoken.ask({"id": 3, **asked})
    assert "error" not in reply
    assert spoken.access.noted == [("ann", what, 0)]
    spoken.access.can_note = False
    spoken.ask({"id": 4, "unsubscribe": {"channel": ROOM}}) if "subscribe" in asked else None
    (again,) = spoken.ask({"id": 5, **asked})
    assert error_of(again) == (100, True)


def test_a_refused_look_is_noted_with_its_refusal() -> None:
    spoken = Spoken()
    spoken.access.forbidden.add(("ann", ROOM))
    spoken.connect()
    (reply,) = spoken.ask({"id": 2, "subscribe": {"channel": ROOM}})
    assert error_of(reply)[0] == 103
    assert spoken.access.noted == [("ann", f"subscribe {ROOM}", 103)]
