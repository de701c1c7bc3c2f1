"""`python -m producers crowd`: live biddings with a seeded crowd, through the real log.

Rule 1: what the crowd knows of a bidding is what the log says.
Rule 2: what was suspended is resumed by two people, a bid controller and a supervisor.
Rule 3: it ends when told to, or with `--rounds`, once every command has its answer.
"""

import argparse
import asyncio
import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from infra.clock import now_ms
from infra.codec import Command, decode_event
from infra.kafka.admin import NoBroker
from infra.kafka.appender import AckUnknown
from infra.process import EXIT_FAILED, EXIT_OK, run, stop_event
from infra.tail import Heard, Tail, open_tail
from infra.topics import BIDDING as TOPICS
from producers.command_publisher import CommandPublisher, new_command_id
from producers.dice import Dice
from producers.investors import Investor, investors_of, next_act, numbers_of
from producers.lots import LOTS, Lot, schedule
from trading.bidding.commands import (
    DeclareNoReserve,
    ResumeBidding,
    RevealReserve,
    SealReserve,
    SuspendBidding,
)
from trading.bidding.state import Bidding
from trading.dispatch import BIDDING
from trading.values import BiddingId, Fen

log = logging.getLogger("producers.crowd")

LOTS_PER_ROUND: Final = 3
BIDDERS_PER_LOT: Final = 13
FIRST_OPENS_MS: Final = 6_000
NEXT_OPENS_MS: Final = 3_000
BETWEEN_ROUNDS_SECONDS: Final = 4.0
LOOK_SECONDS: Final = 0.2
CONTROL_SECONDS: Final = 1.5
ANSWERS_SECONDS_MAX: Final = 15.0
VALID_MS: Final = 5_000
SUSPEND_AFTER_BIDS: Final = 8
HOLDER_PERCENT: Final = 15
PAUSE_MS: Final = {"free_bidding": (300, 1_100), "limited_bidding": (400, 2_000)}
OVER: Final = ("closed_sold", "closed_unsold", "cancelled")


@dataclass(slots=True)
class Floor:
    """One bidding and who bids in it. `bidding` is what the log says."""

    bidding_id: BiddingId
    lot: Lot
    investors: list[Investor]
    dice: Dice
    opens_at_ms: int
    reserve_fen: int
    salt: str
    suspends: bool
    bidding: Bidding | None = None
    bids_count: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_over(self) -> bool:
        """Whether nothing more can happen in it."""
        return self.bidding is not None and self.bidding.phase in OVER


def floors_of(seed: int, round_index: int, opens_at_ms: int, prefix: str = "demo") -> list[Floor]:
    """Return the biddings of a round: lots, numbers, what each thinks they are worth."""
    floors = []
    for index in range(LOTS_PER_ROUND):
        lot = LOTS[(round_index * LOTS_PER_ROUND + index) % len(LOTS)]
        dice = Dice(seed, round_index, index)
        numbers = numbers_of(dice, BIDDERS_PER_LOT)
        investors = investors_of(lot, numbers, dice)
        steps = dice.between(1, 5)
        floors.append(
            Floor(
                BiddingId(f"{prefix}-{round_index + 1}-{index + 1}"), lot, investors, dice,
                opens_at_ms + index * NEXT_OPENS_MS,
                (lot.start_wan + steps * lot.increment_wan) * 1_000_000,
                dice.hexadecimal(32), suspends=index == 1,
            )
        )  # fmt: skip
    return floors


