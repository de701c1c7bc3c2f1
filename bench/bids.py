"""From a bid over a socket to every screen: the whole of it, embedded, on this machine.

Broker, deciders, time and the push gateway as they are shipped, one process each; bidders send
`bid.place` over their own sockets at a steady rate, and watchers follow the public room. A delay is
from the sending of a bid to the reading of its publication on a watcher's socket.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect

from bench.fanout import Program, watchers_of
from bench.fanout_sides import ORIGIN
from bench.load import open_biddings
from bench.lots import BIDDERS, command_id
from bench.measure import percentile, say
from bench.stack import chronograph, deciders, log_of, role
from gateway.membership_log import MembershipLog
from infra.clock import now_ms
from infra.codec import Command
from infra.identity.subject import PUBLIC, Subject
from infra.identity.tokens import Tokens, open_tokens
from infra.topics import TRADING
from producers.command_publisher import CommandPublisher, new_command_id
from trading.membership.commands import AssignNumber, GrantRole, Parties

PARTITION: Final = 0
RATE: Final = 100
SECONDS: Final = 8
WATCHERS: Final = 1_000
STEP_FEN: Final = 100
NUMBERS_FROM: Final = 10**15
PARTIES: Final = Parties(sellers=("o-seller",))


def _account(number: str) -> str:
    return f"a-{int(number):016x}"


async def _people(bootstrap: str, bidding_id: str) -> None:
    """Give every number of the bidding to an investor."""
    async with MembershipLog(bootstrap) as log:
        granted = [
            (_account(number), GrantRole(role="investor", reason="bench")) for number in BIDDERS
        ]
        await log.ask_all(granted)
        desk = CommandPublisher(bootstrap, TRADING)
        await desk.start()
        for number in BIDDERS:
            body = AssignNumber(bidding_id=bidding_id, number=number, parties=PARTIES)
            account_id = _account(number)
            await desk.send(
                Command(
                    new_command_id(),
                    body.type,
                    "a-desk",
                    "desk_officer",
                    account_id,
                    account_id,
                    body,
                )
            )
        await desk.close()
        await log.ask_all(granted)  # answered behind the numbers: those are decided


async def _sit_down(stack: AsyncExitStack, url: str, tokens: Tokens) -> list[ClientConnection]:
    sockets = []
    for number in BIDDERS:
        roles = frozenset({"investor"})
        who = Subject(_account(number), None, roles, "", f"s-{number}", now_ms())
        client = connect(url, origin=ORIGIN, ping_interval=None, proxy=None)  # type: ignore[arg-type]
        socket = await stack.enter_async_context(client)
        token = tokens.issue_push(who, now_ms()).token
        await socket.send(json.dumps({"id": 1, "connect": {"token": token}}))
        sockets.append(socket)
    return sockets


async def _listen(socket: ClientConnection, refused: list[Any]) -> None:
    async for frame in socket:
        for line in str(frame).split("\n"):
            if line == "{}":
                await socket.send("{}")
            elif '"error"' in line:
                refused.append(json.loads(line))


async def _bid(sockets: list[ClientConnection], bidding_id: str, count: int) -> dict[int, int]:
    """Send bids at a steady rate; returns when each amount was sent."""
    sent: dict[int, int] = {}
    start = time.perf_counter()
    for index in range(count):
        await asyncio.sleep(max(0.0, start + index / RATE - time.perf_counter()))
        amount = STEP_FEN * (index + 1)
        body = {
            "command_id": command_id(NUMBERS_FROM + index), "bidding_id": bidding_id,
            "amount_fen": amount,
        }  # fmt: skip
        call = {"id": index + 2, "rpc": {"method": "bid.place", "data": body}}
        sent[amount] = time.monotonic_ns()
        await sockets[index % len(sockets)].send(json.dumps(call))
    return sent


@asynccontextmanager
async def _house() -> AsyncIterator[tuple[str, str, Path]]:
    """All roles, an open bidding and its people: (url, bidding, data)."""
    async with log_of() as (bootstrap, folder, _):
        with ExitStack() as stack:
            for family in ("bidding", "trading"):
                about = (*deciders(bootstrap, folder, f"decider-{family}"), "--family", family)
                stack.enter_context(role(folder, f"decider-{family}", *about))
            stack.enter_context(role(folder, "clock", *chronograph(bootstrap), "--all"))
            bidding_id = (await open_biddings(bootstrap, (PARTITION,), 1))[0]
            await _people(bootstrap, bidding_id)
            arguments = ("--bootstrap", bootstrap, "--data", str(folder), "--port", "0")
            push = stack.enter_context(
                role(folder, "push", "gateway", "push", *arguments, "--stdin-guard")
            )
            host = (await push.said(r"listening (\S+)"))[0]
            yield f"ws://{host}/connection/websocket", bidding_id, folder


async def measure(watchers: int, seconds: int) -> None:
    """One run."""
    async with _house() as (url, bidding_id, folder), AsyncExitStack() as stack:
        tokens = open_tokens(folder, now_ms())
        port = url.rpartition(":")[2].partition("/")[0]
        public = tokens.issue_push(PUBLIC, now_ms()).token
        about = (f"bidding.public:{bidding_id}", public, "price_fen")
        crowd = Program(watchers_of(port, *about))
        stack.callback(crowd.end)
        joined = await asyncio.to_thread(crowd.ask, "join", count=watchers)
        assert joined["in"] == watchers, joined
        sockets = await _sit_down(stack, url, tokens)
        refused: list[Any] = []
        listening = [asyncio.create_task(_listen(socket, refused)) for socket in sockets]
        count = RATE * seconds
        waiting = asyncio.create_task(
            asyncio.to_thread(crowd.ask, "wait", count=count * watchers, seconds_max=seconds + 5)
        )
        sent = await _bid(sockets, bidding_id, count)
        heard = await waiting
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        delays = [(at - sent[amount]) / 1e6 for amount, at in heard["seen"] if amount in sent]
        say(
            f"bid to {watchers} screens at {RATE}/s",
            p50_ms=round(percentile(delays, 0.5), 1),
            p99_ms=round(percentile(delays, 0.99), 1),
            bids=count,
            not_taken=len(refused),
            accepted_share=round(heard["received"] / (count * watchers), 3),
        )


def main(watchers: int = WATCHERS, seconds: int = SECONDS) -> None:
    """Print one line."""
    asyncio.run(measure(watchers, seconds))


if __name__ == "__main__":
    main()
