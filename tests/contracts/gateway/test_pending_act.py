"""What the first of two people asked for is read from the log, and no more than that."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.feed.feed import Feed
from gateway.pending_act import pending_act
from infra.clock import now_ms
from infra.codec import Command
from infra.topics import BIDDING
from producers.command_publisher import CommandPublisher, new_command_id
from tests.contracts.deciders.conftest import Stage
from tests.contracts.gateway.conftest import following
from tests.support.eventually import eventually
from tests.support.load import schedule
from trading.bidding.commands import ResumeBidding, SuspendBidding, TerminateBidding

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]


async def asks(publisher: CommandPublisher, actor: str, role: str, body: Any) -> None:
    await publisher.send(Command(new_command_id(), body.type, actor, role, "B-1", "B-1", body))


def control(feed: Feed) -> dict[str, Any]:
    return feed.state("bidding.control:B-1") or {}


async def test_the_second_is_told_just_what_the_first_asked_also_after_a_restart(
    stage: Stage,
) -> None:
    publisher = CommandPublisher(stage.bootstrap, BIDDING)
    await publisher.start()
    try:
        async with following(stage) as (feed, _):
            assert await pending_act(feed, "B-1") is None
            await publisher.send(schedule("B-1", opens_in_ms=3_000))
            await eventually(lambda: (feed.state("bidding:B-1") or {}).get("phase") is not None)

            def phase_is(phase: str) -> bool:
                return bool((feed.state("bidding:B-1") or {})["phase"] == phase)

            await eventually(lambda: phase_is("free_bidding"))
            stop = SuspendBidding(reason="dispute")
            await asks(publisher, "a-control", "bid_controller", stop)
            await eventually(lambda: phase_is("suspended"))
            assert await pending_act(feed, "B-1") is None
            resumes_at_ms = now_ms() + 2_500_123
            resume = ResumeBidding(resumes_at_ms=resumes_at_ms)
            await asks(publisher, "a-watch", "supervisor", resume)
            await eventually(lambda: control(feed).get("pending_act") is not None)
            told = await pending_act(feed, "B-1")
            assert told is not None
            assert told["resumes_at_ms"] == resumes_at_ms
            assert (told["act"], told["role"]) == ("resume_bidding", "supervisor")
            assert await stage.roles[0].stop() == 0
            stage.roles[0].restart()
            async with following(stage) as (other, _):
                assert any(reader.restored for reader in other._readers.values())
                assert await pending_act(other, "B-1") == told
            end = TerminateBidding(reason="the owner has died")
            await asks(publisher, "a-control", "bid_controller", end)
            await eventually(lambda: control(feed)["pending_act"]["act"] == "terminate_bidding")
            told = await pending_act(feed, "B-1")
            assert told is not None
            assert (told["reason"], told["resumes_at_ms"]) == ("the owner has died", None)
            await asks(publisher, "a-watch", "supervisor", end)
            await eventually(lambda: phase_is("closed_unsold"))
            assert await pending_act(feed, "B-1") is None
    finally:
        await publisher.close()
