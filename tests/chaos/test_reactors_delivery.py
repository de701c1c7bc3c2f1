"""Decisions left out, repeated or long past: whatever is delivered, each is acted on once (F17)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infra.codec import Command
from infra.kafka.admin import Log, check_log, create_topics
from infra.kafka.reader import Record, open_reader
from infra.tail import Row
from infra.topics import NOTICES, PARTITIONS_EMBEDDED, TRADING, partition_of
from processors.outbox import Outbox
from processors.reactors import Reactors
from processors.reading_back import read_parts
from producers.command_publisher import CommandPublisher, new_command_id
from tests.support.brokers import start_embedded
from tests.support.eventually import eventually
from tests.support.roles import start_role
from trading.membership.commands import GrantRole

ACCOUNT = "a-1"
ROLES = ("investor", "expert", "broker", "presenter", "seller", "completer", "host", "registrar")

pytestmark = pytest.mark.timeout(120)


class Membership:
    """An account that is given one role after another; each gives cause to one notice."""

    def __init__(self, bootstrap: str, log: Log) -> None:
        self.bootstrap = bootstrap
        self.log = log
        self.at = (TRADING.decisions, partition_of(ACCOUNT, log.partitions))
        self.publisher = CommandPublisher(bootstrap, TRADING)

    async def grant(self, *roles: str) -> list[Row]:
        """Grant roles; returns all decisions of the partition once they are made."""
        for role in roles:
            body = GrantRole(role=role, reason="test")
            command = Command(
                new_command_id(), body.type, "operator", "operator", ACCOUNT, ACCOUNT, body
            )
            await self.publisher.send(command)
        rows: list[Row] = []

        async def decided() -> bool:
            rows[:] = await self.rows()
            return sum(f'"role":"{roles[-1]}"'.encode() in (value or b"") for _, value in rows) > 0

        await eventually(decided)
        return rows

    async def rows(self) -> list[Row]:
        topic, partition = self.at
        found = await read_parts(
            self.bootstrap, topic, {partition}, lambda starts, _ends: dict(starts)
        )
        return found[partition]

    async def notices(self) -> list[dict[str, Any]]:
        """Return the notices of the account, in the order of the topic."""
        everything = dict.fromkeys(range(self.log.partitions), 0)
        reader = await open_reader(self.bootstrap, NOTICES, everything, Record)
        found: list[dict[str, Any]] = []
        try:
            end = (await reader.ends())[partition_of(f"user:{ACCOUNT}", self.log.partitions)]
            while len(found) < end:
                for rows in (await reader.read(timeout_ms=100)).values():
                    found += [msgspec.json.decode(row.value or b"{}") for row in rows]
        finally:
            await reader.close()
        return found

    async def told(self) -> list[str]:
        """Return the roles that notices tell of."""
        return [one["params"]["role"] for one in await self.notices()]


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Membership]:
    """Run a broker and the deciders of accounts."""
    async with await start_embedded(folder / "broker") as broker:
        await create_topics(broker.bootstrap, PARTITIONS_EMBEDDED)
        log = await check_log(broker.bootstrap, TRADING)
        data = folder / "deciders"
        decider = start_role(
            "processors", "deciders", broker.bootstrap, data, "--family", TRADING.name
        )
        membership = Membership(broker.bootstrap, log)
        await membership.publisher.start()
        try:
            yield membership
        finally:
            await membership.publisher.close()
            await decider.kill9()


@asynccontextmanager
async def reactors(membership: Membership) -> AsyncIterator[Reactors]:
    """Start what a reactor process has beside Faust."""
    outbox = Outbox(membership.bootstrap, membership.log.partitions)
    made = Reactors(membership.bootstrap, membership.log, outbox)
    await made.start()
    try:
        yield made
    finally:
        await made.close()
        await outbox.close()


async def test_what_is_left_out_is_read_back_and_what_is_repeated_is_passed_over(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as membership, reactors(membership) as reacting:
        at = membership.at
        await membership.grant(*ROLES[:2])
        await reacting.adopt([at])
        assert await membership.told() == list(ROLES[:2])
        rows = await membership.grant(*ROLES[2:5])
        await reacting.take(at, *rows[-1])  # two before it have never been delivered
        assert await membership.told() == list(ROLES[:5])
        for row in rows:
            await reacting.take(at, *row)
        assert await membership.told() == list(ROLES[:5])
        assert reacting.positions()[at] == rows[-1][0] + 1


async def test_a_new_process_goes_on_where_the_notices_end(tmp_path: Path) -> None:
    async with running(tmp_path) as membership:
        rows = await membership.grant(*ROLES[:3])
        async with reactors(membership) as first:
            await first.take(membership.at, *rows[0])
        await membership.grant(*ROLES[3:])
        async with reactors(membership) as second:
            await second.adopt([membership.at])
        assert await membership.told() == list(ROLES)


async def test_two_processes_at_once_write_the_same_notices(tmp_path: Path) -> None:
    async with (
        running(tmp_path) as membership,
        reactors(membership) as first,
        reactors(membership) as second,
    ):
        await membership.grant(*ROLES)
        await asyncio.gather(first.adopt([membership.at]), second.adopt([membership.at]))
        found = await membership.notices()
        assert {one["params"]["role"] for one in found} == set(ROLES), "nothing is missing"
        ids = {one["notice_id"] for one in found}
        assert len(ids) == len(ROLES), "and a reader knows a repeat by its id"
