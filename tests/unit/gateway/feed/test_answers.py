"""Recent answers, by place and by who asked."""

from __future__ import annotations

import asyncio

import pytest

from gateway.feed import answers as module
from gateway.feed.answers import Answers
from gateway.feed.folded import Answer
from infra.chain import Broken
from infra.codec import Decision
from infra.codec.decisions import Asked
from infra.topics import BIDDING, ROADSHOW


def answer(offset: int, command_id: str = "c-1", outcome: str = "decided") -> Answer:
    asked = Asked(offset, command_id, "place_bid", "101", "bidder")
    decision = Decision(asked, 1, 1, 1, outcome, [], 1, "", "")
    return Answer(BIDDING, 0, offset, decision, "")


async def test_who_waits_gets_the_answer_and_so_does_who_comes_later() -> None:
    answers = Answers()
    waiting = [asyncio.create_task(answers.wait(BIDDING, 0, 7)) for _ in range(2)]
    await asyncio.sleep(0)
    answers.note(answer(7))
    assert await asyncio.gather(*waiting) == [answer(7), answer(7)]
    assert await answers.wait(BIDDING, 0, 7) == answer(7)


async def test_a_break_ends_the_waiting_of_its_partition_alone() -> None:
    answers = Answers()
    lost = asyncio.create_task(answers.wait(BIDDING, 0, 7))
    other = asyncio.create_task(answers.wait(ROADSHOW, 0, 7))
    await asyncio.sleep(0)
    answers.give_up(BIDDING, 0, Broken(3, "broken"))
    with pytest.raises(Broken):
        await lost
    assert not other.done()
    other.cancel()


def test_a_repeat_does_not_take_the_place_of_the_first_answer() -> None:
    answers = Answers()
    answers.note(answer(1))
    answers.note(answer(2, outcome="repeated"))
    assert answers.of("101", "c-1") == answer(1)
    assert answers.at(BIDDING, 0, 2) == answer(2, outcome="repeated")
    assert answers.of("102", "c-1") is None


def test_only_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECENT_MAX", 2)
    answers = Answers()
    for offset in range(3):
        answers.note(answer(offset, f"c-{offset}"))
    assert answers.at(BIDDING, 0, 0) is None
    assert answers.of("101", "c-0") is None
    assert answers.of("101", "c-2") == answer(2, "c-2")
