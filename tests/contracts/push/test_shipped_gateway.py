"""The gateway as it is shipped, on a real log: the public client follows, bids, and comes back."""

from __future__ import annotations

import asyncio
import socket
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from centrifuge import CentrifugeError

from gateway.membership_log import MembershipLog
from gateway.sign_out_log import SignOutLog
from infra.clock import now_ms
from infra.codec import Command
from infra.identity.subject import PUBLIC, Subject
from infra.identity.tokens import open_tokens
from infra.topics import BIDDING, TRADING
from producers.command_publisher import CommandPublisher, new_command_id
from tests.contracts.deciders.conftest import Stage
from tests.support.eventually import eventually
from tests.support.load import schedule
from tests.support.public_client import Heard, Life, public_client
from tests.support.roles import Role
from trading.membership.commands import AssignNumber, GrantRole, Parties, RevokeSessions

pytestmark = pytest.mark.timeout(120)

BIDDING_ID = "b-shipped"
PARTIES = Parties(sellers=("o-seller",))
ANN = "a-" + "a" * 16
BOB = "a-" + "b" * 16


@dataclass
class Shipped:
    """The role, and how to talk to it."""

    role: Role
    port: int
    data: Path

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/connection/websocket"

    def token(self, account_id: str | None, sign_in_id: str = "s-1") -> str:
        who = PUBLIC
        if account_id is not None:
            who = Subject(account_id, None, frozenset(), "", sign_in_id, now_ms())
        return open_tokens(self.data, now_ms()).issue_push(who, now_ms()).token

    def client(
        self, account_id: str | None, life: Life | None = None, sign_in_id: str = "s-1"
    ) -> Any:
        async def get_token() -> str:
            return self.token(account_id, sign_in_id)

        first = self.token(account_id, sign_in_id)
        return public_client(self.url, first, life, get_token=get_token)

    async def serves(self) -> None:
        def asked() -> bool:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz") as answer:
                    return bool(answer.status == 200)
            except (urllib.error.URLError, ConnectionError):
                return False

        await eventually(lambda: asyncio.to_thread(asked), seconds_max=40)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def invite(stage: Stage) -> None:
    """Two investors with numbers, in a bidding that is open."""
    opening, desk = (CommandPublisher(stage.bootstrap, family) for family in (BIDDING, TRADING))
    await opening.start()
    await desk.start()
    await opening.send(schedule(BIDDING_ID))
    people = {ANN: "N1", BOB: "N2"}
    granted = [(one, GrantRole(role="investor", reason="a test")) for one in people]
    async with MembershipLog(stage.bootstrap) as log:
        await log.ask_all(granted)
        for account_id, number in people.items():
            body = AssignNumber(bidding_id=BIDDING_ID, number=number, parties=PARTIES)
            about = (new_command_id(), body.type, "a-desk", "desk_officer", account_id, account_id)
            await desk.send(Command(*about, body))
        await log.ask_all(granted)  # answered behind the numbers
    await opening.close()
    await desk.close()


@asynccontextmanager
async def shipped(stage: Stage) -> AsyncIterator[Shipped]:
    stage.decider("decider-trading", "--family", "trading")
    await invite(stage)
    port, data = free_port(), stage.folder / "push"
    role = stage._start("gateway", "push", data, "--port", str(port))
    made = Shipped(role, port, data)
    await made.serves()
    yield made


def bid(amount_fen: int, wait_ms: int = 3_000) -> dict[str, Any]:
    return {
        "command_id": new_command_id(), "bidding_id": BIDDING_ID, "amount_fen": amount_fen,
        "wait_ms": wait_ms,
    }  # fmt: skip


