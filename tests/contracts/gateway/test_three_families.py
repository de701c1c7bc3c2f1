"""Accounts, a session and a bidding together, through the command path and back by the feed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from gateway.authorize import Subject
from gateway.command_path import CommandPath
from gateway.feed.feed import Feed
from gateway.refusals import Refusal
from infra.clock import now_ms
from infra.codec import Command
from infra.topics import FAMILIES, ROADSHOW, TRADING, Family
from producers.command_publisher import CommandPublisher, new_command_id
from tests.contracts.deciders.conftest import Stage
from tests.contracts.gateway.conftest import Heard, following
from tests.support.eventually import eventually
from tests.support.shows import REHEARSAL, attest, item, offer, plan
from trading.calendar import DAY_MS
from trading.membership.commands import GrantRole

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]

SESSION = "s-live"
PEOPLE = {
    "a-desk": "desk_officer", "a-admin": "admin", "a-host": "host", "a-stage": "stage_controller",
    "a-control": "bid_controller", "a-super": "supervisor", "a-ann": "investor",
    "a-ben": "investor",
}  # fmt: skip


@dataclass
class House:
    path: CommandPath
    feed: Feed
    heard: Heard
    publishers: Mapping[Family, CommandPublisher]
    changed: list[str] = field(default_factory=list)

    async def ask(self, account_id: str, method: str, root: str, **body: Any) -> dict[str, Any]:
        """Ask as an account, and wait for the outcome."""
        subject = Subject(account_id, None, frozenset(), "", "s", now_ms() + 1_000_000)
        name = {"account": "account_id", "bid": "bidding_id", "bidding": "bidding_id"}
        root_field = name.get(method.split(".", maxsplit=1)[0], "session_id")
        told = {"command_id": new_command_id(), root_field: root, **msgspec.to_builtins(body)}

        async def may() -> bool:
            try:
                reply.update(await self.path.submit(subject, method, told, 3_000))
            except Refusal as refusal:
                if not refusal.temporary:
                    raise
                return False
            return True

        reply: dict[str, Any] = {}
        await eventually(may)
        outcome: dict[str, Any] = reply["outcome"]
        return outcome

    async def do(self, account_id: str, method: str, root: str = SESSION, **body: Any) -> Any:
        """Ask what must not be refused."""
        outcome = await self.ask(account_id, method, root, **body)
        assert outcome["outcome"] == "decided", (method, outcome)
        return outcome

    async def grant(self, account_id: str, role: str) -> None:
        """Give a role as the machine's operator."""
        body = GrantRole(role=role, reason="a test")
        command = Command(
            new_command_id(), body.type, "operator", "operator", account_id, account_id, body
        )
        await self.publishers[TRADING].send(command)


@asynccontextmanager
async def house(stage: Stage) -> AsyncIterator[House]:
    """Deciders of all families, and people with their roles."""
    for family in (TRADING, ROADSHOW):
        stage.decider(f"decider-{family.name}", "--family", family.name)
        stage._start(
            "producers", "chronograph", stage.folder / f"clock-{family.name}",
            "--slot", f"clock-{family.name}", "--family", family.name,
        )  # fmt: skip
    publishers = {family: CommandPublisher(stage.bootstrap, family) for family in FAMILIES}
    for publisher in publishers.values():
        await publisher.start()
    try:
        async with following(stage) as (feed, heard):
            made = House(CommandPath(feed, publishers, "test"), feed, heard, publishers)
            feed._on_account = made.changed.append
            for account_id, role in PEOPLE.items():
                await made.grant(account_id, role)
            await eventually(lambda: all(feed.roles_of(one) for one in PEOPLE), 30)
            yield made
    finally:
        for publisher in publishers.values():
            await publisher.close()


async def _until_live(home: House) -> None:
    starts_at_ms = now_ms() + 4_000
    days = tuple(starts_at_ms + day * DAY_MS for day in range(-5, 20))
    planned = plan(
        starts_at_ms=starts_at_ms, working_days_ms=days, profile="test", access="public",
        notice_wd=0, notice_bidding_wd=0, hosts=("a-host",), stall_threshold_ms=60_000,
    )  # fmt: skip
    await home.do("a-desk", "session.plan", plan=planned)
    assert home.feed.state(f"roadshow:{SESSION}") is None
    await home.do("a-desk", "agenda.add", item=item("i1", offer=offer(public_delay_ms=0)))
    await home.do("a-desk", "session.publish")
    await home.do("a-stage", "session.rehearse", **msgspec.to_builtins(REHEARSAL))
    for guest in ("a-ann", "a-ben"):
        await home.do(guest, "session.register")
        checked_in = await home.do(guest, "session.check_in")
        assert checked_in["events"][0]["code"] == home.feed.attendee_of(guest, SESSION)
    await home.do("a-host", "session.go_live")


