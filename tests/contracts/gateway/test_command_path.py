"""A person's command, from the gateway to the log and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.authorize import PUBLIC, Subject
from gateway.command_path import CommandPath
from gateway.feed.feed import Feed
from gateway.refusals import Refusal
from infra.kafka.appender import Ack, AckUnknown
from infra.topics import BIDDING
from producers.command_publisher import CommandPublisher, new_command_id
from tests.contracts.deciders.conftest import Stage
from tests.contracts.gateway.conftest import Heard, admit, following
from tests.support.eventually import eventually
from tests.support.load import counted_commands, schedule

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]

BIDDER = Subject("a-canary-bidder", "o-canary", frozenset(), "Canary Name", "s", 1)
OTHER = Subject("a-canary-other", None, frozenset(), "Canary Other", "s", 1)
DESK = Subject("a-desk", None, frozenset(), "", "s", 1)
CONTROL = Subject("a-control", None, frozenset(), "", "s", 1)


class LosesAcks(CommandPublisher):
    """A line that loses the broker's first answers: the record stands, and nobody is told."""

    lost = 0

    async def send_raw(self, root_id: str, value: bytes) -> Ack:
        ack = await super().send_raw(root_id, value)
        if self.lost:
            self.lost -= 1
            raise AckUnknown("lost")
        return ack


@dataclass
class Door:
    path: CommandPath
    feed: Feed
    heard: Heard
    publisher: LosesAcks

    async def bid(
        self, amount_fen: int, subject: Subject = BIDDER, wait_ms: int = 3_000, **more: Any
    ) -> dict[str, Any]:
        body = {
            "command_id": new_command_id(), "bidding_id": "B-1", "amount_fen": amount_fen, **more,
        }  # fmt: skip
        return await self.path.submit(subject, "bid.place", body, wait_ms)

    async def refused(self, subject: Subject, method: str, body: Mapping[str, Any]) -> Refusal:
        with pytest.raises(Refusal) as caught:
            await self.path.submit(subject, method, dict(body), 0)
        return caught.value


@asynccontextmanager
async def opened(stage: Stage, **changes: Any) -> AsyncIterator[Door]:
    """A bidding that is open, and two people with numbers in it."""
    publisher = LosesAcks(stage.bootstrap, BIDDING)
    await publisher.start()
    try:
        async with following(stage) as (feed, heard):
            admit(feed, "a-canary-bidder", "investor", B_1="N1")
            admit(feed, "a-canary-other", "investor", B_1="N2")
            admit(feed, "a-desk", "desk_officer")
            admit(feed, "a-control", "bid_controller")
            await publisher.send(schedule("B-1", **changes))

            def is_open() -> bool:
                state = feed.state("bidding:B-1")
                return state is not None and state["phase"] == "free_bidding"

            await eventually(is_open)
            yield Door(CommandPath(feed, {BIDDING: publisher}, "test"), feed, heard, publisher)
    finally:
        await publisher.close()


async def test_a_bid_is_received_decided_and_told_on_the_private_channel_too(stage: Stage) -> None:
    async with opened(stage) as door:
        reply = await door.bid(10_000)
        outcome = reply["outcome"]
        assert reply["received_at_ms"] > 0
        assert outcome["outcome"] == "decided"
        assert outcome["standing"] == "leading"
        assert [event["type"] for event in outcome["events"]] == ["bid_accepted"]
        assert outcome["receipt"]["command_offset"] == reply["offset"]
        private = [one.data for one in door.heard.told["bidder:B-1.N1"]]
        assert private[0]["outcome"] == outcome
        assert "anary" not in str(door.heard.told) + str(reply)


async def test_without_waiting_the_reply_is_the_receipt_alone(stage: Stage) -> None:
    async with opened(stage) as door:
        reply = await door.bid(10_000, wait_ms=0)
        assert reply["outcome"] is None
        status: dict[str, Any] = {}

        async def known() -> bool:
            found = await door.path.status(BIDDER, reply["command_id"], "B-1")
            status.update(found)
            return bool(found["state"] == "decided")

        await eventually(known)
        assert status["outcome"]["receipt"]["command_offset"] == reply["offset"]


async def test_the_same_again_gets_the_first_answer(stage: Stage) -> None:
    async with opened(stage) as door:
        command_id = new_command_id()
        first = await door.bid(10_000, command_id=command_id)
        again = await door.bid(10_000, command_id=command_id)
        assert again["offset"] != first["offset"]
        assert again["outcome"]["outcome"] == "repeated"
        assert again["outcome"]["receipt"] == first["outcome"]["receipt"]
        other = await door.bid(10_100, command_id=command_id)
        assert other["outcome"]["code"] == "ID_REUSED"