async def test_a_bid_is_answered_seen_by_all_and_survives_the_gateway(stage: Stage) -> None:
    async with shipped(stage) as gateway:
        room, own = Heard(), Heard()
        watcher, ann = gateway.client(None), gateway.client(ANN)
        await watcher.connect()
        await watcher.new_subscription(f"bidding.public:{BIDDING_ID}", room).subscribe()
        await ann.connect()
        await ann.new_subscription(f"bidder:{BIDDING_ID}.N1", own).subscribe()
        await eventually(lambda: bool(room.subscribed and own.subscribed))
        await eventually(
            lambda: any(data.get("phase") == "free_bidding" for _, data in room.publications)
        )

        reply = (await ann.rpc("bid.place", bid(10_000))).data
        assert reply["outcome"]["outcome"] == "decided"
        assert reply["outcome"]["standing"] == "leading"
        await eventually(lambda: prices(room)[-1:] == [10_000])
        await eventually(lambda: any(offset for offset, _ in own.publications))
        asked = {"command_id": reply["command_id"], "root": BIDDING_ID}
        assert (await ann.rpc("command.status", asked)).data["state"] == "decided"

        await gateway.role.kill9()
        gateway.role.restart()
        await gateway.serves()
        bob = gateway.client(BOB)
        await bob.connect()
        assert (await bob.rpc("bid.place", bid(10_100))).data["outcome"]["outcome"] == "decided"
        await eventually(lambda: prices(room) == [10_000, 10_100])
        assert room.subscribed[1].recovered
        await eventually(lambda: any(data.get("kind") == "outbid" for _, data in own.publications))
        for client in (watcher, ann, bob):
            await client.disconnect()


def prices(room: Heard) -> list[int]:
    """The prices of the publications that have an offset, in order."""
    return [
        data["state"]["price_fen"]
        for offset, data in room.publications
        if offset and data["state"]["price_fen"]
    ]


async def test_what_is_anothers_stays_his_and_a_revocation_closes_at_once(stage: Stage) -> None:
    async with shipped(stage) as gateway:
        life, others = Life(), Heard()
        ann = gateway.client(ANN, life)
        await ann.connect()
        await ann.new_subscription(f"bidder:{BIDDING_ID}.N2", others).subscribe()
        await eventually(lambda: len(others.unsubscribed) == 1)
        assert others.unsubscribed[0].code == 103
        with pytest.raises(CentrifugeError) as refused:
            await ann.rpc(
                "bidding.suspend", {"command_id": new_command_id(), "bidding_id": BIDDING_ID}
            )
        assert refused.value.code == 103
        with pytest.raises(CentrifugeError) as silent:
            await ann.presence(f"bidding:{BIDDING_ID}")
        assert silent.value.code == 108

        async with MembershipLog(stage.bootstrap) as log:
            await log.ask(ANN, RevokeSessions(reason="a test"))
        await eventually(lambda: len(life.disconnected) == 1, seconds_max=5)
        assert life.disconnected[0].code == 3500


async def test_a_sign_out_closes_that_sign_in_and_no_other_and_its_token_is_of_no_use(
    stage: Stage,
) -> None:
    async with shipped(stage) as gateway:
        lives = {name: Life() for name in ("s-here", "s-there")}
        clients = [gateway.client(ANN, life, name) for name, life in lives.items()]
        for client in clients:
            await client.connect()
        await eventually(lambda: all(life.connected for life in lives.values()))
        told = SignOutLog(stage.bootstrap, stage.log.partitions)
        await told.tell("s-here", now_ms())
        await told.close()
        await eventually(lambda: bool(lives["s-here"].disconnected), seconds_max=5)
        assert lives["s-here"].disconnected[0].code == 3500
        await gateway.role.kill9()  # another process knows it too
        gateway.role.restart()
        await gateway.serves()
        again = Life()
        await gateway.client(ANN, again, "s-here").connect()
        await eventually(lambda: bool(again.disconnected))
        assert again.disconnected[0].code == 3500
        await eventually(lambda: len(lives["s-there"].connected) == 2)
        assert not lives["s-there"].disconnected
        await clients[1].disconnect()


async def test_a_clean_stop_sends_everybody_away_to_come_back(stage: Stage) -> None:
    async with shipped(stage) as gateway:
        life = Life()
        watcher = gateway.client(None, life)
        await watcher.connect()
        assert await gateway.role.stop() == 0
        await eventually(lambda: [each.code for each in life.connecting][1:2] == [3001])
        await watcher.disconnect()
