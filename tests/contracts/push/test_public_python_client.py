"""The unmodified public client (centrifuge-python) against our gateway."""

import asyncio
from typing import Any

import pytest
from centrifuge import (
    CentrifugeError,
    Client,
    ClientEventHandler,
    SubscriptionEventHandler,
)

from tests.support.eventually import eventually
from tests.support.push import ORIGIN, PushHouse, push_house


class Heard(SubscriptionEventHandler):
    def __init__(self) -> None:
        self.publications: list[tuple[int, Any]] = []
        self.subscribed: list[Any] = []
        self.unsubscribed: list[Any] = []
        self.errors: list[Any] = []

    async def on_publication(self, ctx: Any) -> None:
        self.publications.append((ctx.pub.offset, ctx.pub.data))

    async def on_subscribed(self, ctx: Any) -> None:
        self.subscribed.append(ctx)

    async def on_unsubscribed(self, ctx: Any) -> None:
        self.unsubscribed.append(ctx)

    async def on_error(self, ctx: Any) -> None:
        self.errors.append(ctx)


class Life(ClientEventHandler):
    def __init__(self) -> None:
        self.connected: list[Any] = []
        self.connecting: list[Any] = []
        self.disconnected: list[Any] = []
        self.errors: list[Any] = []

    async def on_connected(self, ctx: Any) -> None:
        self.connected.append(ctx)

    async def on_connecting(self, ctx: Any) -> None:
        self.connecting.append(ctx)

    async def on_disconnected(self, ctx: Any) -> None:
        self.disconnected.append(ctx)

    async def on_error(self, ctx: Any) -> None:
        self.errors.append(ctx)


def client_of(
    house: PushHouse,
    token: str = "ann",  # noqa: S107  # who it is, in these tests
    life: Life | None = None,
    **more: Any,
) -> Client:
    return Client(
        house.url, events=life or Life(), token=token, headers={"Origin": ORIGIN},
        min_reconnect_delay=0.05, max_reconnect_delay=0.2, timeout=5, **more,
    )  # fmt: skip


async def test_it_connects_subscribes_and_hears_what_is_published() -> None:
    async with push_house() as house:
        house.say("bidding:b-1", 1)
        life, heard = Life(), Heard()
        client = client_of(house, life=life)
        subscription = client.new_subscription("bidding:b-1", heard)
        await client.connect()
        await subscription.subscribe()
        await subscription.ready()
        assert heard.subscribed[0].data["state"] == {"values": [1]}
        assert heard.subscribed[0].stream_position.offset == 1
        for value in range(2, 12):
            house.say("bidding:b-1", value)
        await eventually(lambda: len(heard.publications) >= 10)
        assert heard.publications[:10] == [(n, {"value": n}) for n in range(2, 12)]
        assert life.connected[0].data["server_time_ms"] == house.rooms.now_ms
        await client.disconnect()


async def test_after_a_cut_it_gets_what_it_missed_and_no_state() -> None:
    async with push_house() as house:
        house.say("bidding:b-1", 1)
        heard = Heard()
        client = client_of(house)
        subscription = client.new_subscription("bidding:b-1", heard)
        await client.connect()
        await subscription.subscribe()
        await subscription.ready()
        await cut(house)
        house.say("bidding:b-1", 2)
        house.say("bidding:b-1", 3)
        await eventually(lambda: len(heard.publications) == 2)
        again = heard.subscribed[1]
        assert (again.was_recovering, again.recovered) == (True, True)
        assert again.data["state"] is None
        assert heard.publications == [(2, {"value": 2}), (3, {"value": 3})]
        await client.disconnect()


async def test_after_too_long_a_cut_it_is_told_so_and_given_the_state() -> None:
    async with push_house() as house:
        house.say("bidding:b-1", 1)
        heard = Heard()
        client = client_of(house)
        subscription = client.new_subscription("bidding:b-1", heard)
        await client.connect()
        await subscription.subscribe()
        await subscription.ready()
        await cut(house)
        for value in range(2, 400):
            house.say("bidding:b-1", value)
        await eventually(lambda: len(heard.subscribed) == 2)
        again = heard.subscribed[1]
        assert (again.was_recovering, again.recovered) == (True, False)
        assert again.data["state"]["values"][-1] == 399
        assert heard.publications == []
        await client.disconnect()


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


async def cut(house: PushHouse) -> None:
    """Cut every socket, as a tunnel would."""
    for socket in list(house.gateway.sockets):
        socket.transport.abort()  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
