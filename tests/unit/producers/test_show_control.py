"""Two people resume what was stopped: bots for both, or the bot of one for what a person asked."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from infra.clock import now_ms
from infra.here import write_here
from infra.topics import Family
from producers import show_control
from producers.show_control import Control
from producers.show_log import Answer
from producers.show_people import Cast, Person, StandIns, cast_of
from tests.support.builders import DESK, Play, eligible, terms
from tests.support.eventually import eventually
from trading.bidding.commands import ResumeBidding, ScheduleBidding, SuspendBidding
from trading.outcome import By

CONTROLLER, SUPERVISOR = "a-control", "a-super"


class Log:
    """The log as `Control` uses it: decides at once, by our clock."""

    def __init__(self) -> None:
        at_ms = now_ms()
        self.play = Play(at_ms=at_ms - 120_000)
        short = terms(
            profile="demo", opens_at_ms=at_ms - 20_000, resume_notice_ms=2_000,
            two_person_window_ms=20_000, stall_threshold_ms=5_000,
        )  # fmt: skip
        self.play.ask(DESK, ScheduleBidding(terms=short, eligible=eligible("A", "B")))
        self.play.tick(at_ms - 20_000)
        self.asked: list[tuple[str, Any]] = []
        assert not self.ask(CONTROLLER, "bid_controller", SuspendBidding(reason="a check")).code

    def ask(self, actor: str, role: str, body: Any) -> Answer:
        self.asked.append((role, body))
        outcome = self.play.ask(By(actor, role), body, now_ms())
        if outcome.rejection is None:
            return Answer("decided", "")
        return Answer("decided", str(outcome.rejection.code), outcome.rejection.params)

    def bidding(self, _bidding_id: str) -> Any:
        return self.play.bidding

    async def first_of_two(self, _bidding_id: str) -> Any:
        return next(body for _, body in reversed(self.asked) if isinstance(body, ResumeBidding))

    async def say(self, _family: Family, _root: str, actor: str, role: str, body: Any) -> Answer:
        return self.ask(actor, role, body)

    @property
    def resumes_at_ms(self) -> int | None:
        suspension = self.play.now.facts.suspension
        return None if suspension is None else suspension.resumes_at_ms


def cast() -> Cast:
    made = cast_of(1, "demo", None)
    staff = made.staff | {
        "bid_controller": Person(CONTROLLER, "bid_controller", is_bot=False),
        "supervisor": Person(SUPERVISOR, "supervisor", is_bot=False),
    }
    return Cast(staff, made.experts, made.investors, made.guests)


async def attended(log: Log, data: Path, so: Any) -> None:
    """Let the bots attend until it is so."""
    control = Control(log, cast(), StandIns(cast(), data))  # type: ignore[arg-type]
    attending = asyncio.create_task(control.attend("b1", suspend_after_extensions=None))
    try:
        await eventually(so)
    finally:
        attending.cancel()
        with suppress(asyncio.CancelledError):
            await attending


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show_control, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(show_control, "REVIEW_MS", 0)


async def test_where_nobody_is_here_both_bots_resume_it(tmp_path: Path) -> None:
    log = Log()
    await attended(log, tmp_path, lambda: log.resumes_at_ms is not None)
    assert [role for role, body in log.asked if isinstance(body, ResumeBidding)][-2:] == [
        "bid_controller", "supervisor",
    ]  # fmt: skip


async def test_the_supervisors_bot_asks_for_just_what_a_person_asked_for(tmp_path: Path) -> None:
    log = Log()
    write_here(tmp_path, [CONTROLLER])
    resume = ResumeBidding(resumes_at_ms=now_ms() + 40_000)
    assert not log.ask(CONTROLLER, "bid_controller", resume).code
    await attended(log, tmp_path, lambda: log.resumes_at_ms is not None)
    assert log.resumes_at_ms == resume.resumes_at_ms
    assert log.asked[-1] == ("supervisor", resume)


async def test_what_takes_a_persons_word_waits_for_the_person(tmp_path: Path) -> None:
    log = Log()
    write_here(tmp_path, [SUPERVISOR])
    await attended(log, tmp_path, lambda: log.play.now.facts.pending_act is not None)
    assert {role for role, _ in log.asked} == {"bid_controller"}
    assert log.resumes_at_ms is None
