"""The unmodified public client of browsers (centrifuge-js) against our gateway, in Node."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.push.limits import Limits
from gateway.push.ports import Fault
from tests.support.eventually import eventually
from tests.support.push import EPOCH, ORIGIN, PushHouse, push_house

HERE = Path(__file__).parent / "js"
ROOM = "bidding:b1"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None, reason="no Node here"
)


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with exactly the packages of the lock file."""
    folder = tmp_path_factory.mktemp("centrifuge-js")
    for name in ("package.json", "package-lock.json", "client.mjs"):
        shutil.copy(HERE / name, folder / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=100, check=False
    )
    if done.returncode and ("ENOTFOUND" in done.stderr or "EAI_AGAIN" in done.stderr):
        pytest.skip("no registry of packages can be reached")
    assert done.returncode == 0, done.stderr
    return folder


class JavaScript:
    """The client's process: what it is told, and what it has heard."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.heard: list[dict[str, Any]] = []

    def do(self, step: str, **more: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"step": step, **more}).encode() + b"\n")

    def of(self, what: str) -> list[dict[str, Any]]:
        return [each for each in self.heard if each["what"] == what]

    async def one(self, what: str, count: int = 1) -> dict[str, Any]:
        """Wait for the `count`-th of a kind."""
        await eventually(lambda: len(self.of(what)) >= count)
        return self.of(what)[count - 1]

    async def listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.heard.append(json.loads(line))


@asynccontextmanager
async def javascript(house: PushHouse, modules: Path) -> AsyncIterator[JavaScript]:
    process = await asyncio.create_subprocess_exec(
        "node", "client.mjs", house.url, ORIGIN, cwd=modules,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    client = JavaScript(process)
    listening = asyncio.create_task(client.listen())
    try:
        yield client
    finally:
        client.do("end")
        await process.wait()
        await listening


def cut(house: PushHouse) -> None:
    for socket in list(house.gateway.sockets):
        socket.leave()  # type: ignore[attr-defined]
        socket.transport.abort()  # type: ignore[attr-defined]


async def test_it_connects_follows_recovers_and_asks(modules: Path) -> None:
    async with push_house() as house, javascript(house, modules) as client:
        house.say(ROOM, 1)
        client.do("connect", tokens=["ann"])
        client.do("subscribe", channel=ROOM)
        first = await client.one("subscribed")
        assert first["data"]["state"] == {"values": [1]}
        assert (await client.one("connected"))["data"]["server_time_ms"] == house.rooms.now_ms
        house.conflate(ROOM, "clock", 1)
        house.say(ROOM, 2)
        await client.one("publication", 2)
        cut(house)
        await client.one("connecting", 2)
        house.say(ROOM, 3)
        again = await client.one("subscribed", 2)
        assert (again["wasRecovering"], again["recovered"]) == (True, True)
        assert again["data"]["state"] is None
        await client.one("publication", 3)
        found = [each.get("offset") for each in client.of("publication")]
        assert [offset for offset in found if offset] == [2, 3]
        client.do("rpc", method="echo", data={"amount_fen": 5})
        assert (await client.one("answer"))["data"] == {"said": {"amount_fen": 5}}
        client.do("rpc", method="refuse", data={})
        assert (await client.one("refused"))["code"] == 111


async def test_what_cannot_be_recovered_comes_as_a_state(modules: Path) -> None:
    async with push_house() as house, javascript(house, modules) as client:
        house.say(ROOM, 1)
        client.do("connect", tokens=["ann"])
        client.do("subscribe", channel=ROOM)
        await client.one("subscribed")
        house.rooms.forgotten[ROOM] = 3
        cut(house)
        house.say(ROOM, 2)
        house.say(ROOM, 3)
        again = await client.one("subscribed", 2)
        assert (again["wasRecovering"], again["recovered"]) == (True, False)
        assert again["data"]["state"] == {"values": [1, 2, 3]}
        assert client.of("publication") == []


async def test_an_expired_token_is_replaced_and_a_forged_one_is_the_end(modules: Path) -> None:
    async with push_house() as house, javascript(house, modules) as client:
        client.do("connect", tokens=["expired", "ann"])
        await client.one("connected")
        client.do("subscribe", channel="roadshow:s1")
        await client.one("subscribed")
        client.do("presenceStats", channel="roadshow:s1")
        assert (await client.one("stats"))["numClients"] == 1
        client.do("connect", tokens=["forged"])
        assert (await client.one("disconnected"))["code"] == 3500


@pytest.mark.parametrize("brought", ["expired", "bob"])
async def test_a_refresh_with_an_old_token_or_anothers_does_not_end_it(
    modules: Path, brought: str
) -> None:
    house = PushHouse(Limits(expiry_grace_ms=3_000))
    house.access.lives_ms = 1_000
    async with push_house(house=house), javascript(house, modules) as client:
        client.do("connect", tokens=["ann", brought, "bob"])
        await client.one("connected")
        house.access.lives_ms = 300_000
        assert (await client.one("connecting", 2))["code"] == 3005
        await client.one("connected", 2)
        assert client.of("disconnected") == []


async def test_a_shutdown_lets_it_come_back_and_a_ban_does_not(modules: Path) -> None:
    async with push_house() as house, javascript(house, modules) as client:
        client.do("connect", tokens=["ann"])
        await client.one("connected")
        await house.gateway.drain(seconds=0)
        assert (await client.one("connecting", 2))["code"] == 3001
        await client.one("connected", 2)
        house.access.faults["ann"] = Fault.BANNED
        house.gateway.look_at_people("ann")
        assert (await client.one("disconnected"))["code"] == 3507


async def test_what_is_not_offered_is_refused_in_words_and_it_lives(modules: Path) -> None:
    wishes: dict[str, dict[str, Any]] = {
        "bidding:tags": {"tagsFilter": {"op": "", "key": "k", "cmp": "eq", "val": "v"}},
        "bidding:joins": {"joinLeave": True},
        "bidding:token": {"getToken": "another"},
        "bidding:data": {"data": {"a": 1}},
    }
    async with push_house() as house, javascript(house, modules) as client:
        client.do("connect", tokens=["ann"])
        for channel, options in wishes.items():
            client.do("subscribe", channel=channel, options=options)
        client.do("subscribe", channel=ROOM, options={"delta": "fossil"})
        client.do("send", data={"hello": 1})
        await client.one("subscribed")
        await client.one("unsubscribed", len(wishes))
        refused = {each["channel"]: each for each in client.of("unsubscribed")}
        assert set(refused) == set(wishes)
        assert {each["code"] for each in refused.values()} == {108}
        assert all("not available: " in each["reason"] for each in refused.values())
        assert (await client.one("message"))["data"]["error"]["code"] == 108
        house.say(ROOM, {"bytes": "x" * 100})
        assert (await client.one("publication"))["data"]["value"] == {"bytes": "x" * 100}
        assert len(client.of("connected")) == 1


async def test_a_client_that_speaks_protobuf_hears_why_and_does_not_come_again(
    modules: Path,
) -> None:
    async with push_house() as house, javascript(house, modules) as client:
        client.do("connect", tokens=["ann"], protocol="protobuf")
        ended = await client.one("disconnected")
        assert ended["code"] == 3501
        assert "JSON" in ended["reason"]
        assert len(client.of("connecting")) == 1


async def test_a_hundred_long_names_and_a_long_command_in_one_batch_are_served(
    modules: Path,
) -> None:
    names = [f"bidding:{number:0>150}" for number in range(100)]
    async with push_house() as house, javascript(house, modules) as client:
        client.do("connect", tokens=["ann"])
        await client.one("connected")
        client.do("batch", channels=names, bytes=21_000)
        assert len((await client.one("answer"))["data"]["said"]) == 21_000
        await client.one("subscribed", 100)
        client.do("rpc", method="echo", data="x" * 70_000)
        assert (await client.one("refused"))["code"] == 106
        assert client.of("connecting")[1:] == client.of("disconnected") == []


async def test_a_position_ahead_of_us_is_answered_in_words_and_tried_again(modules: Path) -> None:
    async with push_house() as house, javascript(house, modules) as client:
        ahead = {"since": {"offset": 3, "epoch": EPOCH}}
        house.say(ROOM, 1)
        client.do("connect", tokens=["ann"])
        client.do("subscribe", channel=ROOM, options=ahead)
        waiting = await client.one("wait")
        assert waiting["code"] == 100
        assert "ahead" in waiting["message"]
        house.say(ROOM, 2)
        house.say(ROOM, 3)
        assert (await client.one("subscribed"))["recovered"]
