"""From a bid over a socket to every screen: the whole of it, embedded, on this machine.

Broker, deciders, time and the push gateway as they are shipped, one process each; bidders send
`bid.place` over their own sockets at a steady rate, and watchers follow the public room.

* A delay is from the sending of a bid to the reading of its publication on a watcher's socket;
  beside it those to the reply (the command is on the log) and to the outcome on the bidder's own
  channel, which show where the time goes.
* Every publication is counted at every watcher and bidder; a gap, a lost socket, or one less than
  there were accepted bids is said.
* Watchers read raw frames, of most of them only now and then (bench/fanout_watchers.py): screens
  stand elsewhere. CPU shares are of one core, while bids are sent.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.bidders import Bidders
from bench.fanout import Program, watchers_of
from bench.load import open_biddings
from bench.lots import BIDDERS, numbers
from bench.measure import percentile, say
from bench.stack import Role, chronograph, deciders, log_of, role
from gateway.membership_log import MembershipLog
from infra.clock import now_ms
from infra.codec import Command
from infra.identity.subject import PUBLIC, Subject
from infra.identity.tokens import Tokens, open_tokens
from infra.topics import TRADING
from producers.command_publisher import CommandPublisher, new_command_id
from trading.membership.commands import AssignNumber, GrantRole, Parties
from trading.values import BidderNumber

PARTITION: Final = 0
RATE: Final = 100
SECONDS: Final = 8
WATCHERS: Final = 1_000
FULL_WATCHERS: Final = 5_000
FULL_BIDDERS: Final = 200
FULL_SECONDS: Final = 20
IDLE_SECONDS: Final = 2.0
JOIN_SECONDS_MAX: Final = 180.0
PARTIES: Final = Parties(sellers=("o-seller",))


def _account(number: str) -> str:
    return f"a-{int(number):016x}"


async def _people(bootstrap: str, bidding_id: str, bidders: tuple[BidderNumber, ...]) -> None:
    """Give every number of the bidding to an investor."""
    async with MembershipLog(bootstrap) as log:
        granted = [
            (_account(number), GrantRole(role="investor", reason="bench")) for number in bidders
        ]
        await log.ask_all(granted)
        desk = CommandPublisher(bootstrap, TRADING)
        await desk.start()
        for number in bidders:
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


def token_of(tokens: Tokens, number: str) -> str:
    """Return a bidder's push token."""
    who = Subject(_account(number), None, frozenset({"investor"}), "", f"s-{number}", now_ms())
    return tokens.issue_push(who, now_ms()).token


@dataclass(frozen=True, slots=True)
class House:
    """All roles, an open bidding and its people."""

    port: int
    bidding_id: str
    tokens: Tokens
    roles: dict[str, Role]

    def cpu_s(self) -> dict[str, float]:
        """CPU seconds of each role so far."""
        return {name: each.cpu_s for name, each in self.roles.items()}


@asynccontextmanager
async def house_of(bidders: tuple[BidderNumber, ...]) -> AsyncIterator[House]:
    """Start all roles, open a bidding, and give its numbers to people."""
    async with log_of() as (bootstrap, folder, broker):
        with ExitStack() as stack:
            roles = {"broker": broker}
            for family in ("bidding", "trading"):
                name = f"decider-{family}"
                about = (*deciders(bootstrap, folder, name), "--family", family)
                roles[name] = stack.enter_context(role(folder, name, *about))
            clock = role(folder, "clock", *chronograph(bootstrap), "--all")
            roles["clock"] = stack.enter_context(clock)
            bidding_id = (await open_biddings(bootstrap, (PARTITION,), 1, bidders))[0]
            await _people(bootstrap, bidding_id, bidders)
            arguments = ("--bootstrap", bootstrap, "--data", str(folder), "--port", "0")
            push = role(folder, "push", "gateway", "push", *arguments, "--stdin-guard")
            roles["push"] = stack.enter_context(push)
            host = (await roles["push"].said(r"listening (\S+)"))[0]
            tokens = open_tokens(Path(folder), now_ms())
            yield House(int(host.rpartition(":")[2]), bidding_id, tokens, roles)


async def measure(watchers: int, bidder_count: int, seconds: int) -> None:
    """One run."""
    bidders = numbers(bidder_count)
    async with house_of(bidders) as house:
        public = house.tokens.issue_push(PUBLIC, now_ms()).token
        about = (f"bidding.public:{house.bidding_id}", public, "price_fen")
        crowd = Program(watchers_of(str(house.port), *about))
        try:
            await asyncio.to_thread(_run, house, crowd, watchers, bidders, seconds)
        finally:
            crowd.end()


def _run(
    house: House, crowd: Program, watchers: int, bidders: tuple[BidderNumber, ...], seconds: int
) -> None:
    before_kib = house.roles["push"].rss_kib
    joined = crowd.ask("join", count=watchers, seconds_max=JOIN_SECONDS_MAX)
    assert joined["in"] == watchers, joined
    crowd.ask("lazy")
    time.sleep(IDLE_SECONDS)
    idle_kib = (house.roles["push"].rss_kib - before_kib) / watchers
    tokens = [token_of(house.tokens, number) for number in bidders]
    seats = Bidders(house.port, house.bidding_id, bidders, tokens)
    count = RATE * seconds
    crowd.tell("wait", count=count * watchers, seconds_max=seconds + 10)
    cpu_s, begun = house.cpu_s(), time.monotonic()
    seats.bid(count, RATE)
    took_s = time.monotonic() - begun
    shares = {name: (cpu - cpu_s[name]) / took_s for name, cpu in house.cpu_s().items()}
    seats.hear_out(count, seconds_max=10.0)
    heard = json.loads(crowd.line())
    sent, accepted = seats.sent, len(seats.outcome_ms) - seats.overtaken
    screens = [(at - sent[amount]) / 1e6 for amount, at in heard["seen"] if amount in sent]
    say(
        f"bids of {len(bidders)} to {watchers} screens at {RATE}/s",
        **_shares("screen", screens),
        **_shares("reply", seats.reply_ms),
        **_shares("outcome", seats.outcome_ms),
        bids=count,
        not_taken=len(seats.refused),
        overtaken=seats.overtaken,
        accepted=accepted,
        missing_on_screens=accepted * watchers - heard["received"],
        missing_at_bidders=accepted * len(bidders) - seats.received,
        outcomes_missing=count - len(seats.refused) - len(seats.outcome_ms),
        gaps=heard["gaps"] + seats.gaps,
        sockets_lost=heard["lost_sockets"] + seats.lost,
        idle_kib=round(idle_kib, 1),
        push_mib=round(house.roles["push"].rss_kib / 1_024, 1),
        cpu_share={name: round(share, 2) for name, share in shares.items()},
    )


def _shares(name: str, delays: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": round(percentile(delays, 0.5), 1),
        f"{name}_p99_ms": round(percentile(delays, 0.99), 1),
    }


def main(watchers: int = WATCHERS, bidders: int = len(BIDDERS), seconds: int = SECONDS) -> None:
    """Print one line."""
    asyncio.run(measure(watchers, bidders, seconds))


def full() -> None:
    """One gateway with a hall and more."""
    main(FULL_WATCHERS, FULL_BIDDERS, FULL_SECONDS)


if __name__ == "__main__":
    main()
