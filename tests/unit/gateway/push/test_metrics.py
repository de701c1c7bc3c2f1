"""Figures as Prometheus reads them."""

import asyncio
import urllib.request

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from gateway.push import close_codes as codes
from gateway.push.metrics import GatewayCollector, serve_metrics
from tests.support.eventually import eventually
from tests.support.push import PushHouse
from tests.support.push_client import FakeReader, write

ROOM = "bidding:b1"


async def house_with_a_reader() -> PushHouse:
    house = PushHouse()
    house.gateway.hub.write = write
    connection = house.gateway.connection("c-1", FakeReader(), 0)
    hello = b'{"id":1,"connect":{"token":"ann"}}\n{"id":2,"subscribe":{"channel":"bidding:b1"}}'
    assert connection.receive_frame(hello, 0).close is None
    house.say(ROOM, 1)
    house.conflate(ROOM, "clock", 1)
    house.gateway.closed(codes.SLOW)
    await eventually(lambda: house.gateway.hub.counts.deliveries == 1)
    return house


def figures_of(house: PushHouse) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(GatewayCollector(house.gateway))
    lines = generate_latest(registry).decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


async def test_figures_say_what_has_happened() -> None:
    found = figures_of(await house_with_a_reader())
    assert found["shuoguo_push_connections"] == 1
    assert found["shuoguo_push_published_total"] == 1
    assert found["shuoguo_push_conflated_total"] == 1
    assert found['shuoguo_push_closed_total{code="3008"}'] == 1
    assert found['shuoguo_push_drops_total{lane="critical"}'] == 0
    assert found["shuoguo_push_fan_out_delay_seconds_count"] == 1


async def test_no_label_tells_a_room_or_a_person() -> None:
    names = " ".join(figures_of(await house_with_a_reader()))
    assert "b1" not in names
    assert "ann" not in names


async def test_figures_are_served_only_where_they_are_wanted() -> None:
    house = await house_with_a_reader()
    with serve_metrics(house.gateway, None) as port:
        assert port is None
    with serve_metrics(house.gateway, 0) as port:
        told = await asyncio.to_thread(_read, f"http://127.0.0.1:{port}/metrics")
    assert b"shuoguo_push_connections 1.0" in told


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310  # of loopback
        found: bytes = answer.read()
        return found