class Crowd:
    """All people of the demonstration."""

    def __init__(self, bootstrap: str, seed: int, prefix: str, stop: asyncio.Event) -> None:
        """`prefix` begins the ids of its biddings; `stop` ends it."""
        self._prefix = prefix
        self._bootstrap = bootstrap
        self._seed = seed
        self._stop = stop
        self._publisher = CommandPublisher(bootstrap, TOPICS)
        self._floors: dict[str, Floor] = {}
        self._heard = asyncio.Event()
        self._newest: dict[int, int] = {}  # partition → the newest command offset of ours

    async def run(self, rounds: int | None) -> int:
        """Bid until told to stop; returns the exit code."""
        found = await self._publisher.start()
        tail, _ = await open_tail(self._bootstrap, TOPICS, found)
        listening = asyncio.create_task(self._listen(tail))
        bidding = asyncio.create_task(self._rounds(rounds))
        waiting = asyncio.create_task(self._stop.wait())
        try:
            done, _ = await asyncio.wait(
                [listening, bidding, waiting], return_when=asyncio.FIRST_COMPLETED
            )
            for task in done - {waiting}:
                task.result()
            await _cancel(bidding)
            answered = await self._all_answered(tail)
            return EXIT_OK if answered and not tail.broken else EXIT_FAILED
        finally:
            for task in (listening, bidding, waiting):
                await _cancel(task)
            await tail.close()
            await self._publisher.close()

    async def _rounds(self, rounds: int | None) -> None:
        index = 0
        while rounds is None or index < rounds:
            floors = floors_of(self._seed, index, now_ms() + FIRST_OPENS_MS, self._prefix)
            self._floors |= {floor.bidding_id: floor for floor in floors}
            async with asyncio.TaskGroup() as group:
                for floor in floors:
                    group.create_task(self._play(floor))
            for floor in floors:
                del self._floors[floor.bidding_id]
            index += 1
            await asyncio.sleep(BETWEEN_ROUNDS_SECONDS)

    async def _play(self, floor: Floor) -> None:
        """One bidding from its first command to its end."""
        numbers = tuple(investor.number for investor in floor.investors)
        holder = numbers[0] if floor.lot.special == "priority" else None
        terms = schedule(floor.lot, numbers, holder, floor.opens_at_ms)
        await self._say(floor, "desk-1", "desk_officer", terms)
        await self._say(floor, "seller-1", "seller", _reserve(floor))
        staff = asyncio.create_task(self._control(floor))
        try:
            while not floor.is_over:
                bidding = floor.bidding
                pause_ms = PAUSE_MS.get(bidding.phase if bidding else "")
                if bidding is None or pause_ms is None:
                    await asyncio.sleep(LOOK_SECONDS)
                    continue
                await asyncio.sleep(floor.dice.between(*pause_ms) / 1_000)
                await self._one_act(floor)
        finally:
            await _cancel(staff)

    async def _one_act(self, floor: Floor) -> None:
        investor = floor.dice.choose(floor.investors)
        if floor.lot.special == "priority" and floor.dice.chance(HOLDER_PERCENT):
            investor = floor.investors[0]  # who holds priority looks more closely
        bidding = floor.bidding
        act = None if bidding is None else next_act(investor, bidding, floor.dice)
        if act is not None:
            await self._say(floor, investor.number, investor.role, act, valid_ms=VALID_MS)

    async def _control(self, floor: Floor) -> None:
        """The staff: suspend once, resume what is suspended, reveal the reserve when asked."""
        while True:
            floor.changed.clear()
            bidding = floor.bidding
            phase = None if bidding is None else bidding.phase
            if phase == "limited_bidding" and floor.suspends:
                if floor.bids_count >= SUSPEND_AFTER_BIDS:
                    floor.suspends = False
                    stop = SuspendBidding(reason="现场核对竞买资格")
                    await self._say(floor, "control-1", "bid_controller", stop)
            elif phase == "suspended":
                await self._resume(floor)
            elif phase == "awaiting_reserve":
                reveal = RevealReserve(amount_fen=Fen(floor.reserve_fen), salt=floor.salt)
                await self._say(floor, "seller-1", "seller", reveal)
            with suppress(TimeoutError):
                await asyncio.wait_for(floor.changed.wait(), CONTROL_SECONDS)

    async def _resume(self, floor: Floor) -> None:
        await asyncio.sleep(CONTROL_SECONDS)
        bidding = floor.bidding
        if bidding is None or (suspension := bidding.facts.suspension) is None:
            return
        if suspension.resumes_at_ms is not None:
            return
        notice_ms = bidding.facts.terms.resume_notice_ms + 1_000
        resume = ResumeBidding(resumes_at_ms=now_ms() + notice_ms)
        await self._say(floor, "control-1", "bid_controller", resume)
        await self._say(floor, "supervisor-1", "supervisor", resume)

    async def _say(
        self, floor: Floor, actor: str, role: str, body: Any, valid_ms: int | None = None
    ) -> None:
        at_ms = now_ms()
        command = Command(
            new_command_id(), body.type, actor, role, floor.bidding_id, floor.bidding_id, body,
            at_ms, None if valid_ms is None else at_ms + valid_ms,
        )  # fmt: skip
        while True:
            try:
                ack = await self._publisher.send(command)
            except (AckUnknown, NoBroker) as error:
                log.warning("ack_unknown reason=%s", error)  # the same again is safe
                await asyncio.sleep(LOOK_SECONDS)
                continue
            self._newest[ack.partition] = max(ack.offset, self._newest.get(ack.partition, -1))
            return

    # what the log says

    async def _listen(self, tail: Tail) -> None:
        while True:
            for heard in await tail.read():
                self._fold(heard)
            self._heard.set()

    def _fold(self, heard: Heard) -> None:
        for entry in heard.counted.decision.entries:
            floor = self._floors.get(entry.aggregate)
            if floor is None:
                continue
            for raw in entry.events:
                try:
                    event = decode_event(BIDDING.messages, raw)
                except msgspec.DecodeError:
                    continue  # the host's own: `halted`
                floor.bids_count += event.type == "bid_accepted"
                floor.bidding = BIDDING.evolve(floor.bidding, entry.aggregate, event)
                floor.changed.set()

    async def _all_answered(self, tail: Tail) -> bool:
        """Whether every command of ours has its decision, before long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWERS_SECONDS_MAX):
                while self._unanswered(tail):
                    self._heard.clear()
                    await self._heard.wait()
        unanswered = self._unanswered(tail)
        for partition in unanswered:
            log.error("unanswered partition=%d offset=%d", partition, self._newest[partition])
        return not unanswered

    def _unanswered(self, tail: Tail) -> list[int]:
        return [one for one, offset in self._newest.items() if tail.command_offset(one) < offset]


def _reserve(floor: Floor) -> SealReserve | DeclareNoReserve:
    if floor.lot.special != "reserve":
        return DeclareNoReserve()
    sealed = msgspec.json.encode([floor.bidding_id, floor.reserve_fen, floor.salt])
    return SealReserve(commitment=hashlib.sha256(sealed).hexdigest())


async def _cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task


def main(arguments: list[str]) -> int:
    """Run the crowd; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m producers crowd", description=__doc__)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prefix", default="demo", help="of the biddings' ids; new on this log")
    parser.add_argument("--rounds", type=int, default=None, help="how many; else until stopped")
    parser.add_argument("--stdin-guard", action="store_true")
    options = parser.parse_args(arguments)
    return run(_main(options))


async def _main(options: argparse.Namespace) -> int:
    stop = stop_event(stdin_guard=options.stdin_guard)
    return await Crowd(options.bootstrap, options.seed, options.prefix, stop).run(options.rounds)
