"""`python -m producers crowd`: biddings online with a seeded crowd, through the real log.

Rule 1: what the crowd knows of a bidding is what the log says.
Rule 2: whoever can sign in as an investor is registered in each of them, and bids beside the bots.
Rule 3: it ends when told to, or after `--rounds`.
"""

import argparse
import asyncio
import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from infra.clock import now_ms
from infra.process import EXIT_FAILED, EXIT_OK, run, stop_event
from infra.topics import BIDDING
from producers.bidders import LOOK_SECONDS, Pace, bid
from producers.dice import Dice
from producers.investors import Investor, investors_of, numbers_of
from producers.lots import ONLINE, Lot, schedule
from producers.show_control import OVER, Control
from producers.show_entry import register
from producers.show_log import NoAnswer, ShowLog
from producers.show_people import Cast, StandIns, cast_of
from trading.bidding.commands import DeclareNoReserve, RevealReserve, SealReserve
from trading.values import BidderNumber, BiddingId, Fen

log = logging.getLogger("producers.crowd")

LOTS_PER_ROUND: Final = 3
BIDDERS_PER_LOT: Final = 13
FIRST_OPENS_MS: Final = 6_000
NEXT_OPENS_MS: Final = 45_000  # so that one is always near its end and one has just begun
BETWEEN_ROUNDS_SECONDS: Final = 10.0
SUSPEND_AFTER_EXTENSIONS: Final = 1
PACE: Final = Pace(free_ms=(3_000, 9_000), limited_ms=(3_000, 12_000))


@dataclass(frozen=True, slots=True)
class Settings:
    """What the crowd is started with."""

    bootstrap: str
    seed: int
    prefix: str
    rounds: int | None = None
    data: Path | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """One bidding and who of the bots bids in it."""

    bidding_id: BiddingId
    lot: Lot
    investors: list[Investor]
    dice: Dice
    opens_at_ms: int
    reserve_fen: int
    salt: str
    suspends: bool


def floors_of(seed: int, round_index: int, opens_at_ms: int, prefix: str = "demo") -> list[Floor]:
    """Return the biddings of a round: lots, numbers, what each thinks they are worth."""
    floors = []
    for index in range(LOTS_PER_ROUND):
        lot = ONLINE[(round_index * LOTS_PER_ROUND + index) % len(ONLINE)]
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
    """The biddings online, with bots and with whoever has signed in."""

    def __init__(self, settings: Settings, cast: Cast) -> None:
        """`cast`: whose roles are played, and who may bid besides the bots."""
        self._settings = settings
        self._cast = cast
        self._people = ShowLog(settings.bootstrap)
        self._control = Control(self._people, cast, StandIns(cast, settings.data))

    async def run(self, stop: asyncio.Event) -> int:
        """Bid until told to stop, or for so many rounds; returns the exit code."""
        await self._people.start()
        tasks = [
            asyncio.create_task(each)
            for each in (self._people.listen(), self._rounds(), stop.wait())
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except (NoAnswer, ExceptionGroup) as error:
            log.critical("failed", exc_info=error)
            return EXIT_FAILED
        else:
            return EXIT_OK
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._people.close()

    async def _rounds(self) -> None:
        index = 0
        while self._settings.rounds is None or index < self._settings.rounds:
            floors = floors_of(
                self._settings.seed, index, now_ms() + FIRST_OPENS_MS, self._settings.prefix
            )
            async with asyncio.TaskGroup() as group:
                for floor in floors:
                    group.create_task(self._play(floor))
            index += 1
            await asyncio.sleep(BETWEEN_ROUNDS_SECONDS)

    async def _play(self, floor: Floor) -> None:
        """One bidding from its first command to its end."""
        self._people.watch(floor.bidding_id)
        bots = tuple(investor.number for investor in floor.investors)
        people = self._numbers_beside(floor.bidding_id, bots)
        await register(
            self._people, self._cast, floor.bidding_id,
            zip(self._cast.investors, people, strict=True),
        )  # fmt: skip
        holder = bots[0] if floor.lot.special == "priority" else None
        terms = schedule(floor.lot, (*bots, *people), holder, floor.opens_at_ms)
        await self._say(floor, "desk_officer", terms)
        await self._say(floor, "seller", _reserve(floor))
        after = SUSPEND_AFTER_EXTENSIONS if floor.suspends else None
        async with asyncio.TaskGroup() as group:
            group.create_task(
                self._control.attend(floor.bidding_id, suspend_after_extensions=after)
            )
            group.create_task(self._reveal(floor))
            await bid(
                self._people, floor.bidding_id, floor.investors, floor.dice, PACE,
                lambda: self._phase(floor) in OVER,
            )  # fmt: skip
        self._people.forget(floor.bidding_id)

    def _numbers_beside(
        self, bidding_id: str, bots: tuple[BidderNumber, ...]
    ) -> tuple[BidderNumber, ...]:
        """Return the numbers of who can sign in, which say as little as the bots' (RG-5)."""
        wanted = len(self._cast.investors)
        drawn = numbers_of(Dice(self._settings.seed, bidding_id, "people"), len(bots) + wanted)
        return tuple(number for number in drawn if number not in bots)[:wanted]

    async def _reveal(self, floor: Floor) -> None:
        """Open the sealed reserve when it is asked for: the desk keeps its amount and salt."""
        while (phase := self._phase(floor)) not in OVER:
            if phase == "awaiting_reserve":
                reveal = RevealReserve(amount_fen=Fen(floor.reserve_fen), salt=floor.salt)
                await self._say(floor, "seller", reveal)
            await asyncio.sleep(LOOK_SECONDS)

    def _phase(self, floor: Floor) -> str:
        bidding = self._people.bidding(floor.bidding_id)
        return "" if bidding is None else bidding.phase

    async def _say(self, floor: Floor, role: str, body: Any) -> None:
        actor = self._cast.staff[role].account_id
        answer = await self._people.say(BIDDING, floor.bidding_id, actor, role, body)
        if not answer.is_decided:
            log.warning("refused type=%s root=%s code=%s", body.type, floor.bidding_id, answer.code)


def _reserve(floor: Floor) -> SealReserve | DeclareNoReserve:
    if floor.lot.special != "reserve":
        return DeclareNoReserve()
    sealed = msgspec.json.encode([floor.bidding_id, floor.reserve_fen, floor.salt])
    return SealReserve(commitment=hashlib.sha256(sealed).hexdigest())


def main(arguments: list[str]) -> int:
    """Run the crowd; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m producers crowd", description=__doc__)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prefix", default="demo", help="of the biddings' ids; new on this log")
    parser.add_argument("--rounds", type=int, default=None, help="how many; else until stopped")
    parser.add_argument("--accounts", type=Path, help="JSON of the people who can sign in")
    parser.add_argument("--data", type=Path, help="the folder that says who is here")
    parser.add_argument("--stdin-guard", action="store_true")
    options = parser.parse_args(arguments)
    try:
        cast = cast_of(options.seed, options.prefix, options.accounts)
    except (msgspec.MsgspecError, OSError) as error:
        parser.error(f"--accounts: {error}")
    settings = Settings(
        options.bootstrap, options.seed, options.prefix, options.rounds, options.data
    )
    return run(_main(settings, cast, stdin_guard=options.stdin_guard))


async def _main(settings: Settings, cast: Cast, *, stdin_guard: bool) -> int:
    return await Crowd(settings, cast).run(stop_event(stdin_guard=stdin_guard))
