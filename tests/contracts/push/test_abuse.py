"""What no decent client does, over real sockets: it harms nobody but himself."""

import asyncio
import json
import socket
from contextlib import ExitStack

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode
from websockets.typing import Origin, Subprotocol

from gateway.push.limits import Limits
from gateway.push.ports import Fault
from infra.clock import monotonic_ms
from tests.support.eventually import eventually
from tests.support.push import ORIGIN, PushHouse, push_house
from tests.support.push_raw import (
    ask,
    masked,
    next_publication,
    request_of,
    stalled_reader,
    status_of,
    talking,
)

ROOM = "bidding:b1"
LONG = b"x" * 200_000


async def close_code(client: ClientConnection) -> int:
    """Read until it is closed; return the code."""
    async with asyncio.timeout(10):
        try:
            while True:
                await client.recv()
        except ConnectionClosed:
            return client.close_code or 0


async def raw(client: ClientConnection, *frames: bytes) -> None:
    """Write past the client's own protocol."""
    for frame in frames:
        client.transport.write(frame)


# who may open a socket


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (ORIGIN, 101),
        ("https://evil.example", 403),
        ("http://127.0.0.1:9380.evil.example", 403),
        ("http://127.0.0.1:1", 403),
        ("null", 403),
        (None, 403),
    ],
)
async def test_only_our_pages_may_open_a_socket(origin: str | None, status: int) -> None:
    async with push_house() as house:
        assert await status_of(house, request_of(house, origin=origin)) == status


async def test_another_path_is_not_there_and_health_is() -> None:
    async with push_house() as house:
        assert await status_of(house, request_of(house, path="/")) == 404
        assert await status_of(house, request_of(house, path="/healthz")) == 200


async def test_a_handshake_byte_by_byte_is_cut_off_in_time() -> None:
    async with push_house(Limits(handshake_ms=300)) as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        for byte in request_of(house)[:20]:
            writer.write(bytes([byte]))
            await writer.drain()
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
        await eventually(lambda: house.gateway.open_count == 0)


async def test_who_opens_a_socket_and_says_nothing_is_closed() -> None:
    async with push_house(Limits(greeting_ms=200)) as house, talking(house, None) as client:
        assert await close_code(client) == 3502


async def test_a_crowd_waits_for_its_turn_and_only_what_is_beyond_is_refused() -> None:
    limits = Limits(handshakes_per_second=20, handshake_wait_ms=1_000)
    async with push_house(limits) as house:
        statuses = await asyncio.gather(*(status_of(house, request_of(house)) for _ in range(60)))
        assert 20 <= statuses.count(101) <= 45
        assert set(statuses) == {101, 503}


async def test_a_thousand_tabs_of_one_account_are_not_let_in() -> None:
    async with push_house(Limits(per_account_max=5, handshakes_per_second=5_000)) as house:
        tabs = [talking(house, None) for _ in range(40)]
        clients = [await tab.__aenter__() for tab in tabs]
        connect = json.dumps({"id": 1, "connect": {"token": "ann"}})
        await asyncio.gather(*(client.send(connect) for client in clients))
        await eventually(lambda: len(house.gateway.sockets) == 5)
        codes = [client.close_code for client in clients]
        await eventually(lambda: [c.close_code for c in clients].count(3504) == 35)
        assert house.gateway.people.count == 5, codes
        async with talking(house, "bob") as other:
            assert (await ask(other, {"id": 2, "subscribe": {"channel": ROOM}}))["subscribe"]
        for tab in tabs:
            await tab.__aexit__(None, None, None)


# frames