async def test_a_lost_answer_ends_in_one_bid_and_its_outcome(stage: Stage) -> None:
    async with opened(stage) as door:
        door.publisher.lost = 2
        reply = await door.bid(10_000)
        assert reply["outcome"]["outcome"] == "repeated"
        assert reply["outcome"]["events"][0]["type"] == "bid_accepted"
        state = door.feed.state("bidding:B-1")
        assert state is not None
        assert state["bids_count"] == 1


async def test_five_a_second_reach_the_log_and_the_sixth_does_not(stage: Stage) -> None:
    async with opened(stage) as door:
        before = len(await counted_commands(stage.bootstrap, stage.log))
        replies = [await door.bid(10_000 + 100 * index, wait_ms=0) for index in range(5)]
        with pytest.raises(Refusal) as caught:
            await door.bid(20_000)
        assert (caught.value.code, caught.value.temporary) == ("RATE", True)
        other = await door.bid(30_000, OTHER, confirm_large=True)
        assert other["outcome"]["outcome"] == "decided"

        async def logged() -> bool:
            found = await counted_commands(stage.bootstrap, stage.log)
            ids = {reply["command_id"] for reply in replies}
            return ids <= set(found.values()) and len(found) > before

        await eventually(logged)


async def test_five_a_second_are_counted_over_all_processes(stage: Stage) -> None:
    async with opened(stage) as door, following(stage) as (feed, _):
        admit(feed, "a-canary-bidder", "investor", B_1="N1")
        other = CommandPath(feed, {BIDDING: door.publisher}, "test")
        replies = [await door.bid(10_000 + 100 * index, wait_ms=0) for index in range(5)]

        def is_told() -> bool:
            return feed.answers.of("N1", replies[-1]["command_id"]) is not None

        await eventually(is_told)
        body = {"command_id": new_command_id(), "bidding_id": "B-1", "amount_fen": 20_000}
        with pytest.raises(Refusal) as caught:
            await other.submit(BIDDER, "bid.place", body, 0)
        assert caught.value.code == "RATE"


async def test_the_log_says_too_fast_where_the_gateway_does_not(stage: Stage) -> None:
    async with opened(stage, min_gap_ms=60_000) as door:
        assert (await door.bid(10_000))["outcome"]["outcome"] == "decided"
        assert (await door.bid(10_100, OTHER))["outcome"]["outcome"] == "decided"
        assert (await door.bid(10_200))["outcome"]["code"] == "TOO_FAST"


async def test_commands_of_one_account_stand_in_the_order_in_which_they_came(stage: Stage) -> None:
    async with opened(stage) as door:
        door.publisher.lost = 1
        replies = await asyncio.gather(
            *(door.bid(10_000 + 100 * index, wait_ms=0) for index in range(5))
        )
        offsets = [reply["offset"] for reply in replies]
        assert offsets == sorted(offsets)


async def test_what_may_not_be_asked_is_refused_before_the_log(stage: Stage) -> None:
    async with opened(stage) as door:
        good = {"command_id": new_command_id(), "bidding_id": "B-1", "amount_fen": 10_000}
        table: list[tuple[Subject, str, dict[str, Any], str, int]] = [
            (PUBLIC, "bid.place", good, "NOT_SIGNED_IN", 401),
            (DESK, "bid.place", good, "NOT_PERMITTED", 403),
            (BIDDER, "bid.placed", good, "UNKNOWN_ACTION", 404),
            (BIDDER, "bid.place", {**good, "bidding_id": "B-2"}, "UNKNOWN_BIDDING", 404),
            (BIDDER, "bid.place", {**good, "bidding_id": 7}, "BAD_FIELD", 422),
            (BIDDER, "bid.place", {**good, "command_id": "short"}, "BAD_FIELD", 422),
            (BIDDER, "bidding.suspend", good, "NOT_PERMITTED", 403),
        ]
        for subject, method, body, code, status in table:
            refusal = await door.refused(subject, method, body)
            assert (refusal.code, refusal.status) == (code, status)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"amount_fen": "10000"}, "BAD_FIELD", "amount_fen"),
        ({"amount_fen": 10_000.0}, "BAD_FIELD", "amount_fen"),
        ({"amount_fen": True}, "BAD_FIELD", "amount_fen"),
        ({"wait_ms": -1}, "BAD_FIELD", "wait_ms"),
        ({"number": "N2"}, "UNKNOWN_FIELD", "number"),
        ({"actor": "N2"}, "UNKNOWN_FIELD", "actor"),
    ],
)
async def test_a_body_is_read_strictly(
    stage: Stage, changes: dict[str, Any], code: str, field: str
) -> None:
    async with opened(stage) as door:
        good = {"command_id": new_command_id(), "bidding_id": "B-1", "amount_fen": 10_000}
        refusal = await door.refused(BIDDER, "bid.place", {**good, **changes})
        assert (refusal.code, refusal.params["field"]) == (code, field)


