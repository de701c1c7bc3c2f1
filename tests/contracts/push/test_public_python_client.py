"""The unmodified public client (centrifuge-python) against our gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from centrifuge import CentrifugeError

from gateway.push.limits import Limits
from tests.support.eventually import eventually
from tests.support.public_client import Heard, Life, public_client
from tests.support.push import PushHouse, push_house


def client_of(
    house: PushHouse,
    token: str = "ann",  # noqa: S107  # who it is, in these tests
    life: Life | None = None,
    **more: Any,
) -> Any:
    return public_client(house.url, token, life, **more)


@asynccontextmanager
async def following(house: PushHouse, life: Life | None = None) -> AsyncIterator[tuple[Any, Heard]]:
    """A client that follows a room; ends with its disconnecting."""
    heard = Heard()
    client = client_of(house, life=life)
    subscription = client.new_subscription("bidding:b-1", heard)
    await client.connect()
    await subscription.subscribe()
    await subscription.ready()
    yield client, heard
    await client.disconnect()


async def test_it_connects_subscribes_and_hears_what_is_published() -> None:
    async with push_house() as house:
        house.say("bidding:b-1", 1)
        life = Life()
        async with following(house, life) as (_, heard):
            assert heard.subscribed[0].data["state"] == {"values": [1]}
            assert heard.subscribed[0].stream_position.offset == 1
            for value in range(2, 12):
                house.say("bidding:b-1", value)
            await eventually(lambda: len(heard.publications) >= 10)
            assert heard.publications[:10] == [(n, {"value": n}) for n in range(2, 12)]
            assert life.connected[0].data["server_time_ms"] == house.rooms.now_ms


async def test_after_a_cut_it_gets_what_it_missed_and_no_state() -> None:
    async with push_house() as house:
        house.say("bidding:b-1", 1)
        async with following(house) as (_, heard):
            await cut(house)
            house.say("bidding:b-1", 2)
            house.say("bidding:b-1", 3)
            await eventually(lambda: len(heard.publications) == 2)
            again = heard.subscribed[1]
            assert (again.was_recovering, again.recovered) == (True, True)
            assert again.data["state"] is None
            assert heard.publications == [(2, {"value": 2}), (3, {"value": 3})]


async def test_after_too_long_a_cut_it_is_told_so_and_given_the_state() -> None:
    async with push_house() as house:
        house.say("bidding:b-1", 1)
        async with following(house) as (_, heard):
            await cut(house)
            for value in range(2, 400):
                house.say("bidding:b-1", value)
            await eventually(lambda: len(heard.subscribed) == 2)
            again = heard.subscribed[1]
            assert (again.was_recovering, again.recovered) == (True, False)
            assert again.data["state"]["values"][-1] == 399
            assert heard.publications == []


async def test_it_asks_and_is_answered() -> None:
    async with push_house() as house:
        client = client_of(house)
        await client.connect()
        assert (await client.rpc("echo", {"price_fen": 100})).data == {"said": {"price_fen": 100}}
        with pytest.raises(CentrifugeError) as refused:
            await client.rpc("refuse", {})
        assert (refused.value.code, refused.value.temporary) == (111, True)
        with pytest.raises(CentrifugeError):
            await client.publish("bidding:b-1", {"price_fen": 1})
        await client.disconnect()


async def test_it_counts_who_is_there() -> None:
    async with push_house() as house:
        clients = [client_of(house, name) for name in ("ann", "ann", "bob")]
        for client in clients:
            await client.connect()
            await client.new_subscription("roadshow:s1", Heard()).subscribe()
        await eventually(lambda: house.gateway.hub.presence.stats("roadshow:s1") == (3, 2))
        counted = await clients[0].presence_stats("roadshow:s1")
        assert (counted.num_clients, counted.num_users) == (3, 2)
        with pytest.raises(CentrifugeError):
            await clients[0].presence_stats("bidding:b1")
        house.access.roles_of["ann"] = frozenset({"host"})
        listed = await clients[0].presence("roadshow:s1")
        assert sorted(each.user for each in listed.clients.values()) == ["A-ann", "A-ann", "A-bob"]
        for client in clients:
            await client.disconnect()


async def test_with_an_expired_token_it_fetches_another() -> None:
    async with push_house() as house:
        tokens = ["ann", "expired"]
        life = Life()

        async def get_token() -> str:
            return tokens.pop()

        client = client_of(house, "", life, get_token=get_token)
        await client.connect()
        await eventually(lambda: len(life.connected) == 1)
        assert tokens == []
        await client.disconnect()


async def test_it_refreshes_before_the_end_and_stays() -> None:
    house = PushHouse(Limits(expiry_grace_ms=3_000))
    house.access.lives_ms = 1_000
    async with push_house(house=house):
        asked: list[str] = []

        async def get_token() -> str:
            asked.append("ann")
            house.access.lives_ms = 300_000
            return "ann"

        life = Life()
        client = client_of(house, "ann", life, get_token=get_token)
        await client.connect()
        await eventually(lambda: len(asked) == 1)
        assert (await client.rpc("echo", 1)).data == {"said": 1}
        assert len(life.connected) == 1
        await client.disconnect()


async def test_with_a_forged_token_it_stops_for_good() -> None:
    async with push_house() as house:
        life = Life()
        client = client_of(house, "forged", life)
        await client.connect()
        await eventually(lambda: len(life.disconnected) == 1)
        assert life.disconnected[0].code == 3500


async def test_after_a_restart_of_the_gateway_it_is_back_with_all() -> None:
    house = PushHouse()
    heard, life = Heard(), Life()
    async with push_house(house=house):
        house.say("bidding:b-1", 1)
        client = client_of(house, life=life)
        await client.connect()
        await client.new_subscription("bidding:b-1", heard).subscribe()
        await eventually(lambda: len(heard.subscribed) == 1)
    assert [ctx.code for ctx in life.connecting] == [0, 3001]
    again = PushHouse()
    again.rooms, again.port = house.rooms, house.port
    again.gateway.hub.rooms = house.rooms
    for value in (2, 3):
        again.say("bidding:b-1", value)
    again.rooms.forgotten["bidding:b-1"] = 1
    async with push_house(house=again):
        await eventually(lambda: len(heard.publications) == 2)
        assert heard.subscribed[1].recovered
        await client.disconnect()


async def test_a_subscription_that_is_taken_away_stays_away() -> None:
    async with push_house() as house, following(house) as (_, heard):
        house.access.forbidden.add(("ann", "bidding:b-1"))
        house.access.roles_of["ann"] = frozenset()
        await eventually(lambda: len(heard.unsubscribed) == 1)
        assert heard.unsubscribed[0].code == 2000


async def test_fifty_conflated_values_move_no_position() -> None:
    async with push_house() as house:
        house.say("bidding:b-1", 1)
        async with following(house) as (_, heard):
            for value in range(50):
                house.conflate("bidding:b-1", "upvotes", value)
            house.say("bidding:b-1", 2)
            await eventually(lambda: (2, {"value": 2}) in heard.publications)
            conflated = [data["value"] for offset, data in heard.publications if not offset]
            assert conflated[-1] == 49
            assert len(conflated) <= 2
            await cut(house)
            house.say("bidding:b-1", 3)
            await eventually(lambda: (3, {"value": 3}) in heard.publications)
            assert heard.subscribed[1].recovered


async def cut(house: PushHouse) -> None:
    """Cut every socket, as a tunnel would."""
    for socket in list(house.gateway.sockets):
        socket.leave()  # type: ignore[attr-defined]
        socket.transport.abort()  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_a_wish_that_is_not_offered_is_refused_in_words_and_it_lives() -> None:
    async with push_house() as house:
        life, heard = Life(), Heard()
        client = client_of(house, life=life)
        await client.connect()
        wishing = client.new_subscription("bidding:b-1", heard, join_leave=True)
        await wishing.subscribe()
        await eventually(lambda: len(heard.unsubscribed) == 1)
        assert heard.unsubscribed[0].code == 108
        assert "presence_stats" in heard.unsubscribed[0].reason
        assert (await client.rpc("echo", 1)).data == {"said": 1}
        assert len(life.connected) == 1
        await client.disconnect()


async def test_a_client_that_speaks_protobuf_hears_why_and_does_not_come_again() -> None:
    async with push_house() as house:
        life = Life()
        client = client_of(house, life=life, use_protobuf=True)
        await client.connect()
        await eventually(lambda: len(life.disconnected) == 1)
        assert life.disconnected[0].code == 3501
        assert "JSON" in life.disconnected[0].reason
