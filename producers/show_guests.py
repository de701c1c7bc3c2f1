"""The hall: bots ask, upvote and are interested; the broker moderates, experts score.

Rule 1: whatever they do is refused by the same rules as anybody's; a refusal is no fault.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

from infra.topics import ROADSHOW
from producers.dice import Dice
from producers.show_log import NoAnswer, ShowLog
from producers.show_people import Cast, Person, StandIns
from producers.show_program import QUESTIONS
from roadshow.dispatch import Show
from roadshow.interest.commands import RegisterInterest
from roadshow.question import commands as question
from roadshow.scoring.commands import GiveScore
from roadshow.session.state import Item, active_item

LOOK_SECONDS: Final = 0.5
PAUSE_MS: Final = (400, 1_500)
ASKED_MAX: Final = 4  # questions of bots per item
KINDS: Final = ("invest", "buy", "license", "co_develop", "pilot_test", "order_development")
SPEAKING: Final = ("pitching", "qa", "commenting", "interest_call", "bidding")
ANSWERED_AFTER_SECONDS: Final = 8.0


class Hall:
    """Everybody in a session who is neither on stage nor at the desk."""

    def __init__(
        self, people: ShowLog, cast: Cast, session_id: str, dice: Dice, bots: StandIns
    ) -> None:
        """`people` must watch the session."""
        self._bots = bots
        self._people = people
        self._cast = cast
        self._session_id = session_id
        self._dice = dice
        self._scored: set[tuple[str, str]] = set()

    async def sit(self) -> None:
        """Take part until cancelled."""
        async with asyncio.TaskGroup() as group:
            for task in (self._guests(), self._moderator(), self._presenter(), self._experts()):
                group.create_task(task)

    def _now(self) -> tuple[Show, Item] | None:
        show = self._people.show(self._session_id)
        item = None if show is None else active_item(show.session)
        return None if show is None or item is None else (show, item)

    async def _say(self, person: Person, body: Any) -> None:
        if not self._bots.play(person):
            return
        with suppress(NoAnswer):
            await self._people.say(ROADSHOW, self._session_id, person.account_id, person.role, body)

    async def _guests(self) -> None:
        while True:
            await asyncio.sleep(self._dice.between(*PAUSE_MS) / 1_000)
            now = self._now()
            if now is None or now[1].phase not in SPEAKING:
                continue
            body = self._act(*now)
            if body is not None:
                await self._say(self._dice.choose(self._cast.guests), body)

    def _act(self, show: Show, item: Item) -> Any:
        """What a guest feels like."""
        questions = [
            one for one in show.questions.questions.values() if one.item_id == item.item_id
        ]
        queued = [one for one in questions if one.phase == "queued"]
        asks = item.phase in ("pitching", "qa") and len(questions) < ASKED_MAX
        if asks and self._dice.chance(50):
            return question.AskQuestion(item_id=item.item_id, text=self._dice.choose(QUESTIONS))
        if queued and self._dice.chance(60):
            chosen = self._dice.choose(queued)
            return question.UpvoteQuestion(question_id=chosen.question_id)
        eager = item.phase in ("interest_call", "bidding")
        if self._dice.chance(70 if eager else 15):
            return RegisterInterest(item_id=item.item_id, kind=self._dice.choose(KINDS))
        return None

    async def _moderator(self) -> None:
        broker = self._cast.staff["broker"]
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            show = self._people.show(self._session_id)
            if show is None:
                continue
            for one in list(show.questions.questions.values()):
                if one.phase == "asked" and not one.private:
                    await self._say(broker, question.QueueQuestion(question_id=one.question_id))
            await self._put_on_air(broker)

    async def _put_on_air(self, broker: Person) -> None:
        now = self._now()
        if now is None or now[1].phase != "qa" or now[0].questions.on_air_id is not None:
            return
        queued = [
            one
            for one in now[0].questions.questions.values()
            if one.phase == "queued" and one.item_id == now[1].item_id
        ]
        if queued:
            most = max(queued, key=lambda one: one.upvotes)
            await self._say(broker, question.PutQuestionOnAir(question_id=most.question_id))

    async def _presenter(self) -> None:
        presenter = self._cast.staff["presenter"]
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            show = self._people.show(self._session_id)
            on_air_id = None if show is None else show.questions.on_air_id
            if on_air_id is not None:
                await asyncio.sleep(ANSWERED_AFTER_SECONDS)
                await self._say(presenter, question.AnswerQuestion(question_id=on_air_id))

    async def _experts(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = self._now()
            if now is None or now[1].phase not in ("commenting", "interest_call", "bidding"):
                continue
            show, item = now
            for expert in self._cast.experts:
                unscored = (item.item_id, expert.account_id) not in self._scored
                if unscored and self._bots.play(expert):
                    self._scored.add((item.item_id, expert.account_id))
                    tenths = tuple(self._dice.between(700, 960) for _ in show.scores.terms.criteria)
                    await self._say(expert, GiveScore(item_id=item.item_id, tenths=tenths))
