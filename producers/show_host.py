"""The host: runs the show item by item, by the clock of the plan.

Rule 1: he moves on when the log says where the show stands, never from memory (RS-6).
"""

import asyncio
from typing import Any, Final

from infra.clock import now_ms
from infra.topics import ROADSHOW
from producers.show_desk import Programme
from producers.show_log import ShowLog
from producers.show_people import Cast
from producers.show_program import QUICK_SECONDS, Slot
from roadshow.dispatch import Show
from roadshow.scoring.commands import RevealScores
from roadshow.session import commands as cmd
from roadshow.session.state import Item

LOOK_SECONDS: Final = 0.25
AGAIN_SECONDS: Final = 1.0
BREATH_SECONDS: Final = 1.5
BIDDING_SECONDS_MAX: Final = 300.0
LOCK_SECONDS_MAX: Final = 15.0


class Host:
    """The bot that hosts where no person does."""

    def __init__(self, people: ShowLog, cast: Cast, programme: Programme) -> None:
        """`people` must watch the session."""
        self._people = people
        self._host = cast.staff["host"].account_id
        self._programme = programme

    async def open(self) -> None:
        """Begin."""
        await self._say(cmd.GoLive())

    async def run(self) -> None:
        """Run all items, reveal, end."""
        revealing: list[asyncio.Task[None]] = []
        for slot in self._programme.slots:
            await self._run_item(slot)
            revealing.append(asyncio.create_task(self._reveal(slot.item.item_id)))
        await asyncio.gather(*revealing)
        await self._say(RevealScores())
        await asyncio.sleep(BREATH_SECONDS)
        await self._say(cmd.EndSession())

    async def _run_item(self, slot: Slot) -> None:
        item_id = slot.item.item_id
        await self._move(item_id, cmd.CallOnDeck(item_id=item_id), "on_deck")
        await asyncio.sleep(0.0 if slot.is_quick else BREATH_SECONDS)
        for body, phase in (
            (cmd.StartPitch(item_id=item_id), "pitching"),
            (cmd.StartQa(item_id=item_id), "qa"),
            (cmd.StartComments(item_id=item_id), "commenting"),
            (cmd.CallInterest(item_id=item_id), "interest_call"),
        ):
            await self._move(item_id, body, phase)
            await self._let_run(slot)
        if slot.item.offer is not None:
            await self._say(cmd.CallBidding(item_id=item_id))
            await self._until_sold(item_id)
            await asyncio.sleep(BREATH_SECONDS)
        await self._move(item_id, cmd.CompleteItem(item_id=item_id), "done")

    async def _let_run(self, slot: Slot) -> None:
        """Until the time of the period is nearly up."""
        if slot.is_quick:
            await asyncio.sleep(QUICK_SECONDS)
            return
        item = self._item(slot.item.item_id)
        while item is not None and item.ends_at_ms is not None and item.ends_at_ms > now_ms():
            await asyncio.sleep(LOOK_SECONDS)
            item = self._item(slot.item.item_id)

    async def _until_sold(self, item_id: str) -> None:
        """Until the bidding has a result, or is refused; it may be suspended in between."""
        until_ms = now_ms() + int(BIDDING_SECONDS_MAX * 1_000)
        while now_ms() < until_ms:
            item = self._item(item_id)
            if item is not None and (item.bidding.result is not None or item.bidding.refusal):
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _reveal(self, item_id: str) -> None:
        """On stage, as soon as the experts' scores are locked."""
        until_ms = now_ms() + int(LOCK_SECONDS_MAX * 1_000)
        while now_ms() < until_ms:
            show = self._show()
            scores = None if show is None else show.scores.items.get(item_id)
            if scores is not None and scores.phase == "locked":
                await self._say(RevealScores(item_id=item_id))
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _move(self, item_id: str, body: Any, phase: str) -> None:
        while True:
            await self._say(body)
            item = self._item(item_id)
            if item is None or item.phase in (phase, "done", "skipped", "withdrawn"):
                return
            await asyncio.sleep(AGAIN_SECONDS)  # the stage is paused, or held by something else

    async def _say(self, body: Any) -> None:
        await self._people.say(ROADSHOW, self._programme.session_id, self._host, "host", body)

    def _show(self) -> Show | None:
        return self._people.show(self._programme.session_id)

    def _item(self, item_id: str) -> Item | None:
        show = self._show()
        return None if show is None else show.session.items.get(item_id)
