"""What happens before a roadshow: cards, plan, agenda, experts, numbers, guests, rehearsal.

Rule 1: everything is asked of the log by who may ask it. The desk attests what it would find:
the checklist shows `desk_attestation`, and the profile `demo`.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, Final

from infra.topics import ROADSHOW
from producers.dice import Dice
from producers.investors import STYLES, Investor, numbers_of
from producers.show_entry import ask_all, register
from producers.show_log import ShowLog
from producers.show_people import SPECIALTIES, Cast
from producers.show_program import (
    SCORE_WINDOW_MS,
    Players,
    Slot,
    plan_of,
    session_id_of,
    slots_of,
)
from roadshow.scoring.commands import PlanScoring, ScoringTerms
from roadshow.session import commands as cmd
from roadshow.showcase import commands as card
from trading.values import BidderNumber

log = logging.getLogger("producers.show_desk")

BOTS_PER_LOT: Final = 7
CHECKS: Final = (
    ("listing_closed", "挂牌公告期满", "GG-2025-118"),
    ("terms_published", "竞价规则已公示", "GZ-2025-118"),
    ("bidders_eligible", "合格竞买人两名以上", "ZG-2025-118"),
    ("deposits_frozen", "保证金已冻结", "BZJ-2025-118"),
    ("priority_handled", "无优先权人主张", "YX-2025-118"),
    ("reserve_settled", "声明不设保留价", "BLJ-2025-118"),
    ("relations_cleared", "无利害关系", "LH-2025-118"),
)


@dataclass(frozen=True, slots=True)
class Floor:
    """A bidding of the session, and who of the bots bids in it."""

    bidding_id: str
    item_id: str
    investors: tuple[Investor, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """A session that is ready to be opened."""

    session_id: str
    slots: tuple[Slot, ...]
    floors: dict[str, Floor]  # by item


class Desk:
    """The desk, its reviewer, the seller and the stage controller."""

    def __init__(self, people: ShowLog, cast: Cast, seed: int, prefix: str) -> None:
        """`prefix` begins the ids of sessions; new on this log."""
        self._people = people
        self._cast = cast
        self._seed = seed
        self._prefix = prefix
        staff = cast.staff
        self._players = Players(
            staff["host"].account_id, staff["presenter"].account_id, staff["broker"].account_id,
            staff["seller"].account_id, staff["seller"].org_id or "o-holder",
        )  # fmt: skip

    async def prepare(self, index: int, starts_at_ms: int) -> Programme:
        """Bring a session as far as its rehearsal."""
        session_id = session_id_of(self._prefix, index)
        slots = slots_of(self._seed, self._prefix, index, self._players)
        floors = {slot.item.item_id: self._floor(session_id, slot) for slot in slots
                  if slot.item.offer is not None}  # fmt: skip
        self._people.watch(session_id)
        for floor in floors.values():
            self._people.watch(floor.bidding_id)
        await asyncio.gather(*(self._showcase(session_id, slot) for slot in slots))
        await self._say(session_id, "desk_officer",
                        cmd.PlanSession(plan=plan_of(self._players, starts_at_ms)))  # fmt: skip
        terms = ScoringTerms(window_ms=SCORE_WINDOW_MS)
        await self._say(session_id, "desk_officer", PlanScoring(terms=terms))
        for slot in slots:
            await self._say(session_id, "desk_officer", cmd.AddAgendaItem(item=slot.item))
        await asyncio.gather(
            *(self._invite(session_id, place) for place in range(len(self._cast.experts))),
            *(self._attest(session_id, floor) for floor in floors.values()),
        )
        await self._say(session_id, "desk_officer", cmd.PublishSession())
        drill = cmd.RunRehearsal(sound=True, slides=True, network=True, bid_drill=True)
        await self._say(session_id, "stage_controller", drill)
        return Programme(session_id, tuple(slots), floors)

    async def open_doors(self, session_id: str) -> None:
        """Let the bots come; who can sign in does so on his own page."""
        await self._all_come(session_id, cmd.RegisterAttendee())
        await self._all_come(session_id, cmd.CheckIn())

    async def report(self, session_id: str) -> None:
        """Publish what came of it."""
        await self._say(session_id, "desk_officer", cmd.ReportSession(scores_public=True))

    async def _invite(self, session_id: str, place: int) -> None:
        expert = self._cast.experts[place].account_id
        specialty = SPECIALTIES[place % len(SPECIALTIES)]
        invite = cmd.InviteExpert(expert=expert, specialty=specialty)
        await self._say(session_id, "desk_officer", invite)

    def _floor(self, session_id: str, slot: Slot) -> Floor:
        bidding_id = f"{session_id}.{slot.item.item_id}.1"
        dice = Dice(self._seed, bidding_id)
        numbers = numbers_of(dice, BOTS_PER_LOT + len(self._cast.investors))
        top = 7 if slot.is_quick else 14
        lot = slot.lot
        investors = []
        for place, number in enumerate(numbers[:BOTS_PER_LOT]):
            steps = dice.between(1, top)
            worth_fen = (lot.start_wan + steps * lot.increment_wan) * 1_000_000
            style = STYLES[place % len(STYLES)]
            investors.append(Investor(number, style, worth_fen))
        return Floor(bidding_id, slot.item.item_id, tuple(investors))

    async def _attest(self, session_id: str, floor: Floor) -> None:
        """Who may bid: bots, and everybody who can sign in as an investor."""
        bots = [one.number for one in floor.investors]
        dice = Dice(self._seed, floor.bidding_id)
        people = numbers_of(dice, BOTS_PER_LOT + len(self._cast.investors))[BOTS_PER_LOT:]
        bearers = (
            *zip(self._cast.guests, bots, strict=False),
            *zip(self._cast.investors, people, strict=True),
        )
        await register(self._people, self._cast, floor.bidding_id, bearers)
        attest = cmd.AttestPreconditions(
            item_id=floor.item_id,
            checks=tuple(
                cmd.Attestation(check=check, met=True, value=value, evidence=evidence)
                for check, value, evidence in CHECKS
            ),
            eligible=tuple(
                cmd.EligibleBidder(number=BidderNumber(number)) for number in (*bots, *people)
            ),
        )
        await self._say(session_id, "desk_officer", attest)

    async def _showcase(self, session_id: str, slot: Slot) -> None:
        """From the nomination of a result to its selection (SM-15)."""
        card_id = slot.item.card_id
        nominate = card.NominateCard(
            content=slot.card, consent_reference="TY-2025-07", achievement_reference="CG-2025-07"
        )
        await self._say(card_id, "broker", nominate)
        screen = card.ScreenCard(
            not_secret=True, not_prohibited=True, right_convertible=True, no_duplicate=True,
            evidence="SH-2025-07",
        )  # fmt: skip
        await self._say(card_id, "desk_officer", screen)
        evaluate = card.RecordEvaluation(
            experts_count=5, agency="青岛海洋技术评价中心", trl=slot.item.trl, innovation_level=9,
            values=(80, 85, 78, 70, 65), report="PJ-2025-07",
        )  # fmt: skip
        await self._say(card_id, "desk_officer", evaluate)
        await self._say(card_id, "desk_officer", slot.classified)
        await self._say(card_id, "desk_reviewer", card.PublishCard())
        await self._say(card_id, "desk_officer", card.SelectCard(session_id=session_id))

    async def _all_come(self, session_id: str, body: Any) -> None:
        bots = (*self._cast.guests, *self._cast.experts)
        await ask_all(
            self._people, ((ROADSHOW, session_id, one.account_id, one.role, body) for one in bots)
        )

    async def _say(self, root: str, role: str, body: Any) -> None:
        actor = self._cast.staff[role].account_id
        answer = await self._people.say(ROADSHOW, root, actor, role, body)
        if not answer.is_decided:
            log.warning("refused type=%s root=%s code=%s", body.type, root, answer.code)
