"""The synthetic bidders of one bidding, one act after another, through the real log.

Rule 1: what they know of it is what the log says; what they do is refused as anybody's would be.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from infra.topics import BIDDING
from producers.dice import Dice
from producers.investors import Investor, next_act
from producers.show_log import NoAnswer, ShowLog

LOOK_SECONDS: Final = 0.3
VALID_MS: Final = 5_000
HOLDER_PERCENT: Final = 15


class Pace(NamedTuple):
    """How long one of them takes until the next act, from and to."""

    free_ms: tuple[int, int]
    limited_ms: tuple[int, int]


async def bid(
    people: ShowLog,
    bidding_id: str,
    investors: Sequence[Investor],
    dice: Dice,
    pace: Pace,
    is_over: Callable[[], bool],
) -> None:
    """Bid until it is over; `people` must watch the bidding."""
    pauses = {"free_bidding": pace.free_ms, "limited_bidding": pace.limited_ms}
    while not is_over():
        bidding = people.bidding(bidding_id)
        pause_ms = None if bidding is None else pauses.get(bidding.phase)
        if pause_ms is None:
            await asyncio.sleep(LOOK_SECONDS)
            continue
        await asyncio.sleep(dice.between(*pause_ms) / 1_000)
        await _one_act(people, bidding_id, _who(investors, dice), dice)


def _who(investors: Sequence[Investor], dice: Dice) -> Investor:
    """Return who acts; a holder of priority, who is the first, looks more closely."""
    if investors[0].style == "holder" and dice.chance(HOLDER_PERCENT):
        return investors[0]
    return dice.choose(investors)


async def _one_act(people: ShowLog, bidding_id: str, investor: Investor, dice: Dice) -> None:
    bidding = people.bidding(bidding_id)
    act = None if bidding is None else next_act(investor, bidding, dice)
    if act is None:
        return
    try:
        await people.say(BIDDING, bidding_id, investor.number, investor.role, act, VALID_MS)
    except NoAnswer:
        return  # what became of it is on the log
