"""A bidding on stage: called by the host, opened by two of the staff, bid for by number.

Rule 1: they know the bidding by the log alone, as anybody does.
"""

import asyncio
from typing import Final

from infra.topics import ROADSHOW
from producers.bidders import Pace, bid
from producers.dice import Dice
from producers.show_control import CONTROLLER, OVER, SUPERVISOR, Control
from producers.show_desk import Floor
from producers.show_log import ShowLog
from producers.show_people import Cast, StandIns
from roadshow.session.commands import ConfirmSupervision, OpenItemBidding
from roadshow.session.state import BiddingRound

LOOK_SECONDS: Final = 0.5
SUSPEND_AFTER_EXTENSIONS: Final = 2
PACE: Final = Pace(free_ms=(1_500, 5_000), limited_ms=(3_000, 16_000))


class Rooms:
    """All biddings of a session, one after another."""

    def __init__(self, people: ShowLog, cast: Cast, bots: StandIns) -> None:
        """`people` must watch the session and its biddings."""
        self._people = people
        self._cast = cast
        self._bots = bots
        self._control = Control(people, cast, bots)

    async def play(self, session_id: str, floor: Floor, dice: Dice, *, suspends: bool) -> None:
        """From the host's call to the end of the bidding."""
        while not self._is_over(session_id, floor):
            await asyncio.sleep(LOOK_SECONDS)
            if self._people.bidding(floor.bidding_id) is not None:
                break
            await self._open(session_id, floor)
        after = SUSPEND_AFTER_EXTENSIONS if suspends else None
        attending = asyncio.create_task(
            self._control.attend(floor.bidding_id, suspend_after_extensions=after)
        )
        try:
            await bid(
                self._people, floor.bidding_id, floor.investors, dice, PACE,
                lambda: self._is_over(session_id, floor),
            )  # fmt: skip
        finally:
            attending.cancel()
            await asyncio.gather(attending, return_exceptions=True)

    async def _open(self, session_id: str, floor: Floor) -> None:
        """Do what is due of what two of the staff do before it is open (RS-4)."""
        stage = self._round(session_id, floor)
        if stage is None or not stage.called or stage.attempt or stage.result is not None:
            return
        if not stage.supervisor:
            confirm = ConfirmSupervision(item_id=floor.item_id)
            await self._do(session_id, SUPERVISOR, confirm)
        else:
            await self._do(session_id, CONTROLLER, OpenItemBidding(item_id=floor.item_id))

    async def _do(self, session_id: str, role: str, body: object) -> None:
        if self._bots.play_role(role):
            actor = self._cast.staff[role].account_id
            await self._people.say(ROADSHOW, session_id, actor, role, body)

    def _round(self, session_id: str, floor: Floor) -> BiddingRound | None:
        show = self._people.show(session_id)
        return None if show is None else show.session.items[floor.item_id].bidding

    def _is_over(self, session_id: str, floor: Floor) -> bool:
        bidding = self._people.bidding(floor.bidding_id)
        if bidding is not None:
            return bidding.phase in OVER
        stage = self._round(session_id, floor)
        return stage is None or bool(stage.refusal) or stage.result is not None