async def test_a_session_is_run_through_the_command_path(stage: Stage) -> None:
    async with house(stage) as home:
        await _until_live(home)
        await home.do("a-host", "item.on_deck", item_id="i1")
        await home.do("a-host", "item.pitch", item_id="i1")
        asked = await home.do("a-ann", "question.ask", item_id="i1", text="how deep does it go")
        question_id = asked["events"][0]["question_id"]
        await home.do("a-stage", "question.queue", question_id=question_id)
        await home.do("a-ben", "question.upvote", question_id=question_id)
        again = await home.ask("a-ben", "question.upvote", SESSION, question_id=question_id)
        assert again["outcome"] == "refused"
        await home.do("a-ben", "interest.register", item_id="i1", kind="buy")
        state = home.feed.state(f"roadshow:{SESSION}")
        assert state is not None
        assert state["active_item_id"] == "i1"
        (question,) = state["questions"]
        assert (question["text"], question["upvotes"]) == ("how deep does it go", 1)
        assert question["asker"] == home.feed.attendee_of("a-ann", SESSION)
        told = str(home.heard.told[f"roadshow:{SESSION}"]) + str(state)
        assert not [account for account in PEOPLE if f"'{account}'" in told]
        seqs = [one["public_seq"] for one in home.heard.critical(f"roadshow:{SESSION}")]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
        async with following(stage) as (other, _):
            assert other.state(f"roadshow:{SESSION}") == home.feed.state(f"roadshow:{SESSION}")
            assert other.state(f"roadshow.staff:{SESSION}") == home.feed.state(
                f"roadshow.staff:{SESSION}"
            )


async def test_a_number_leads_from_an_account_to_a_bid(stage: Stage) -> None:
    async with house(stage) as home:
        await _until_live(home)
        bidding_id = f"{SESSION}.i1.1"
        parties = {"sellers": ["o-university"]}
        for account_id, number in (("a-ann", "101"), ("a-ben", "102")):
            await home.do(
                "a-desk", "account.assign_number", account_id,
                bidding_id=bidding_id, number=number, parties=parties,
            )  # fmt: skip
        assert home.feed.numbers_of("a-ann") == {bidding_id: "101"}
        assert home.feed.account_of(bidding_id, "102") == "a-ben"
        for method in ("on_deck", "pitch", "qa", "call_interest", "call_bidding"):
            await home.do("a-host", f"item.{method}", item_id="i1")
        await home.do("a-desk", "item.attest", **msgspec.to_builtins(attest()))
        await home.do("a-super", "item.confirm_supervision", item_id="i1")
        await home.do("a-control", "item.open_bidding", item_id="i1")
        state = home.feed.state(f"roadshow:{SESSION}")
        assert state is not None
        assert state["items"][0]["bidding_id"] == bidding_id
        assert "o-university" in home.feed.seller_of(bidding_id)
        refused = await home.ask("a-ann", "bid.place", bidding_id, amount_fen=200_000_000)
        assert refused["code"] == "UNKNOWN_BIDDING"  # handover is not running here


async def test_a_role_that_is_lost_counts_at_the_next_command(stage: Stage) -> None:
    async with house(stage) as home:
        await _until_live(home)
        await home.do("a-admin", "account.revoke_role", "a-host", role="host", reason="ill")
        await eventually(lambda: "a-host" in home.changed)
        assert home.feed.revoked_before_ms("a-host") > 0
        with pytest.raises(Refusal) as caught:
            await home.ask("a-host", "item.on_deck", SESSION, item_id="i1")
        assert caught.value.code == "NOT_PERMITTED"
        await home.do("a-admin", "account.ban", "a-ann", reason="a test")
        assert home.feed.is_banned("a-ann")
        with pytest.raises(Refusal) as banned:
            await home.ask("a-ann", "interest.register", SESSION, item_id="i1", kind="buy")
        assert banned.value.code == "BANNED"
