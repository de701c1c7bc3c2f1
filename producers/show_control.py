"""The two people of a bidding: the bid controller stops it once, both let it go on (domain 4.6).

Rule 1: who resumes is two people. Where a person holds one of the roles, the bot that plays the
other asks for exactly what he asked for; where he holds the controller's, he is the first.
"""

import asyncio
from typing import Any, Final

from infra.clock import now_ms
from infra.topics import BIDDING
from producers.show_log import ShowLog
from producers.show_people import Cast, StandIns
from trading.bidding.commands import ResumeBidding, SuspendBidding
from trading.bidding.state import Bidding, PendingAct
from trading.bidding.two_people import RESUME, digest_of

OVER: Final = ("closed_sold", "closed_unsold", "cancelled")
LOOK_SECONDS: Final = 0.5
REVIEW_MS: Final = 4_000
SPARE_MS: Final = 1_000
REASON: Final = "现场核对竞买资格"
CONTROLLER: Final = "bid_controller"
SUPERVISOR: Final = "supervisor"


class Control:
    """The bots of both roles, for any number of biddings."""

    def __init__(self, people: ShowLog, cast: Cast, bots: StandIns) -> None:
        """`people` must watch the biddings."""
        self._people = people
        self._cast = cast
        self._bots = bots

    async def attend(self, bidding_id: str, *, suspend_after_extensions: int | None) -> None:
        """Look after a bidding until it is over."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            bidding = self._people.bidding(bidding_id)
            if bidding is None:
                continue
            if bidding.phase in OVER:
                return
            if bidding.phase == "suspended":
                await self._resume(bidding_id, bidding)
            elif (
                suspend_after_extensions is not None
                and bidding.extensions_count >= suspend_after_extensions
                and self._bots.play_role(CONTROLLER)
            ):
                suspend_after_extensions = None
                await self._say(bidding_id, CONTROLLER, SuspendBidding(reason=REASON))

    async def _resume(self, bidding_id: str, bidding: Bidding) -> None:
        facts = bidding.facts
        suspension = facts.suspension
        if suspension is None or suspension.resumes_at_ms is not None:
            return
        pending = facts.pending_act
        if pending is not None and now_ms() - pending.at_ms <= facts.terms.two_person_window_ms:
            await self._second(bidding_id, pending)
        elif self._bots.play_role(CONTROLLER) and now_ms() - suspension.at_ms >= REVIEW_MS:
            await self._propose(bidding_id, now_ms() + facts.terms.resume_notice_ms + SPARE_MS)

    async def _propose(self, bidding_id: str, resumes_at_ms: int) -> None:
        """Ask for a time, or for the earliest that the rules allow."""
        answer = await self._say(bidding_id, CONTROLLER, ResumeBidding(resumes_at_ms=resumes_at_ms))
        earliest_ms = answer.params.get("earliest_ms")
        if answer.code == "TOO_SOON" and isinstance(earliest_ms, int):
            again = ResumeBidding(resumes_at_ms=earliest_ms + SPARE_MS)
            await self._say(bidding_id, CONTROLLER, again)

    async def _second(self, bidding_id: str, pending: PendingAct) -> None:
        other = SUPERVISOR if pending.role == CONTROLLER else CONTROLLER
        if pending.act != RESUME or not self._bots.play_role(other):
            return
        asked = await self._people.first_of_two(bidding_id)
        if isinstance(asked, ResumeBidding) and digest_of(asked.resumes_at_ms) == pending.digest:
            await self._say(bidding_id, other, asked)

    async def _say(self, bidding_id: str, role: str, body: Any) -> Any:
        actor = self._cast.staff[role].account_id
        return await self._people.say(BIDDING, bidding_id, actor, role, body)