async def test_a_fragmented_message_is_one_message() -> None:
    async with push_house() as house, talking(house) as client:
        command = json.dumps({"id": 5, "rpc": {"method": "echo", "data": "硕果"}}).encode()
        for at, byte in enumerate(command[:40]):
            await raw(client, masked(Opcode.CONT if at else Opcode.TEXT, bytes([byte]), fin=False))
        await raw(client, masked(Opcode.CONT, command[40:]))
        async with asyncio.timeout(5):
            assert json.loads(await client.recv())["rpc"]["data"] == {"said": "硕果"}


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([masked(Opcode.BINARY, b"{}")], 3501),
        ([masked(Opcode.TEXT, b"not json")], 3501),
        ([masked(Opcode.TEXT, b'{"id":1,"rpc":{"data":"\xff"}}')], 1007),
        ([masked(Opcode.TEXT, b"x" * 262_145)], 1009),
        ([masked(Opcode.TEXT, LONG, fin=False), masked(Opcode.CONT, LONG)], 1009),
        ([masked(Opcode.TEXT, b"", fin=False), *[masked(Opcode.CONT, b"", fin=False)] * 70], 3501),
        ([masked(Opcode.CONT, b"x")], 1002),
        ([b"\x81\x02{}"], 1002),
        ([masked(Opcode.TEXT, b"{}\n" * 250)] * 3, 3013),
        ([masked(Opcode.PING, b"")] * 70, 3013),
    ],
    ids=[
        "binary", "no-json", "no-utf8", "oversize", "oversize-in-parts", "empty-fragments",
        "lost-fragment", "unmasked", "too-many-commands", "ping-flood",
    ],
)  # fmt: skip
async def test_a_bad_frame_ends_its_own_socket_alone(frames: list[bytes], code: int) -> None:
    async with push_house() as house, talking(house, "bob") as other:
        await ask(other, {"id": 2, "subscribe": {"channel": ROOM}})
        async with talking(house) as client:
            await raw(client, *frames)
            assert await close_code(client) == code
        house.say(ROOM, 1)
        assert (await next_publication(other))["offset"] == 1
        await eventually(lambda: house.gateway.open_count == 1)


@pytest.mark.parametrize(
    "frame", [b"\x81\x02{}", masked(Opcode.TEXT, b"x" * 262_145)], ids=["unmasked", "oversize"]
)
async def test_behind_the_close_frame_nothing_follows_even_to_one_who_stays(frame: bytes) -> None:
    async with push_house() as house, stalled_reader(house, ROOM) as sock:
        async with talking(house, "bob") as other:
            await ask(other, {"id": 2, "subscribe": {"channel": ROOM}})
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(sock, frame)
            await eventually(lambda: len(house.gateway.sockets) == 1)
            house.say(ROOM, 1)
            assert (await next_publication(other))["offset"] == 1
            async with asyncio.timeout(5):
                heard = b""
                while more := await loop.sock_recv(sock, 4_096):
                    heard += more
        assert heard.startswith(b"\x88")
        assert b"push" not in heard


async def test_frames_that_come_with_the_handshake_are_not_lost() -> None:
    async with push_house() as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        hello = masked(Opcode.TEXT, b'{"id":1,"connect":{"token":"ann"}}')
        writer.write(request_of(house) + hello)
        async with asyncio.timeout(5):
            await reader.readuntil(b"\r\n\r\n")
            heard = await reader.readuntil(b"server_time_ms")
        assert b'"id":1' in heard
        writer.close()


# who does not read


async def test_one_who_does_not_read_is_evicted_and_nobody_else_notices() -> None:
    limits = Limits(unsent_bytes_max=200_000, progress_ms=1_000)
    house = PushHouse(limits)
    async with push_house(house=house), talking(house) as other, stalled_reader(house, ROOM):
        await ask(other, {"id": 2, "subscribe": {"channel": ROOM}})
        for offset in range(1, 201):
            house.say(ROOM, "x" * 10_000)
            assert (await next_publication(other))["offset"] == offset
        await eventually(lambda: house.gateway.counts.evicted == 1, seconds_max=5)
        await eventually(lambda: house.gateway.open_count == 1, seconds_max=5)
        assert house.gateway.counts.closed[3008] == 1


