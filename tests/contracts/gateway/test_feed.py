"""What the feed says of biddings is what the log says, whatever dies beside it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from gateway.feed.feed import Feed
from infra.kafka.appender import Appender
from infra.tail import read_partition
from infra.topics import BIDDING, partition_of
from producers.command_publisher import CommandPublisher
from tests.contracts.deciders.conftest import Stage
from tests.contracts.gateway.conftest import BrokenStage, Heard, following
from tests.support.eventually import eventually, pause
from tests.support.hall import fold
from tests.support.load import Load, bid, loaded

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]

BIDDINGS = [f"B-{index}" for index in range(6)]
ROOMS = [f"bidding:{one}" for one in BIDDINGS]


def under_load(stage: Stage) -> AbstractAsyncContextManager[Load]:
    """Bids for the length of a block; ends with every one decided."""
    return loaded(stage.bootstrap, stage.log, BIDDINGS, seed=7)


async def at_the_end(feed: Feed) -> None:
    async def read() -> bool:
        for reader in feed._readers.values():
            await reader.look()
        return all(not reader.lag for reader in feed._readers.values())

    await eventually(read)


def states(feed: Feed) -> list[dict[str, Any] | None]:
    return [feed.state(room) for room in ROOMS]


def check_no_gap(heard: Heard) -> None:
    """Every room was told without a gap and without anything twice, and deltas are true."""
    assert heard.feed is not None
    for room in ROOMS:
        offsets = [one.offset for one in heard.told[room] if one.offset is not None]
        since = heard.feed.complete_since(room)
        assert offsets == list(range(since + 1, since + 1 + len(offsets)))
        told = heard.critical(room)
        for index, state in enumerate(heard.states[room].values()):
            for one in told[index + 1 :]:
                state = fold(state, one)  # noqa: PLW2901
            assert state == heard.feed.state(room)


async def test_a_snapshot_and_its_deltas_make_the_newest_snapshot(stage: Stage) -> None:
    async with following(stage) as (feed, heard):
        async with under_load(stage):
            await pause(2)
        await at_the_end(feed)
        check_no_gap(heard)
        async with following(stage) as (other, told):
            assert states(other) == states(feed)
            check_no_gap(told)
            first = feed.state("bidder:B-0.N1")
            assert first is not None
            assert first["outcomes"]
            assert other.state("bidder:B-0.N1") == first


async def test_a_feed_that_begins_in_the_middle_says_the_same(stage: Stage) -> None:
    async with following(stage) as (feed, heard):
        async with under_load(stage):
            await pause(1)
            async with following(stage) as (late, told):
                await pause(1)
                await at_the_end(late)
                check_no_gap(told)
        await at_the_end(feed)
        check_no_gap(heard)


async def test_a_feed_begins_with_the_deciders_snapshot(stage: Stage) -> None:
    async with following(stage) as (feed, _):
        async with under_load(stage):
            await pause(1.5)
        await at_the_end(feed)
        assert await stage.roles[0].stop() == 0
        stage.roles[0].restart()
        async with following(stage) as (other, heard):
            assert any(reader.restored for reader in other._readers.values())
            await at_the_end(other)
            await at_the_end(feed)
            assert states(other) == states(feed)
            assert other.state("bidder:B-0.N1") == feed.state("bidder:B-0.N1")
            await _bid_once(stage, other, 900_000)
            await eventually(lambda: len(heard.critical("bidding:B-0")) == 1)
            await at_the_end(other)
            check_no_gap(heard)
            state = other.state("bidding:B-0")
            assert state is not None
            assert state["bids"][0]["amount_fen"] == 900_000
            assert state["bids_count"] == state["bids"][0]["seq"]


async def _bid_once(stage: Stage, feed: Feed, amount_fen: int) -> None:
    """Bid as somebody who does not lead: a leader would be refused."""
    state = feed.state("bidding:B-0")
    number = "N8" if state is None or state["leader"] != "N8" else "N7"
    publisher = CommandPublisher(stage.bootstrap, BIDDING)
    await publisher.start()
    try:
        await publisher.send(bid("B-0", number, amount_fen))
    finally:
        await publisher.close()


async def test_what_a_zombie_appends_is_not_told(stage: Stage) -> None:
    async with following(stage) as (feed, heard):
        async with under_load(stage):
            await pause(0.7)
            await _append_copies(stage)
            await pause(0.7)
        await at_the_end(feed)
        check_no_gap(heard)
        assert not feed.health()["families"]["bidding"]["broken"]


async def _append_copies(stage: Stage) -> None:
    appender = Appender(stage.bootstrap, BIDDING.decisions)
    try:
        for partition in range(stage.log.partitions):
            _, counted = await read_partition(stage.bootstrap, BIDDING, stage.log, partition)
            for one in counted[-3:]:
                await appender.append_batch(partition, [None], [one.value])
    finally:
        await appender.close()


async def test_a_broken_chain_is_told_and_the_others_go_on(stage: Stage) -> None:
    async with following(stage) as (feed, _):
        async with under_load(stage):
            await pause(0.5)
        await at_the_end(feed)
        broken = partition_of("B-0", stage.log.partitions)
        appender = Appender(stage.bootstrap, BIDDING.decisions)
        try:
            await appender.append_batch(broken, [None], [b'{"prev":"","rules":4}'])
        finally:
            await appender.close()
        await eventually(lambda: feed.degraded)
        assert list(feed.health()["families"]["bidding"]["broken"]) == [str(broken)]


async def test_without_decisions_it_says_degraded_and_with_them_it_is_well_again(
    stage: Stage,
) -> None:
    async with following(stage) as (feed, _):
        async with under_load(stage):
            await pause(0.3)
        assert not feed.degraded
        await stage.roles[0].kill9()
        await eventually(lambda: feed.degraded)
        stage.roles[0].restart()
        await eventually(lambda: not feed.degraded, 30)


async def test_every_second_a_room_beats_and_its_time_is_the_brokers(stage: Stage) -> None:
    async with following(stage) as (feed, heard):

        def beats() -> list[Any]:
            return [one for one in heard.told["bidding:B-0"] if one.key == "clock"]

        async with under_load(stage):
            await eventually(lambda: len(beats()) >= 2, 30)
        assert abs(feed.log_time_ms() - beats()[-1].data["server_time_ms"]) < 2_000
        versions = [one.version for one in beats()]
        assert versions == sorted(versions, key=lambda one: one or 0)


async def test_a_broker_that_dies_and_comes_back_costs_no_gap(stage: BrokenStage) -> None:
    async with following(stage) as (feed, heard):
        async with under_load(stage):
            await pause(0.7)
        await at_the_end(feed)
        await stage.broker.kill9()
        await eventually(lambda: feed.degraded)
        await stage.broker.restart()
        await eventually(lambda: not feed.degraded, 40)
        await _bid_once(stage, feed, 900_000)
        await eventually(lambda: _price(feed) == 900_000, 30)
        check_no_gap(heard)


def _price(feed: Feed) -> object:
    state = feed.state("bidding:B-0")
    return None if state is None else state["price_fen"]