async def test_who_lost_his_sign_in_or_was_shut_out_gets_nowhere(stage: Stage) -> None:
    async with opened(stage) as door:
        body = {"command_id": new_command_id(), "bidding_id": "B-1", "amount_fen": 10_000}
        admit(door.feed, "a-canary-bidder", B_1="N1")
        assert (await door.refused(BIDDER, "bid.place", body)).code == "NOT_PERMITTED"
        unknown = Subject("a-nobody", None, frozenset({"investor"}), "", "s", 1)
        assert (await door.refused(unknown, "bid.place", body)).code == "NOT_PERMITTED"


async def test_status_answers_its_actor_and_to_others_it_was_never_seen(stage: Stage) -> None:
    async with opened(stage) as door:
        reply = await door.bid(10_000)
        mine = await door.path.status(BIDDER, reply["command_id"], "B-1")
        assert mine["state"] == "decided"
        assert mine["outcome"]["receipt"] == reply["outcome"]["receipt"]
        seen: list[str] = []

        async def sure() -> bool:
            found = await door.path.status(OTHER, reply["command_id"], "B-1")
            assert found["outcome"] is None
            seen.append(found["state"])
            return seen[-1] == "not_seen"

        await eventually(sure, 30)
        assert seen[0] == "checking"


async def test_an_old_command_is_found_though_the_feed_has_forgotten_it(stage: Stage) -> None:
    async with opened(stage) as door:
        command_id = new_command_id()
        first = await door.bid(10_000, command_id=command_id)
        door.feed.answers._recent.clear()
        door.feed.answers._asked.clear()
        again = await door.bid(10_000, command_id=command_id)
        assert again["outcome"]["receipt"] == first["outcome"]["receipt"]
        door.feed.answers._asked.clear()
        door.feed.answers._recent.clear()

        async def found() -> bool:
            return bool((await door.path.status(BIDDER, command_id, "B-1"))["outcome"] is not None)

        await eventually(found)


async def test_staff_acts_under_its_own_id_and_a_bidder_under_his_number(stage: Stage) -> None:
    async with opened(stage) as door:
        await door.bid(10_000)
        body = {"command_id": new_command_id(), "bidding_id": "B-1", "reason": "a look"}
        reply = await door.path.submit(CONTROL, "bidding.suspend", body, 3_000)
        assert reply["outcome"]["outcome"] == "decided"
        answer = door.feed.answers.at(BIDDING, reply["partition"], reply["offset"])
        assert answer is not None
        assert answer.decision.command.actor == "a-control"
        assert answer.decision.command.acting_role == "bid_controller"
        actors = {one.decision.command.actor for one in door.feed.answers._recent.values()}
        assert {"N1", "a-control"} <= actors
        assert "a-canary-bidder" not in actors


async def test_terms_below_the_floors_or_not_for_here_never_reach_the_log(stage: Stage) -> None:
    terms: dict[str, Any] = {
        "lot": "a lot", "mode": "dynamic", "start_price_fen": 10_000, "free_ms": 1_000,
        "increments": [{"from_fen": 0, "increment_fen": 100}], "opens_at_ms": 1_900_000_000_000,
    }  # fmt: skip
    body: dict[str, Any] = {
        "command_id": new_command_id(), "bidding_id": "B-2", "terms": terms,
        "eligible": [{"number": "N1"}, {"number": "N2"}],
    }  # fmt: skip
    async with opened(stage) as door:
        official = CommandPath(door.feed, {BIDDING: door.publisher})
        for path, profile, code, status in (
            (official, "standard", "BELOW_FLOOR", 422),
            (door.path, "standard", "BELOW_FLOOR", 422),
            (official, "demo", "PROFILE_NOT_ALLOWED", 403),
        ):
            asked = {**body, "terms": {**terms, "profile": profile}}
            with pytest.raises(Refusal) as refused:
                await path.submit(DESK, "bidding.schedule", asked, 0)
            assert (refused.value.code, refused.value.status) == (code, status)
        told = await official.submit(
            DESK, "bidding.schedule", {**body, "terms": {**terms, "free_ms": 3_600_000}}, 3_000
        )
        assert told["outcome"]["outcome"] == "decided"
