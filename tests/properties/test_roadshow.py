"""The rules of a session for all orders of commands: whoever asks whatever, and whenever."""

from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec
import pytest

from roadshow.dispatch import ROADSHOW, Root
from roadshow.interest.commands import RegisterInterest
from roadshow.question import commands as question
from roadshow.scoring.commands import GiveScore
from roadshow.session import commands as cmd
from roadshow.session.events import EVENTS, ITEM_EVENTS
from roadshow.stage import ACTIVE
from tests.support.shows import (
    ANN,
    BEN,
    CONTROL,
    DESK,
    EVE,
    HOST,
    PRESENTER,
    REHEARSAL,
    STAGE,
    STARTS_AT_MS,
    SUPERVISOR,
    SYSTEM,
    ShowPlay,
    announced,
    attest,
    item,
    offer,
    sold,
)
from trading.outcome import By

SEEDS_COUNT = 80
MOVES_COUNT = 120
ITEMS = ("i1", "i2", "i9")
QUESTIONS = ("Q1", "Q2", "Q3")
GUESTS = (ANN, BEN)
REGISTERS = ((), ("101",), ("101", "102"), ("101", "102"), ("101", "102"))
PITCH_OVER = {
    "pitch_time_up", "qa_started", "comments_started", "item_deferred", "item_withdrawn",
}  # fmt: skip
GOOD = (900, 900, 900, 900, 900)
PASSES_MS = (0, 1, 1, 500, 1_000, 1_000, 5_000, 9_999, 30_000)
SHORT = {
    "scored": True, "experts_min": 3, "profile": "test", "pitch_ms": 90_000, "qa_ms": 30_000,
    "comments_ms": 20_000, "interest_call_ms": 30_000, "question_gap_ms": 5_000,
    "shift_min_ms": 5_000,
}  # fmt: skip
STEPS = (
    cmd.CallOnDeck, cmd.StartPitch, cmd.GrantMoreTime, cmd.StartQa, cmd.StartQa, cmd.StartComments,
    cmd.CallInterest, cmd.CallInterest, cmd.CallBidding, cmd.CallBidding, cmd.CompleteItem,
)  # fmt: skip
LEAVING = (cmd.SkipItem, cmd.DeferItem, cmd.DeferItem, cmd.WithdrawItem)
ASKED = (
    (STAGE, question.QueueQuestion),
    (BEN, question.UpvoteQuestion),
    (HOST, question.PutQuestionOnAir),
    (HOST, question.AnswerQuestion),
)


def moves(random: Random) -> Iterator[tuple[By, object]]:
    """Somebody's command, over and over; what ends an item or the session is asked for rarely."""
    named = [{"item_id": one, "bidding_id": f"s1.{one}.{n}"} for one in ITEMS for n in (1, 1, 1, 2)]
    unsold = {"outcome": "unsold", "price_fen": None, "winner": None, "reason": "no_bid"}
    while True:
        one, asked, name = random.choice(ITEMS), random.choice(QUESTIONS), random.choice(named)
        yield random.choice(
            [
                *((HOST, command(item_id=one)) for command in STEPS),
                *((who, command(question_id=asked)) for who, command in ASKED),
                (HOST, random.choice(LEAVING)(item_id=one, reason="x")),
                (HOST, cmd.PauseSession(reason="x")),
                (HOST, cmd.ResumeSession()),
                (STAGE, cmd.ResumeSession()),
                (HOST, cmd.EndSession() if random.random() < 0.1 else cmd.CallOnDeck(item_id=one)),
                (STAGE, question.HideQuestion(question_id=asked, reason="x")),
                (PRESENTER, question.DeferQuestion(question_id=asked, reason="x")),
                (random.choice(GUESTS), question.AskQuestion(item_id=one, text="Why?")),
                (ANN, question.AskQuestion(item_id=one, text="Why?", private=True)),
                (random.choice(GUESTS), RegisterInterest(item_id=one, kind="buy")),
                (EVE, GiveScore(item_id=one, tenths=GOOD)),
                (DESK, attest(one, random.choice(REGISTERS))),
                (SUPERVISOR, cmd.ConfirmSupervision(item_id=one)),
                (CONTROL, cmd.OpenItemBidding(item_id=one)),
                (CONTROL, cmd.OpenItemBidding(item_id=one)),
                *[(SYSTEM, cmd.RecordBiddingOpened(**name))] * 10,
                (SYSTEM, cmd.RecordBiddingRefused(**name, code="BAD_TERMS")),
                (SYSTEM, sold(**name)),
                (SYSTEM, sold(**{**name, **unsold})),
            ]
        )


