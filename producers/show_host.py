"""The host: runs the show item by item, by the clock of the plan.

Rule 1: what he does next follows from where the log says the show stands, never from memory (RS-6):
so he can take over from a person at any point, and give way to one.
"""

import asyncio
from typing import Any, Final

from infra.clock import now_ms
from infra.topics import ROADSHOW
from producers.show_desk import Programme
from producers.show_log import ShowLog
from producers.show_people import Cast, StandIns
from producers.show_program import QUICK_MS
from roadshow.dispatch import Show
from roadshow.plan import Plan
from roadshow.scoring.commands import RevealScores
from roadshow.session import commands as cmd
from roadshow.session.state import BEFORE_LIVE, Item, active_item, on_deck_item

LOOK_SECONDS: Final = 0.5
AGAIN_SECONDS: Final = 1.5
PAUSED_MS: Final = 20_000  # what somebody paused and left goes on after so long
OVER: Final = ("reported", "cancelled")


def next_act(show: Show, quick: frozenset[str], at_ms: int) -> Any:
    """Return what the host does now, None where he waits; `quick`: items that are over soon."""
    session = show.session
    if session.phase in BEFORE_LIVE:
        return cmd.GoLive() if session.rehearsal == "passed" else None
    if session.pause is not None:
        return cmd.ResumeSession() if at_ms - session.pause.at_ms >= PAUSED_MS else None
    locked = [item_id for item_id, item in show.scores.items.items() if item.phase == "locked"]
    if locked:
        return RevealScores(item_id=locked[0])
    if session.phase == "ended":
        return None if is_done(show) or _is_scoring(show) else RevealScores()
    item = active_item(session)
    if item is not None:
        period_is_over = _is_over(item, session.plan, at_ms, is_quick=item.item_id in quick)
        return _after(item) if period_is_over else None
    deck = on_deck_item(session)
    if deck is not None:
        return cmd.StartPitch(item_id=deck.item_id)
    coming = [one for one in session.items.values() if one.phase in ("queued", "deferred")]
    if coming:
        return cmd.CallOnDeck(item_id=coming[0].item_id)
    return None if _is_scoring(show) else cmd.EndSession()


def is_done(show: Show) -> bool:
    """Whether nothing is left for a host."""
    session = show.session
    has_no_ranking = not session.plan.scored or show.scores.ranked
    return session.phase in OVER or (session.phase == "ended" and has_no_ranking)


def _is_scoring(show: Show) -> bool:
    """Whether scores of what was shown may still come."""
    return any(item.phase in ("open", "closing") for item in show.scores.items.values())


def _is_over(item: Item, plan: Plan, at_ms: int, *, is_quick: bool) -> bool:
    """Whether the time of the period that runs is up."""
    if item.ends_at_ms is None:
        return True
    whole_ms = {
        "pitching": plan.pitch_ms, "qa": plan.qa_ms, "commenting": plan.comments_ms,
        "interest_call": plan.interest_call_ms,
    }.get(item.phase, 0)  # fmt: skip
    shortened_ms = max(0, whole_ms - QUICK_MS) if is_quick else 0
    return at_ms >= item.ends_at_ms - shortened_ms


def _after(item: Item) -> Any:
    """Return what follows on the period of an item that is over."""
    item_id, bidding = item.item_id, item.bidding
    if item.phase == "pitching":
        return cmd.StartQa(item_id=item_id)
    if item.phase == "qa":
        return cmd.StartComments(item_id=item_id)
    if item.phase == "commenting":
        return cmd.CallInterest(item_id=item_id)
    if item.facts.offer is None or bidding.result is not None or bidding.refusal:
        return cmd.CompleteItem(item_id=item_id)
    waits = bidding.called or item.phase != "interest_call"
    return None if waits else cmd.CallBidding(item_id=item_id)


class Host:
    """The bot that hosts while no person does."""

    def __init__(self, people: ShowLog, cast: Cast, programme: Programme, bots: StandIns) -> None:
        """`people` must watch the session."""
        self._people = people
        self._host = cast.staff["host"].account_id
        self._session_id = programme.session_id
        self._quick = frozenset(slot.item.item_id for slot in programme.slots if slot.is_quick)
        self._bots = bots

    async def run(self) -> None:
        """Run the show to its end, whoever hosts it in between."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            show = self._people.show(self._session_id)
            if show is None:
                continue
            if is_done(show):
                return
            act = next_act(show, self._quick, now_ms()) if self._bots.play_role("host") else None
            if act is not None:
                await self._people.say(ROADSHOW, self._session_id, self._host, "host", act)
                await asyncio.sleep(AGAIN_SECONDS)
