"""A log that runs, real deciders, and feeds that follow it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio

from gateway.feed.feed import Feed
from gateway.feed.folded import Known
from gateway.feed.publication import Publication
from infra.kafka.admin import check_log, create_topics
from infra.topics import BIDDING, PARTITIONS_EMBEDDED
from tests.contracts.deciders.conftest import Stage
from tests.support.brokers import Broker, start_embedded
from trading.membership.commands import Parties
from trading.membership.state import Membership, Number

PARTIES = Parties(sellers=("o-seller",))


@dataclass
class BrokenStage(Stage):
    """A stage whose broker can be killed too."""

    broker: Broker


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[BrokenStage]:
    """A fresh log on the embedded broker, with a decider and time."""
    async with await start_embedded(tmp_path / "broker") as broker:
        await create_topics(broker.bootstrap, PARTITIONS_EMBEDDED)
        log = await check_log(broker.bootstrap, BIDDING)
        made = BrokenStage(broker.bootstrap, log, tmp_path, [], broker)
        made.decider("decider-0")
        made.chronograph()
        try:
            yield made
        finally:
            for role in made.roles:
                await role.kill9()


class Heard:
    """What a feed told, by channel, and the state of rooms at each telling."""

    def __init__(self) -> None:
        self.told: dict[str, list[Publication]] = defaultdict(list)
        self.states: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self.feed: Feed | None = None

    def __call__(self, publication: Publication) -> None:
        self.told[publication.channel].append(publication)
        if publication.offset is None or not publication.channel.startswith("bidding:"):
            return
        assert self.feed is not None
        state = self.feed.state(publication.channel)
        assert state is not None
        assert self.feed.position(publication.channel) == publication.offset
        self.states[publication.channel][publication.offset] = state

    def critical(self, channel: str) -> list[dict[str, Any]]:
        """What was told with an offset, in order."""
        return [one.data for one in self.told[channel] if one.offset is not None]


@asynccontextmanager
async def following(stage: Stage) -> AsyncIterator[tuple[Feed, Heard]]:
    """A feed that has caught up and follows."""
    heard = Heard()
    snapshots = stage.folder / "decider-0" / "snapshots"
    feed = Feed(stage.bootstrap, heard, log_id=stage.log.log_id, snapshots=snapshots)
    heard.feed = feed
    running = None
    try:
        await feed.start()
        running = asyncio.create_task(feed.run())
        yield feed, heard
        assert not running.done(), running
    finally:
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await feed.close()


def admit(feed: Feed, account_id: str, *roles: str, **numbers: str) -> None:
    """Let the feed know an account, as a decision of trading/membership would."""
    borne = tuple(
        Number(bidding_id.replace("_", "-"), number, "", PARTIES)
        for bidding_id, number in numbers.items()
    )
    feed.people.adopt(Known(Membership(account_id, roles=roles, numbers=borne)))
