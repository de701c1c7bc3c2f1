"""Letting people in: roles as the operator, the numbers they bear in a bidding as the desk.

Rule 1: who may bid bears a number from 101 on that says nothing about him (RG-5).
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from infra.topics import TRADING, Family
from producers.show_log import ShowLog
from producers.show_people import Cast, Person
from trading.membership.commands import AssignNumber, GrantRole, Parties

OPERATOR: Final = ("operator", "operator")
REASON: Final = "演示人员 demo people"
IN_STEPS_OF: Final = 12  # how many commands wait for their answers at a time

Asked = tuple[Family, str, str, str, Any]  # family, root, actor, role, body


async def ask_all(people: ShowLog, asked: Iterable[Asked]) -> None:
    """Ask for all of it, some at a time."""
    limit = asyncio.Semaphore(IN_STEPS_OF)

    async def one(each: Asked) -> None:
        async with limit:
            await people.say(*each)

    await asyncio.gather(*(one(each) for each in asked))


async def let_in(people: ShowLog, cast: Cast) -> None:
    """Give the bots their roles."""
    await ask_all(
        people,
        (
            (TRADING, bot.account_id, *OPERATOR, GrantRole(role=bot.role, reason=REASON))
            for bot in cast.bots
        ),
    )


async def register(
    people: ShowLog, cast: Cast, bidding_id: str, bearers: Iterable[tuple[Person, str]]
) -> None:
    """Give everyone the number he bears in a bidding of the seller's."""
    seller = cast.staff["seller"]
    parties = Parties(
        sellers=tuple(one for one in (seller.account_id, seller.org_id) if one),
        experts=tuple(one.account_id for one in cast.experts),
        staff=tuple(one.account_id for role, one in cast.staff.items() if role != "seller"),
    )
    officer = cast.staff["desk_officer"]
    await ask_all(
        people,
        (
            (
                TRADING, person.account_id, officer.account_id, officer.role,
                AssignNumber(
                    bidding_id=bidding_id, number=number, parties=parties, org_id=person.org_id
                ),
            )
            for person, number in bearers
        ),
    )  # fmt: skip
