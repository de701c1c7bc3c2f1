"""A bidding on stage: the bots bid by number, the supervisor and the bid controller do their part.

Rule 1: they know the bidding by the log alone, as anybody does.
Rule 2: what is suspended is resumed by two people.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from infra.clock import now_ms
from infra.topics import BIDDING, ROADSHOW
from producers.dice import Dice
from producers.investors import next_act
from producers.show_desk import Floor
from producers.show_log import NoAnswer, ShowLog
from producers.show_people import Cast
from roadshow.session.commands import ConfirmSupervision, OpenItemBidding
from trading.bidding.commands import ResumeBidding, SuspendBidding

OVER: Final = ("closed_sold", "closed_unsold", "cancelled")
PAUSE_MS: Final = {"free_bidding": (500, 1_600), "limited_bidding": (900, 3_200)}
LOOK_SECONDS: Final = 0.3
SUSPEND_AFTER_EXTENSIONS: Final = 3
REVIEW_SECONDS: Final = 2.0
VALID_MS: Final = 5_000
REASON: Final = "现场核对竞买资格"


@dataclass(slots=True)
class Room:
    """One bidding while the crowd plays it."""

    floor: Floor
    dice: Dice
    suspends: bool


class Rooms:
    """All biddings of a session, one after another."""

    def __init__(self, people: ShowLog, cast: Cast) -> None:
        """`people` must watch the session and its biddings."""
        self._people = people
        self._cast = cast

    async def play(self, session_id: str, room: Room) -> None:
        """From the host's call to the end of the bidding."""
        floor = room.floor
        await self._until_called(session_id, floor.item_id)
        supervisor = self._cast.staff["supervisor"].account_id
        control = self._cast.staff["bid_controller"].account_id
        confirm = ConfirmSupervision(item_id=floor.item_id)
        await self._people.say(ROADSHOW, session_id, supervisor, "supervisor", confirm)
        await asyncio.sleep(LOOK_SECONDS)
        opened = OpenItemBidding(item_id=floor.item_id)
        answer = await self._people.say(ROADSHOW, session_id, control, "bid_controller", opened)
        if not answer.is_decided:
            return
        async with asyncio.TaskGroup() as group:
            staff = group.create_task(self._control(room))
            await self._bid(session_id, room)
            staff.cancel()

    async def _until_called(self, session_id: str, item_id: str) -> None:
        while True:
            show = self._people.show(session_id)
            if show is not None and show.session.items[item_id].bidding.called:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _is_over(self, session_id: str, floor: Floor) -> bool:
        bidding = self._people.bidding(floor.bidding_id)
        if bidding is not None:
            return bidding.phase in OVER
        show = self._people.show(session_id)
        return show is None or bool(show.session.items[floor.item_id].bidding.refusal)

    async def _bid(self, session_id: str, room: Room) -> None:
        while not self._is_over(session_id, room.floor):
            bidding = self._people.bidding(room.floor.bidding_id)
            pause_ms = None if bidding is None else PAUSE_MS.get(bidding.phase)
            if bidding is None or pause_ms is None:
                await asyncio.sleep(LOOK_SECONDS)
                continue
            await asyncio.sleep(room.dice.between(*pause_ms) / 1_000)
            await self._one_bid(room)

    async def _one_bid(self, room: Room) -> None:
        bidding = self._people.bidding(room.floor.bidding_id)
        investor = room.dice.choose(room.floor.investors)
        act = None if bidding is None else next_act(investor, bidding, room.dice)
        if act is None:
            return
        try:
            await self._people.say(
                BIDDING, room.floor.bidding_id, investor.number, investor.role, act, VALID_MS
            )
        except NoAnswer:
            return  # what became of it is on the log

    async def _control(self, room: Room) -> None:
        """Suspend once, where that is part of the show; resume whatever is suspended."""
        bidding_id = room.floor.bidding_id
        control = self._cast.staff["bid_controller"].account_id
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            bidding = self._people.bidding(bidding_id)
            if bidding is None:
                continue
            if bidding.phase == "suspended":
                await self._resume(bidding_id)
            elif room.suspends and bidding.extensions_count >= SUSPEND_AFTER_EXTENSIONS:
                room.suspends = False
                stop = SuspendBidding(reason=REASON)
                await self._people.say(BIDDING, bidding_id, control, "bid_controller", stop)

    async def _resume(self, bidding_id: str) -> None:
        await asyncio.sleep(REVIEW_SECONDS)
        bidding = self._people.bidding(bidding_id)
        suspension = None if bidding is None else bidding.facts.suspension
        if bidding is None or suspension is None or suspension.resumes_at_ms is not None:
            return
        resume = ResumeBidding(
            resumes_at_ms=now_ms() + bidding.facts.terms.resume_notice_ms + 1_000
        )
        for role in ("bid_controller", "supervisor"):
            actor = self._cast.staff[role].account_id
            await self._people.say(BIDDING, bidding_id, actor, role, resume)
