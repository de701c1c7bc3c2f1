"""The rules of a session for all orders of commands: whoever asks whatever, and whenever."""

from typing import Any, NamedTuple

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from roadshow.dispatch import ROADSHOW, Root
from roadshow.interest.commands import RegisterInterest
from roadshow.question import commands as question
from roadshow.scoring.commands import GiveScore
from roadshow.session import commands as cmd
from roadshow.stage import ACTIVE
from tests.support.shows import (
    ANN,
    BEN,
    BROKER,
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
from trading.values import BidderNumber

TRIALS = settings(max_examples=120, deadline=None, derandomize=True)
ITEMS = ("i1", "i2", "i9")
QUESTIONS = ("Q1", "Q2", "Q3")
GOOD = (900, 900, 900, 900, 900)


class Move(NamedTuple):
    """After `after_ms`, `who` asks for `what`; None is a tick."""

    after_ms: int
    who: By
    what: object


def of_item(*commands: type) -> st.SearchStrategy[object]:
    return st.builds(
        lambda command, item_id: command(item_id=item_id),
        st.sampled_from(commands),
        st.sampled_from(ITEMS),
    )


def of_question(*commands: type) -> st.SearchStrategy[object]:
    return st.builds(
        lambda command, question_id: command(question_id=question_id),
        st.sampled_from(commands),
        st.sampled_from(QUESTIONS),
    )


def records() -> st.SearchStrategy[object]:
    named = [{"item_id": one, "bidding_id": f"s1.{one}.{n}"} for one in ITEMS for n in (1, 2)]
    unsold = {"outcome": "unsold", "price_fen": None, "winner": None, "reason": "no_bid"}
    return st.sampled_from(
        [
            *(cmd.RecordBiddingOpened(**name) for name in named),
            *(cmd.RecordBiddingRefused(**name, code="BAD_TERMS") for name in named),
            *(sold(**name) for name in named),
            *(sold(**name, **unsold) for name in named),
        ]
    )


HOSTS = st.one_of(
    of_item(
        cmd.CallOnDeck, cmd.StartPitch, cmd.GrantMoreTime, cmd.StartQa, cmd.StartComments,
        cmd.CallInterest, cmd.CallBidding, cmd.CompleteItem,
    ),
    of_item(cmd.CallOnDeck, cmd.StartPitch, cmd.StartQa, cmd.CallInterest, cmd.CompleteItem),
    st.builds(
        lambda command, item_id: command(item_id=item_id, reason="x"),
        st.sampled_from((cmd.SkipItem, cmd.DeferItem, cmd.DeferItem, cmd.WithdrawItem)),
        st.sampled_from(ITEMS),
    ),
    st.sampled_from([cmd.PauseSession(reason="x"), cmd.ResumeSession(), cmd.ResumeSession()]),
    of_question(question.PutQuestionOnAir, question.AnswerQuestion),
)  # fmt: skip
GUESTS = st.one_of(
    st.builds(lambda one: question.AskQuestion(item_id=one, text="Why?"), st.sampled_from(ITEMS)),
    of_question(question.UpvoteQuestion),
    st.sampled_from([RegisterInterest(item_id=one, kind="buy") for one in ITEMS]),
)
MOVES = st.one_of(
    st.tuples(st.just(HOST), HOSTS),
    st.tuples(st.just(HOST), HOSTS),
    st.tuples(st.just(HOST), st.just(cmd.EndSession())),
    st.tuples(st.sampled_from([ANN, BEN]), GUESTS),
    st.tuples(st.sampled_from([STAGE, BROKER]), of_question(question.QueueQuestion)),
    st.tuples(st.just(PRESENTER), of_question(question.AnswerQuestion)),
    st.tuples(st.just(SYSTEM), records()),
    st.tuples(st.just(DESK), st.sampled_from([attest("i1"), attest("i1", ("101",))])),
    st.tuples(st.just(SUPERVISOR), of_item(cmd.ConfirmSupervision)),
    st.tuples(st.just(CONTROL), of_item(cmd.OpenItemBidding)),
    st.tuples(
        st.just(EVE), st.sampled_from([GiveScore(item_id=one, tenths=GOOD) for one in ITEMS])
    ),
    st.tuples(st.just(HOST), st.none()),
)
STORIES = st.lists(
    st.builds(
        lambda after_ms, move: Move(after_ms, *move),
        st.sampled_from((0, 1, 1_000, 9_999, 30_000, 61_000, 480_000)),
        MOVES,
    ),
    max_size=60,
)


def begun() -> ShowPlay:
    """A session on stage, scored, with two items, the first of which may be bid for."""
    play = announced(item("i1", offer=offer()), item("i2"), scored=True, experts_min=3)
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
        assert not session.strays
    if session.phase == "paused":
        assert session.pause is not None


def drive(story: list[Move]) -> ShowPlay:
    """Play a story: every answer is events, or one reason; timers never fire for ever."""
    play = begun()
    for move in story:
        play.at_ms += move.after_ms
        play.tick(play.at_ms)
        check(play)
        if move.what is None:
            continue
        before = play.root
        outcome = play.ask(move.who, move.what)
        assert bool(outcome.events) != (outcome.rejection is not None)  # I-8
        if outcome.rejection is not None:
            assert play.root == before
            assert str(outcome.rejection.code) in ROADSHOW.messages.codes
        check(play)
    return play


@TRIALS
@given(STORIES)
def test_whatever_is_asked_the_session_stays_whole(story: list[Move]) -> None:
    play = drive(story)
    refolded: Any = None
    for event in play.events:
        refolded = ROADSHOW.evolve(refolded, "s1", event)
    assert refolded == play.root
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(play.root), type=Root) == play.root


@TRIALS
@given(STORIES)
def test_time_is_never_taken_by_a_pause(story: list[Move]) -> None:
    """A pitch lasts what it was given, not counting the time in which the stage stood still."""
    play = drive(story)
    paused_at_ms = started_at_ms = stood_ms = 0
    given_ms = 0
    for event in play.events:
        match event.type:
            case "pitch_started":
                started_at_ms, stood_ms = event.at_ms, 0
                given_ms = event.ends_at_ms - event.at_ms
            case "session_paused":
                paused_at_ms = event.at_ms
            case "session_resumed":
                stood_ms += event.at_ms - paused_at_ms
                if event.ends_at_ms is not None and _is_pitching(play, event):
                    assert event.ends_at_ms <= started_at_ms + given_ms + stood_ms + 60_000
            case _:
                pass


def _is_pitching(play: ShowPlay, event: Any) -> bool:
    last = ""
    for each in play.events[: play.events.index(event)]:
        if each.type in {"pitch_started", "qa_started", "comments_started", "interest_call_opened"}:
            last = each.type
    return last == "pitch_started"


def test_the_stories_reach_what_matters() -> None:
    numbers = (BidderNumber("101"), BidderNumber("102"))
    assert [one.number for one in attest("i1").eligible or ()] == list(numbers)