async def test_one_who_stops_reading_is_evicted_even_when_little_is_unsent() -> None:
    limits = Limits(unsent_bytes_max=10_000_000, progress_ms=500)
    async with push_house(limits) as house, stalled_reader(house, ROOM):
        for _ in range(100):
            house.say(ROOM, "x" * 10_000)
        await eventually(lambda: bool(house.gateway.paused), seconds_max=5)
        await eventually(lambda: house.gateway.counts.evicted == 1, seconds_max=5)
        assert not house.gateway.paused


async def test_one_who_does_not_answer_pings_is_closed() -> None:
    async with push_house(Limits(ping_ms=200, pong_ms=300)) as house, talking(house) as client:
        assert await close_code(client) == 3012


async def test_one_who_answers_pings_stays() -> None:
    async with push_house(Limits(ping_ms=1_000, pong_ms=1_500)) as house, talking(house) as client:
        for _ in range(3):
            async with asyncio.timeout(5):
                assert await client.recv() == "{}"
            await client.send("{}")
        assert (await ask(client, {"id": 9, "rpc": {"method": "echo"}}))["rpc"]


# rights


async def test_another_ones_channel_is_refused_and_the_socket_stays() -> None:
    async with push_house() as house, talking(house) as client:
        answer = await ask(client, {"id": 2, "subscribe": {"channel": "user:bob"}})
        assert answer["error"]["code"] == 103
        assert (await ask(client, {"id": 3, "subscribe": {"channel": "user:ann"}}))["subscribe"]


async def test_a_token_that_runs_out_on_a_live_socket_closes_it() -> None:
    limits = Limits(expiry_grace_ms=200)
    house = PushHouse(limits)
    house.access.lives_ms = 300
    async with push_house(house=house), talking(house) as client:
        assert await close_code(client) == 3005


async def test_one_who_is_shut_out_is_closed_within_a_second_or_so() -> None:
    async with push_house() as house, talking(house) as client, talking(house, "bob") as other:
        house.access.faults["ann"] = Fault.BANNED
        assert await close_code(client) == 3507
        assert (await ask(other, {"id": 9, "rpc": {"method": "echo"}}))["rpc"]


async def test_a_revocation_that_the_feed_tells_closes_at_once() -> None:
    async with push_house() as house, talking(house) as client:
        house.access.faults["ann"] = Fault.REVOKED
        house.gateway.look_at_people("ann")
        assert await close_code(client) == 3500


# calls


async def test_a_flood_of_calls_is_refused_for_now_and_others_are_served() -> None:
    house = PushHouse(Limits(calls_max=4))
    async with push_house(house=house), talking(house) as client, talking(house, "bob") as other:
        flood = "\n".join(
            json.dumps({"id": n, "rpc": {"method": "wait", "data": {}}}) for n in range(2, 50)
        )
        await client.send(flood)
        async with asyncio.timeout(5):
            replies = [json.loads(line) for line in str(await client.recv()).split("\n")]
        assert len(replies) == 44
        assert {(r["error"]["code"], r["error"]["temporary"]) for r in replies} == {(111, True)}
        assert (await ask(other, {"id": 9, "rpc": {"method": "echo"}}))["rpc"]
        house.calls.go_on.set()


async def test_calls_begin_in_the_order_of_asking() -> None:
    async with push_house() as house, talking(house) as client:
        await client.send(
            "\n".join(
                json.dumps({"id": n + 2, "rpc": {"method": "echo", "data": n}}) for n in range(10)
            )
        )
        await eventually(lambda: len(house.calls.begun) == 10)
        assert [data for _, _, data in house.calls.begun] == list(range(10))


async def test_a_call_that_breaks_is_an_error_for_now_and_the_socket_stays() -> None:
    async with push_house() as house, talking(house) as client:
        answer = await ask(client, {"id": 2, "rpc": {"method": "fail"}})
        assert answer["error"] == {
            "code": 100, "message": "internal server error", "temporary": True,
        }  # fmt: skip
        assert (await ask(client, {"id": 3, "rpc": {"method": "echo"}}))["rpc"]


