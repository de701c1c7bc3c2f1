"""What recent commands were answered, by where they stand and by who asked (protocol §5).

Rule 1: who waits for an answer gets the decision that counts; a broken chain ends the waiting.
Rule 2: only the newest are kept; older ones are looked for in the log.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from gateway.feed.folded import Answer
from infra.chain import Broken
from infra.topics import Family

RECENT_MAX: Final = 20_000

Place = tuple[str, int, int]  # family, partition, command offset


class Answers:
    """The newest answers of all families."""

    def __init__(self) -> None:
        """Knows none."""
        self._recent: OrderedDict[Place, Answer] = OrderedDict()
        self._asked: dict[tuple[str, str], Place] = {}
        self._waiting: dict[Place, asyncio.Future[Answer]] = {}
        self.on_answer: Callable[[Answer], None] | None = None

    def note(self, answer: Answer) -> None:
        """Keep an answer, and tell who waits for it."""
        if self.on_answer is not None:
            self.on_answer(answer)
        asked = answer.decision.command
        place = (answer.family.name, answer.partition, asked.offset)
        self._recent[place] = answer
        if asked.actor and asked.id and answer.decision.outcome != "repeated":
            self._asked.setdefault((asked.actor, asked.id), place)
        waiting = self._waiting.pop(place, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
        while len(self._recent) > RECENT_MAX:
            self._forget()

    def _forget(self) -> None:
        place, answer = self._recent.popitem(last=False)
        asked = answer.decision.command
        key = (asked.actor or "", asked.id or "")
        if self._asked.get(key) == place:
            del self._asked[key]

    def at(self, family: Family, partition: int, command_offset: int) -> Answer | None:
        """Return the answer to the command that stands there, if it is recent."""
        return self._recent.get((family.name, partition, command_offset))

    def of(self, actor: str, command_id: str) -> Answer | None:
        """Return the first answer to an actor's command, if it is recent."""
        place = self._asked.get((actor, command_id))
        return None if place is None else self._recent.get(place)

    async def wait(self, family: Family, partition: int, command_offset: int) -> Answer:
        """Wait for the answer to the command that stands there; raises `Broken`."""
        place = (family.name, partition, command_offset)
        found = self._recent.get(place)
        if found is not None:
            return found
        loop = asyncio.get_running_loop()
        waiting = self._waiting.setdefault(place, loop.create_future())
        return await asyncio.shield(waiting)  # others may wait for the same

    def give_up(self, family: Family, partition: int, error: Broken) -> None:
        """Tell who waits for answers of a partition that there will be none."""
        for place in [one for one in self._waiting if one[:2] == (family.name, partition)]:
            waiting = self._waiting.pop(place)
            if not waiting.done():
                waiting.set_exception(error)
                waiting.exception()  # whoever waited has gone, perhaps