def begun() -> ShowPlay:
    """A session on stage, scored, with two items, the first of which may be bid for."""
    play = announced(item("i1", offer=offer()), item("i2"), **SHORT)
    for expert in (EVE.actor, "a-x2", "a-x3"):
        play.do(DESK, cmd.InviteExpert(expert=expert, specialty="industry"))
    play.do(STAGE, REHEARSAL)
    for guest in (ANN, BEN):
        play.do(guest, cmd.RegisterAttendee(), cmd.CheckIn())
    play.at_ms = STARTS_AT_MS
    return play.do(HOST, cmd.GoLive(), cmd.CallOnDeck(item_id="i1"), cmd.StartPitch(item_id="i1"))


def check(play: ShowPlay) -> None:
    """What holds at every moment."""
    session, show = play.now, play.show
    active = [each for each in session.items.values() if each.phase in ACTIVE]
    assert len(active) <= 1  # RS-1
    assert sum(each.phase == "on_deck" for each in session.items.values()) <= 1
    on_air = [one for one in show.questions.questions.values() if one.phase == "on_air"]
    assert [one.question_id for one in on_air] == [show.questions.on_air_id][: len(on_air)]
    assert bool(on_air) == (show.questions.on_air_id is not None)
    for each in session.items.values():
        if each.ends_at_ms is not None:
            assert each.phase in ACTIVE
        if each.bidding.is_open:
            assert each.phase == "bidding"
    if session.phase in ("ended", "reported"):
        assert not active
    if session.phase == "paused":
        assert session.pause is not None


def drive(seed: int) -> ShowPlay:
    """Play one story: every answer is events, or one reason; timers never fire for ever.

    Three commands in four are ones that will be accepted, so that stories get far.
    """
    random = Random(seed)
    play, asked = begun(), moves(random)
    if not seed % 3:
        play.do(HOST, cmd.StartQa(item_id="i1"), cmd.CallInterest(item_id="i1"))
        play.do(DESK, attest("i1", random.choice(REGISTERS)))
        play.do(HOST, cmd.CallBidding(item_id="i1"))
    for _ in range(MOVES_COUNT):
        play.at_ms += random.choice(PASSES_MS)
        play.tick(play.at_ms)
        check(play)
        who, what = next(asked)
        for _ in range(random.choice((0, 20, 20, 20))):
            if ROADSHOW.decide(play.root, what, who, play.at_ms).rejection is None:
                break
            who, what = next(asked)
        before, events_count = play.root, len(play.events)
        outcome = play.ask(who, what)
        assert bool(outcome.events) != (outcome.rejection is not None)  # I-8
        if outcome.rejection is not None:
            assert play.root == before
            assert str(outcome.rejection.code) in ROADSHOW.messages.codes
        if any(event.type == "session_ended" for event in play.events[events_count:]):
            assert not play.now.strays
        check(play)
    return play


@pytest.fixture(scope="module")
def plays() -> list[ShowPlay]:
    return [drive(seed) for seed in range(SEEDS_COUNT)]


def test_the_state_is_the_fold_of_the_events_and_survives_freezing(plays: list[ShowPlay]) -> None:
    for play in plays:
        refolded: Any = None
        for event in play.events:
            refolded = ROADSHOW.evolve(refolded, "s1", event)
        assert refolded == play.root
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(play.root), type=Root) == play.root


def test_no_pitch_is_longer_or_shorter_than_it_was_given(plays: list[ShowPlay]) -> None:
    """Not counting the time in which the stage stood still."""
    compared = 0
    for play in plays:
        paused_at_ms, should_end_at_ms = 0, None
        for event in play.events:
            match event.type:
                case "pitch_started" | "more_time_granted":
                    should_end_at_ms = event.ends_at_ms
                case "session_paused":
                    paused_at_ms = event.at_ms
                case "session_resumed" if should_end_at_ms is not None:
                    should_end_at_ms += event.at_ms - paused_at_ms
                    assert event.ends_at_ms == should_end_at_ms
                    compared += 1
                case kind if kind in PITCH_OVER:
                    should_end_at_ms = None
                case _:
                    pass
    assert compared > SEEDS_COUNT // 4


def test_the_stories_reach_every_event_of_the_stage(plays: list[ShowPlay]) -> None:
    told = {type(event) for play in plays for event in play.events}
    of_other_days = {
        "session_postponed", "session_cancelled", "rehearsal_failed", "rehearsal_waived",
        "agenda_reordered", "conflict_declared", "report_overdue", "session_reported",
        "stray_bidding_opened",  # a story has it
    }  # fmt: skip
    wanted = {event for event in (*ITEM_EVENTS, *EVENTS) if event.type not in of_other_days}
    assert sorted(event.type for event in wanted - told) == []