# the end


async def test_a_shutdown_sends_everybody_away_to_come_back() -> None:
    async with push_house() as house:
        clients = [talking(house, f"a{n}") for n in range(5)]
        talkers = [await client.__aenter__() for client in clients]
        ending = asyncio.create_task(house.gateway.drain(seconds=0.1))
        assert [await close_code(talker) for talker in talkers] == [3001] * 5
        await ending
        assert await status_of(house, request_of(house, path="/healthz")) == 503
        for client in clients:
            await client.__aexit__(None, None, None)


# strangers


async def test_silent_sockets_make_room_for_the_next_visitor() -> None:
    limits = Limits(strangers_per_address_max=20, greeting_ms=60_000, handshake_ms=60_000)
    async with push_house(limits) as house, talking(house, "bob") as bob:
        with ExitStack() as crowd:
            for _ in range(60):
                crowd.enter_context(socket.create_connection(("127.0.0.1", house.port)))
            await eventually(lambda: house.gateway.admission.strangers.replaced_count >= 40)
            silent = [
                await connect(house.url, origin=Origin(ORIGIN), proxy=None) for _ in range(30)
            ]
            async with talking(house) as client:
                assert (await ask(client, {"id": 2, "subscribe": {"channel": ROOM}}))["subscribe"]
            assert await close_code(silent[0]) == 3013
            await eventually(lambda: house.gateway.open_count <= 1 + 20)
            assert (await ask(bob, {"id": 3, "rpc": {"method": "echo"}}))["rpc"]
            for each in silent:
                await each.close()


@pytest.mark.parametrize(
    ("proxies", "addresses"),
    [
        (frozenset({"127.0.0.1"}), {"198.51.100.1", "198.51.100.2"}),
        (frozenset[str](), {"127.0.0.1"}),
    ],
    ids=["trusted", "not-trusted"],
)
async def test_whose_word_is_believed_of_who_asks(
    proxies: frozenset[str], addresses: set[str]
) -> None:
    async with push_house(house=PushHouse(proxies=proxies)) as house:
        for said in ("198.51.100.1", "evil, 198.51.100.2"):
            headers = {"X-Forwarded-For": said}
            client = await connect(
                house.url, origin=Origin(ORIGIN), additional_headers=headers, proxy=None
            )
            await ask(client, {"id": 1, "connect": {"token": ""}})
        assert set(house.gateway.people.guests._busy) == addresses


async def test_a_guests_flood_is_left_unread_and_nobody_else_waits() -> None:
    limits = Limits(address_work_per_second=50, address_work_burst=100, commands_burst=5_000)
    async with push_house(limits) as house, talking(house, "bob") as bob, talking(house, "") as one:
        flood = b"".join(
            masked(Opcode.TEXT, b'{"id":%d,"unsubscribe":{"channel":"nope"}}' % number)
            for number in range(2, 2_002)
        )
        await raw(one, flood)
        await eventually(lambda: any(each._paid is not None for each in house.gateway.sockets))  # type: ignore[attr-defined]
        assert (await ask(bob, {"id": 3, "rpc": {"method": "echo"}}))["rpc"]
        guests = house.gateway.people.guests
        assert guests.wait_ms("127.0.0.1", monotonic_ms()) > 0
        assert house.gateway.open_count == 2, "he is not closed: he is left unread"


async def test_who_offers_protobuf_hears_that_it_is_json() -> None:
    async with (
        push_house() as house,
        connect(
            house.url, origin=Origin(ORIGIN), proxy=None,
            subprotocols=[Subprotocol("centrifuge-protobuf")],
        ) as client,
    ):  # fmt: skip
        assert await close_code(client) == 3501
        assert "JSON" in (client.close_reason or "")
