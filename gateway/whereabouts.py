"""What became of a command, for its actor (protocol §5): recent ones at once, others by reading.

Rule 1: a search goes on by itself while the asker is told `checking`; he asks again.
Rule 2: searches are few: one an account, a handful in all. Who finds no room is told `checking`.
"""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from typing import Final, NamedTuple

from gateway.feed.feed import Feed
from gateway.feed.folded import Answer
from infra.chain import Broken, hash_decision
from infra.follow import Counted
from infra.kafka.admin import NoBroker
from infra.kafka.reader import OffsetGone
from infra.topics import Family
from infra.whereabouts import find_answer, find_command

SEARCHES_MAX: Final = 8
KEPT_MAX: Final = 256
PATIENCE_SECONDS: Final = 0.5


class Found(NamedTuple):
    """What is known: decided (with whose answer), checking, or not_seen."""

    state: str
    answer: Answer | None = None
    actor: str = ""


CHECKING: Final = Found("checking")


class Whereabouts:
    """Searches of one gateway."""

    def __init__(self, feed: Feed) -> None:
        """`feed` knows the recent ones."""
        self._feed = feed
        self._searches: OrderedDict[tuple[str, str, str], asyncio.Task[Found]] = OrderedDict()

    async def ask(self, account_id: str, actors: list[str], command_id: str, root: str) -> Found:
        """Return what is known now; begins a search where nothing is."""
        for actor in actors:
            answer = self._feed.answers.of(actor, command_id)
            if answer is not None:
                return Found("decided", answer, actor)
        key = (account_id, command_id, root)
        search = self._searches.get(key)
        if search is None:
            if not self._has_room(account_id):
                return CHECKING
            search = asyncio.create_task(self._search(actors, command_id, root))
            self._searches[key] = search
        await asyncio.wait([search], timeout=PATIENCE_SECONDS)
        if not search.done():
            return CHECKING
        del self._searches[key]
        return search.result()

    def _has_room(self, account_id: str) -> bool:
        for key in [key for key, one in self._searches.items() if one.done()]:
            if len(self._searches) > KEPT_MAX:
                del self._searches[key]
        running = [key for key, one in self._searches.items() if not one.done()]
        return len(running) < SEARCHES_MAX and all(key[0] != account_id for key in running)

    async def _search(self, actors: list[str], command_id: str, root: str) -> Found:
        asked_ms = self._feed.log_time_ms()

        def is_it(actor: str | None, seen_id: str | None) -> bool:
            return seen_id == command_id and actor in actors

        for family in self._feed.families_of(root):
            log, partition = self._feed.place_of(root)
            with suppress(Broken, NoBroker, OffsetGone):
                found = await find_command(
                    self._feed.bootstrap, family, log, partition, is_it, asked_ms
                )
                if found is not None:
                    answer = _answer(family, partition, found)
                    return Found("decided", answer, answer.decision.command.actor or "")
                continue
            return CHECKING
        return Found("not_seen")

    async def older(self, repeat: Answer, command_offset: int) -> Answer | None:
        """Return the answer to an older command by where it stands."""
        family, partition = repeat.family, repeat.partition
        found = await find_answer(self._feed.bootstrap, family, partition, command_offset)
        return None if found is None else _answer(family, partition, found)


def _answer(family: Family, partition: int, one: Counted) -> Answer:
    return Answer(family, partition, one.offset, one.decision, hash_decision(one.value).hex())
